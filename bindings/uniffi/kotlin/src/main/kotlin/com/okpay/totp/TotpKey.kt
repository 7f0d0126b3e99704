package com.okpay.totp

import com.okpay.core
import com.okpay.core.CoreTotpKey
import com.okpay.counting
import com.okpay.wholeSeconds
import java.time.Duration
import java.time.Instant

/** The hash behind a code. Many apps know the first one alone. */
public enum class TotpAlgorithm {
    /** HMAC-SHA-1, for which its collisions do not matter. */
    SHA1,

    /** HMAC-SHA-256. */
    SHA256,

    /** HMAC-SHA-512. */
    SHA512,
}

/**
 * The secret that an authenticator app and a server share (RFC 6238), for a merchant's own sign-in. It stays in the core, where it is
 * wiped and never shown.
 *
 * ```
 * val key = TotpKey(secret) // 20 random bytes, kept with the account
 * println(key.uri("Shop", "anna@example.com")) // shown once, as a QR code
 * val lastUsed = key.verify(typed, lastUsed = account.lastUsed) // keep what it gives: no code is taken twice
 * ```
 */
public class TotpKey private constructor(
    private val key: CoreTotpKey,
) {
    /**
     * From the bytes of the secret: 16 to 128 random ones; RFC 4226 recommends 20.
     *
     * @param digits 6 to 8.
     * @param period how long a code is good, 15 to 120 seconds.
     * @throws com.okpay.OkpayException.Invalid `invalid_key`, `invalid_parameter`.
     */
    @JvmOverloads
    public constructor(
        secret: ByteArray,
        algorithm: TotpAlgorithm = TotpAlgorithm.SHA1,
        digits: Int = 6,
        period: Duration = Duration.ofSeconds(30),
    ) : this(core { CoreTotpKey.fromBytes(secret, algorithm.name, digits.counting("digits"), period.wholeSeconds("period")) })

    /** The code at a moment. */
    @JvmOverloads
    public fun code(now: Instant? = null): String = core { key.code(now?.toEpochMilli()) }

    /**
     * Proves a code that somebody typed, and gives its step: keep that with the account, and hand it in as [lastUsed] the next time, so that
     * no code is taken twice (RFC 6238, section 5.2). Count the failures of an account and slow it down: six digits are guessed in half
     * a million tries.
     *
     * @param window how many steps a code may be early or late, at most 10.
     * @throws com.okpay.OkpayException.Verification `one_time_code_mismatch`.
     * @throws com.okpay.OkpayException.Invalid `invalid_parameter`.
     */
    @JvmOverloads
    public fun verify(
        typed: String,
        now: Instant? = null,
        window: Int = 1,
        lastUsed: Long? = null,
    ): Long = core { key.verify(typed, now?.toEpochMilli(), window.counting("window"), lastUsed?.counting("last_used")) }.toLong()

    /** The link that an app takes as a QR code: `otpauth://totp/issuer:account?…`. It holds the secret: show it once, over HTTPS. */
    public fun uri(
        issuer: String,
        account: String,
    ): String = core { key.uri(issuer, account) }

    override fun toString(): String = "TotpKey(secret redacted)"

    public companion object {
        /**
         * From the secret as apps show it: Base32, in capitals or not, with or without spaces and padding.
         *
         * @throws com.okpay.OkpayException.Invalid `invalid_key`, `invalid_parameter`.
         */
        @JvmStatic
        @JvmOverloads
        public fun fromBase32(
            secret: String,
            algorithm: TotpAlgorithm = TotpAlgorithm.SHA1,
            digits: Int = 6,
            period: Duration = Duration.ofSeconds(30),
        ): TotpKey = TotpKey(core { CoreTotpKey.fromBase32(secret, algorithm.name, digits.counting("digits"), period.wholeSeconds("period")) })
    }
}
