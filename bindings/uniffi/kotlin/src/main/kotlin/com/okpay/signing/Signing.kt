package com.okpay.signing

import com.okpay.Header
import com.okpay.PublicKey
import com.okpay.SigningKey
import com.okpay.core
import com.okpay.core.CoreAnsweredRequest
import com.okpay.core.CoreHeader
import com.okpay.core.coreClaimedKeyId
import com.okpay.core.coreContentDigest
import com.okpay.core.coreFileDigest
import com.okpay.core.coreSignAnswer
import com.okpay.core.coreSignRequest
import com.okpay.core.coreVerifyAnswer
import com.okpay.core.coreVerifyContentDigest
import com.okpay.core.coreVerifyRequest
import java.time.Instant

/** What [Signing.verifyRequest] has proven. */
public data class ProvenRequest(
    /** The key that signed. */
    public val keyId: String,
    /** `hmac-sha256` or `ed25519`. */
    public val algorithm: String,
    /** When it was signed. */
    public val created: Instant,
    /** When it ends. */
    public val expires: Instant,
    /** Good for one request only. */
    public val nonce: String,
    /** Until when the nonce must be remembered. */
    public val nonceKeptUntil: Instant,
    /** The idempotency key, without quotes. */
    public val idempotencyKey: String?,
)

/** The request that an answer is to. */
public data class AnsweredRequest(
    /** Its nonce. */
    public val nonce: String,
    /** The id of the key that it was proven with. */
    public val keyId: String,
)

/** What [Signing.verifyAnswer] has proven. */
public data class ProvenAnswer(
    /** When it was signed. */
    public val created: Instant,
    /** The gateway's key. */
    public val keyId: String,
    /** The request that it says it is to. */
    public val request: AnsweredRequest?,
)

/** Requests and answers signed and proven (RFC 9421, RFC 9530), for those who bring their own HTTP. */
public object Signing {
    /**
     * The headers to add to a request.
     *
     * @param headers those that it has: with a body its `Content-Type`, and of a write the quoted `Idempotency-Key`.
     * @param created now by default.
     * @param nonce fresh by default.
     * @throws com.okpay.OkpayException.Invalid `invalid_url`, `idempotency_key_invalid`, `invalid_parameter`, `signing_failed`.
     */
    @JvmStatic
    @JvmOverloads
    public fun signRequest(
        method: String,
        url: String,
        headers: List<Header>,
        body: ByteArray,
        key: SigningKey,
        created: Instant? = null,
        nonce: String? = null,
    ): List<Header> = core { coreSignRequest(method, url, headers.core(), body, key.key, created?.epochSecond, nonce) }.plain()

    /**
     * The id of the key that a request claims, for looking it up; nothing is proven by it.
     *
     * @throws com.okpay.OkpayException.Verification `unauthenticated`, `signature_invalid`.
     */
    @JvmStatic
    public fun claimedKeyId(
        method: String,
        url: String,
        headers: List<Header>,
        body: ByteArray,
    ): String = core { coreClaimedKeyId(method, url, headers.core(), body) }

    /**
     * Proves a request with the key that signed it, secret or in memory.
     *
     * @throws com.okpay.OkpayException.Verification `unauthenticated`, `signature_invalid`, `digest_mismatch`, `clock_skew`, …
     */
    @JvmStatic
    @JvmOverloads
    public fun verifyRequest(
        method: String,
        url: String,
        headers: List<Header>,
        body: ByteArray,
        key: SigningKey,
        now: Instant? = null,
    ): ProvenRequest = proven(core { coreVerifyRequest(method, url, headers.core(), body, key.key, null, now?.epochSecond) })

    /** Proves a request with the public half of a device's key. */
    @JvmStatic
    @JvmOverloads
    public fun verifyRequest(
        method: String,
        url: String,
        headers: List<Header>,
        body: ByteArray,
        key: PublicKey,
        now: Instant? = null,
    ): ProvenRequest = proven(core { coreVerifyRequest(method, url, headers.core(), body, null, key.key, now?.epochSecond) })

    /**
     * The headers to add to an answer, as the gateway does.
     *
     * @throws com.okpay.OkpayException.Invalid `invalid_key`, `invalid_parameter`.
     */
    @JvmStatic
    @JvmOverloads
    public fun signAnswer(
        status: Int,
        headers: List<Header>,
        body: ByteArray,
        key: SigningKey,
        created: Instant? = null,
        request: AnsweredRequest? = null,
    ): List<Header> = core { coreSignAnswer(status.toUShort(), headers.core(), body, key.key, created?.epochSecond, request?.core()) }.plain()

    /**
     * Proves an answer of the gateway, under any of its keys. With `request`, only one to it.
     *
     * @throws com.okpay.OkpayException.Verification `answer_unsigned`, `answer_signature_invalid`, `answer_for_other_request`, …
     */
    @JvmStatic
    @JvmOverloads
    public fun verifyAnswer(
        status: Int,
        headers: List<Header>,
        body: ByteArray,
        keys: List<PublicKey>,
        request: AnsweredRequest? = null,
    ): ProvenAnswer {
        val proven = core { coreVerifyAnswer(status.toUShort(), headers.core(), body, keys.joinToString(","), request?.core()) }
        val answered = proven.request?.let { AnsweredRequest(it.nonce, it.keyId) }
        return ProvenAnswer(Instant.ofEpochSecond(proven.created), proven.keyId, answered)
    }

    /** `Content-Digest` of a body (RFC 9530). */
    @JvmStatic
    public fun contentDigest(body: ByteArray): String = core { coreContentDigest(body) }

    /**
     * The SHA-256 of a file's content, 64 hexadecimal digits: what the field `sha256` of an attachment, a document of identity or a file of
     * evidence takes. The file itself stays where it is.
     */
    @JvmStatic
    public fun fileDigest(content: ByteArray): String = core { coreFileDigest(content) }

    /**
     * Proves that a body is the one of a `Content-Digest`.
     *
     * @throws com.okpay.OkpayException.Verification `digest_mismatch`.
     */
    @JvmStatic
    public fun verifyContentDigest(
        field: String,
        body: ByteArray,
    ): Unit = core { coreVerifyContentDigest(field, body) }

    private fun proven(core: com.okpay.core.CoreProvenRequest): ProvenRequest =
        ProvenRequest(
            core.keyId,
            core.algorithm,
            Instant.ofEpochSecond(core.created),
            Instant.ofEpochSecond(core.expires),
            core.nonce,
            Instant.ofEpochSecond(core.nonceKeptUntil),
            core.idempotencyKey,
        )

    private fun AnsweredRequest.core() = CoreAnsweredRequest(nonce, keyId)

    private fun List<Header>.core() = map { CoreHeader(it.name, it.value) }

    private fun List<CoreHeader>.plain() = map { Header(it.name, it.value) }
}
