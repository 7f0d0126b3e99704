//! Keys as Python objects. Their secrets stay in Rust: they are wiped on drop, never shown, never pickled.

use crate::errors::guarded;
use okpay::signing::{self, Signer, VerificationKey};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

/// A server's secret key, for HMAC-SHA256.
#[pyclass(frozen, module = "okpay.signing")]
pub(crate) struct HmacKey(pub(crate) signing::HmacKey);

#[pymethods]
impl HmacKey {
    #[new]
    fn new(py: Python<'_>, key_id: String, secret: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(text) = secret.cast::<PyString>() {
            let text = text.to_cow()?;
            return guarded(py, || signing::HmacKey::from_text(key_id, &text)).map(Self);
        }
        let bytes = secret.cast::<PyBytes>().map_err(|_| PyTypeError::new_err("a secret is the text okp_…_sk_… or its bytes"))?.as_bytes();
        guarded(py, || signing::HmacKey::from_bytes(key_id, bytes)).map(Self)
    }

    #[getter]
    fn key_id(&self) -> String {
        self.0.key_id()
    }

    #[getter]
    fn livemode(&self) -> bool {
        self.0.livemode()
    }

    fn __repr__(&self) -> String {
        format!("HmacKey({:?}, secret redacted)", self.0.key_id())
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }
}

/// A device's or gateway's private key, for Ed25519.
#[pyclass(frozen, module = "okpay.signing")]
pub(crate) struct Ed25519Key(pub(crate) signing::Ed25519Key);

#[pymethods]
impl Ed25519Key {
    #[new]
    fn new(py: Python<'_>, key_id: String, seed: &[u8]) -> PyResult<Self> {
        guarded(py, || signing::Ed25519Key::from_seed(key_id, seed)).map(Self)
    }

    #[getter]
    fn key_id(&self) -> String {
        self.0.key_id()
    }

    #[getter]
    fn public_key(&self) -> PublicKey {
        PublicKey(self.0.public_key())
    }

    fn __repr__(&self) -> String {
        format!("Ed25519Key({:?}, seed redacted)", self.0.key_id())
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }
}

/// A public key for Ed25519, under the key id by which it is trusted.
#[pyclass(frozen, eq, module = "okpay.signing")]
#[derive(PartialEq)]
pub(crate) struct PublicKey(pub(crate) signing::PublicKey);

#[pymethods]
impl PublicKey {
    #[new]
    fn new(py: Python<'_>, key_id: String, public_bytes: &[u8]) -> PyResult<Self> {
        guarded(py, || signing::PublicKey::from_bytes(key_id, public_bytes)).map(Self)
    }

    /// From its text, `keyid=base64`.
    #[staticmethod]
    fn parse(py: Python<'_>, text: &str) -> PyResult<Self> {
        guarded(py, || signing::PublicKey::parse(text)).map(Self)
    }

    #[getter]
    fn key_id(&self) -> &str {
        self.0.key_id()
    }

    #[getter]
    fn public_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.to_bytes())
    }

    fn __str__(&self) -> String {
        self.0.to_text()
    }

    fn __repr__(&self) -> String {
        format!("PublicKey.parse({:?})", self.0.to_text())
    }

    fn __hash__(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        self.0.to_text().hash(&mut hasher);
        hasher.finish()
    }

    fn __getnewargs__<'py>(&self, py: Python<'py>) -> (String, Bound<'py, PyBytes>) {
        (self.0.key_id().to_owned(), self.public_bytes(py))
    }
}

/// A key that signs.
pub(crate) enum SigningKey {
    Hmac(signing::HmacKey),
    Ed25519(signing::Ed25519Key),
}

impl SigningKey {
    pub(crate) fn signer(&self) -> &dyn Signer {
        match self {
            Self::Hmac(key) => key,
            Self::Ed25519(key) => key,
        }
    }
}

pub(crate) fn signing_key(key: &Bound<'_, PyAny>) -> PyResult<SigningKey> {
    if let Ok(key) = key.cast::<HmacKey>() {
        return Ok(SigningKey::Hmac(key.get().0.clone()));
    }
    match key.cast::<Ed25519Key>() {
        Ok(key) => Ok(SigningKey::Ed25519(key.get().0.clone())),
        Err(_) => Err(PyTypeError::new_err("a key that signs is an okpay.signing.HmacKey or Ed25519Key")),
    }
}

pub(crate) fn verification_key(key: &Bound<'_, PyAny>) -> PyResult<VerificationKey> {
    if let Ok(key) = key.cast::<PublicKey>() {
        return Ok(VerificationKey::Ed25519(key.get().0.clone()));
    }
    match signing_key(key) {
        Ok(SigningKey::Hmac(key)) => Ok(VerificationKey::Hmac(key)),
        Ok(SigningKey::Ed25519(key)) => Ok(VerificationKey::Ed25519(key.public_key())),
        Err(_) => Err(PyTypeError::new_err(
            "a key that verifies is an okpay.signing.HmacKey, PublicKey or Ed25519Key, or what finds one by its id",
        )),
    }
}
