package com.okpay

import com.okpay.core.CoreCredentials
import com.okpay.core.CoreKey
import com.okpay.core.CorePublicKey
import com.okpay.core.CoreSigner
import com.okpay.core.CoreSignerException
import com.okpay.models.ErrorCode

/** What a client proves itself with: [HmacKey], [Ed25519Key], [DeviceKey] or [PublishableKey]. */
public sealed interface Credentials {
    public companion object {
        /**
         * The secret key that `OKPAY_KEY_ID` and `OKPAY_SECRET` name.
         *
         * @throws OkpayException.Invalid `invalid_configuration` with the name of the variable that is missing.
         */
        @JvmStatic
        public fun fromEnvironment(): Credentials = HmacKey(environment("OKPAY_KEY_ID"), environment("OKPAY_SECRET"))
    }
}

/** A key that signs. Its secret stays in Rust, where it is wiped, or behind the platform's keystore; it is never shown. */
public sealed class SigningKey(
    internal val key: CoreKey,
) : Credentials {
    /** The public name of the key. */
    public val keyId: String get() = core { key.keyId() }

    override fun toString(): String = "${javaClass.simpleName}($keyId, secret redacted)"
}

/** A server's secret key. It belongs on servers alone: an app that holds it can do everything that the account can. */
public class HmacKey private constructor(
    key: CoreKey,
) : SigningKey(key) {
    /**
     * From its text, `okp_test_sk_…` or `okp_live_sk_…`.
     *
     * @throws OkpayException.Invalid `invalid_key`.
     */
    public constructor(keyId: String, secret: String) : this(core { CoreKey.hmac(keyId, secret) })

    /**
     * From its bytes.
     *
     * @throws OkpayException.Invalid `invalid_key`.
     */
    public constructor(keyId: String, secret: ByteArray) : this(core { CoreKey.hmacBytes(keyId, secret) })
}

/**
 * A device's Ed25519 key (RFC 8032) in memory, from its 32-byte seed. On phones prefer a [DeviceKey].
 *
 * @throws OkpayException.Invalid `invalid_key`.
 */
public class Ed25519Key(
    keyId: String,
    seed: ByteArray,
) : SigningKey(core { CoreKey.ed25519(keyId, seed) }) {
    /** The public half, as the gateway and verifiers take it. */
    public val publicKey: PublicKey
        get() = PublicKey(keyId, core { key.publicKey() } ?: throw invalid(ErrorCode.INVALID_KEY, "the key has no public half at hand"))

    /** The signature over the bytes as they are: for a [Signer] whose keystore holds the seed, and cannot sign with it. */
    public fun sign(bytes: ByteArray): ByteArray = core { key.sign(bytes) }
}

/** A private Ed25519 key behind a keystore, such as Android's, that signs there. */
public interface Signer {
    /** The public name of the key, as the gateway gave it on registration. It is read once, when a [DeviceKey] is made. */
    public val keyId: String

    /**
     * The Ed25519 signature (RFC 8032) over the bytes: 64 bytes. It may wait for a person's finger; it is called outside the main thread.
     * Whatever it throws becomes an [OkpayException] with the code `signing_failed`, and nothing is sent.
     */
    public fun sign(base: ByteArray): ByteArray
}

/**
 * A device's key behind a [Signer], whose key id is read once, here.
 *
 * @throws OkpayException.Invalid `invalid_key` if the signer does not say its key id.
 */
public class DeviceKey(
    signer: Signer,
) : SigningKey(core { CoreKey.keystore(Keystore(signer)) })

/** A browser's or a buyer's app's key. It is public, and good for one checkout session by its client secret. */
public class PublishableKey
    @JvmOverloads
    constructor(
        /** `okp_test_pk_…` or `okp_live_pk_…`. */
        public val key: String,
        internal val clientSecret: String? = null,
    ) : Credentials {
        override fun toString(): String = "PublishableKey($key)"
    }

/** A public key for Ed25519, under the key id by which it is trusted. */
public class PublicKey private constructor(
    internal val key: CorePublicKey,
) {
    /**
     * From the 32 bytes of the key.
     *
     * @throws OkpayException.Invalid `invalid_key`.
     */
    public constructor(keyId: String, bytes: ByteArray) : this(core { CorePublicKey.fromBytes(keyId, bytes) })

    /** The key id. */
    public val keyId: String get() = core { key.keyId() }

    /** The 32 bytes of the key. */
    public val bytes: ByteArray get() = core { key.bytes() }

    override fun equals(other: Any?): Boolean = other is PublicKey && other.toString() == toString()

    override fun hashCode(): Int = toString().hashCode()

    /** Its text, `keyid=base64`. */
    override fun toString(): String = core { key.text() }

    public companion object {
        /**
         * From its text, `keyid=base64`.
         *
         * @throws OkpayException.Invalid `invalid_key`.
         */
        @JvmStatic
        public fun parse(text: String): PublicKey = PublicKey(core { CorePublicKey.parse(text) })
    }
}

internal fun Credentials.core(): CoreCredentials =
    when (this) {
        is SigningKey -> CoreCredentials.Key(key)
        is PublishableKey -> CoreCredentials.Publishable(key, clientSecret)
    }

internal fun environment(name: String): String =
    System.getenv(name)?.ifEmpty { null }
        ?: throw invalid(
            ErrorCode.INVALID_CONFIGURATION,
            "set $name, or give it; `okpay sandbox --json` prints it for a gateway on this machine",
            name,
        )

/** A [Signer] as the core takes it. */
private class Keystore(
    private val signer: Signer,
) : CoreSigner {
    // Asked for in the middle of a call, it could throw there.
    private val keyId =
        try {
            signer.keyId
        } catch (error: Exception) {
            throw invalid(ErrorCode.INVALID_KEY, "the signer does not say its key id: $error", "key_id", error)
        }

    override fun keyId(): String = keyId

    // Nothing that an app's code throws may reach the core as it is.
    override fun sign(base: ByteArray): ByteArray =
        try {
            signer.sign(base)
        } catch (error: Exception) {
            throw CoreSignerException.Refused(error.toString())
        }
}
