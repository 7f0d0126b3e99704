package com.example.till.app

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import com.example.till.TillKey
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.PrivateKey
import java.security.Signature
import java.security.spec.ECGenParameterSpec

/**
 * The till's key in Android's keystore, which signs with Ed25519 from Android 13 on: the private half is made in there and never seen by the
 * app. For a key that asks for a finger, add `setUserAuthenticationRequired(true)` and sign through a `BiometricPrompt`.
 */
class KeystoreKey : TillKey {
    private val store = KeyStore.getInstance(STORE).apply { load(null) }

    override val publicKey: ByteArray
        get() {
            if (!store.containsAlias(ALIAS)) renew()
            // The key stands at the end of its X.509 form (RFC 8410).
            return store
                .getCertificate(ALIAS)
                .publicKey.encoded
                .takeLast(PUBLIC_BYTES)
                .toByteArray()
        }

    override fun sign(bytes: ByteArray): ByteArray =
        Signature.getInstance("Ed25519").run {
            initSign(store.getKey(ALIAS, null) as PrivateKey)
            update(bytes)
            sign()
        }

    override fun renew() {
        val spec =
            KeyGenParameterSpec
                .Builder(ALIAS, KeyProperties.PURPOSE_SIGN)
                .setAlgorithmParameterSpec(ECGenParameterSpec("ed25519"))
                .setDigests(KeyProperties.DIGEST_NONE)
                .build()
        KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, STORE).run {
            initialize(spec)
            generateKeyPair()
        }
    }

    private companion object {
        const val STORE = "AndroidKeyStore"
        const val ALIAS = "till"
        const val PUBLIC_BYTES = 32
    }
}
