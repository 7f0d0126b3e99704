package com.example.till

import com.okpay.Signer

/** The till's own Ed25519 key. Its private half is made on the device and does not leave it: behind Android's keystore, see `KeystoreKey`. */
interface TillKey {
    /** The public half, 32 bytes: what the merchant's server registers. */
    val publicKey: ByteArray

    /** The signature (RFC 8032), 64 bytes. It may wait for a finger. */
    fun sign(bytes: ByteArray): ByteArray

    /** Makes another pair in place of this one: a key that was revoked is never good again. */
    fun renew()
}

/** The key under the name that the gateway gave it. */
internal class NamedKey(
    override val keyId: String,
    private val key: TillKey,
) : Signer {
    override fun sign(base: ByteArray): ByteArray = key.sign(base)
}
