package com.okpay.webhooks

import com.okpay.Header
import com.okpay.core
import com.okpay.core.CoreHeader
import com.okpay.core.CorePayload
import com.okpay.core.CoreVerifier
import com.okpay.models.Event
import com.okpay.models.EventType
import com.okpay.models.parseObject
import com.okpay.wholeSeconds
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import java.time.Duration
import java.time.Instant

/**
 * Proves that webhooks are OKPay's (Standard Webhooks 1.0).
 *
 * ```
 * val verifier = Verifier(secret)
 * when (val data = verifier.verify(body, headers).event().data) { // the raw bytes, before anything parses them
 *     is Payment -> if (data.status == PaymentStatus.SUCCEEDED) ship(data.reference)
 *     is UnknownData -> log(data.raw)
 *     else -> {}
 * }
 * ```
 *
 * @param secrets `whsec_…`, and `whpk_…` for Ed25519; during a rotation the old one, too.
 * @param tolerance how far the timestamp may be off, to both sides. Zero means zero.
 * @throws com.okpay.OkpayException.Invalid `invalid_key` for a secret that is none, or if there is none; `invalid_parameter` for a tolerance
 *   below zero.
 */
public class Verifier
    @JvmOverloads
    constructor(
        secrets: List<String>,
        tolerance: Duration = Duration.ofMinutes(5),
    ) {
        private val verifier = core { CoreVerifier(secrets, tolerance.wholeSeconds("tolerance")) }

        /** With one secret and five minutes. */
        public constructor(secret: String) : this(listOf(secret))

        /**
         * Proves a delivery.
         *
         * @param body the raw bytes as they came. What was parsed and written again no longer fits its signature.
         * @param headers all headers as they came: texts, or lists of texts, by name in any case.
         * @param now the present; this machine's clock by default.
         * @throws com.okpay.OkpayException.Verification what is wrong with it, in its code.
         */
        @JvmOverloads
        public fun verify(
            body: ByteArray,
            headers: Map<String, *>,
            now: Instant? = null,
        ): VerifiedPayload = VerifiedPayload(core { verifier.verify(body, headers.core(), now?.toEpochMilli()) })
    }

/** A webhook that is proven to be OKPay's. Only a [Verifier] makes one. */
public class VerifiedPayload internal constructor(
    private val payload: CorePayload,
) {
    /** The id of the event, the same for every delivery of it. */
    public val id: String get() = core { payload.id() }

    /** When this delivery was signed. */
    public val timestamp: Instant get() = Instant.ofEpochMilli(core { payload.timestamp() })

    /** The exact bytes that were signed. */
    public val body: ByteArray get() = core { payload.body() }

    /**
     * What happened, such as [EventType.PAYMENT_SUCCEEDED], read without the rest.
     *
     * @throws com.okpay.OkpayException.Verification `webhook_unreadable`.
     */
    public val eventType: EventType get() = EventType(core { payload.eventType() })

    /**
     * One field by its path, such as `data.id`; nothing where there is none.
     *
     * @throws com.okpay.OkpayException.Verification `webhook_unreadable`.
     */
    public fun field(path: String): JsonElement? = core { payload.field(path) }?.let(Json::parseToJsonElement)

    /**
     * The event. One whose type this version does not know is proven like any other, and holds its JSON as it came.
     *
     * @throws com.okpay.OkpayException.Verification `webhook_unreadable`.
     */
    public fun event(): Event = Event.fromJson(parseObject(core { payload.event() }))

    override fun toString(): String = "VerifiedPayload($id, ${body.size} bytes)"
}

internal fun Map<String, *>.core(): List<CoreHeader> =
    flatMap { (name, value) ->
        val values = if (value is Iterable<*>) value else listOf(value)
        values.filterNotNull().map { Header(name, it.toString()) }
    }.map { CoreHeader(it.name, it.value) }
