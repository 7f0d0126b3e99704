//! What people type to prove who they are, kept so that nobody can read it back: argon2id, with a pepper that is not in the database's
//! tables of objects.

use crate::refusal::{Outcome, Refusal};
use crate::work::Work;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

/// The longest text that is hashed: nobody makes the gateway chew on a megabyte.
pub(crate) const LONGEST: usize = 128;

/// A secret as it is kept: a PHC text with its own salt and parameters (19 MiB, two passes: what OWASP recommends at least).
pub(crate) fn hash(work: &Work<'_>, secret: &str) -> Outcome<String> {
    let salt = work.gateway.ids.fresh("salt");
    let hash: PasswordHash = hasher(&pepper(work))?.hash_password_with_salt(secret.as_bytes(), &salt[..16]).map_err(failed)?;
    Ok(hash.to_string())
}

/// Whether a secret is the one that was hashed, in constant time.
pub(crate) fn holds(work: &Work<'_>, kept: &str, secret: &str) -> Outcome<bool> {
    let kept = PasswordHash::new(kept).map_err(failed)?;
    Ok(secret.len() <= LONGEST && hasher(&pepper(work))?.verify_password(secret.as_bytes(), &kept).is_ok())
}

fn pepper(work: &Work<'_>) -> [u8; 32] {
    work.gateway.ids.fixed("pepper")
}

fn hasher(pepper: &[u8; 32]) -> Outcome<Argon2<'_>> {
    Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, Params::DEFAULT).map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> Refusal {
    Refusal::Internal(format!("a secret cannot be hashed: {error}"))
}
