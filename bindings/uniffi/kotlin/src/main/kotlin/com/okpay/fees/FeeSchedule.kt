package com.okpay.fees

import com.okpay.core
import com.okpay.core.CoreFeeSchedule
import com.okpay.models.Offer
import com.okpay.models.Quote
import com.okpay.models.QuoteRequest
import com.okpay.models.given
import com.okpay.models.parseObject
import com.okpay.models.tree
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonArray
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.time.Instant

/**
 * A table of fees: versioned data with a validity, whose first matching rule wins. The engine is the gateway's own code, so that offline
 * figures equal its, to the cent.
 *
 * ```
 * val request = QuoteRequest("payment", "card", Money("100.00", "EUR"),
 *     facts = mapOf("brand" to "visa", "card_region" to "domestic", "conversion" to "false"))
 * println(FeeSchedule.standard().quote(request).fee)
 * ```
 */
public class FeeSchedule private constructor(
    private val schedule: CoreFeeSchedule,
) {
    /** The schedule's id. */
    public val id: String get() = core { schedule.id() }

    /** The version: a date and a number, such as `2026-11-01.1`. */
    public val version: String get() = core { schedule.version() }

    /** Whether it came in an envelope whose signature was checked. */
    public val isVerified: Boolean get() = core { schedule.verified() }

    /** Its exact text. */
    public val text: String get() = core { schedule.text() }

    /** How fractions of a minor unit are rounded. */
    public val rounding: String get() = core { schedule.rounding() }

    /** The ids of the rules, in their order. */
    public val ruleIds: List<String> get() = core { schedule.ruleIds() }

    /** The first moment at which it is in force. */
    public val validFrom: Instant? get() = core { schedule.validFrom() }?.let(Instant::ofEpochMilli)

    /** The first moment at which it is no longer in force; nothing while no end is set. */
    public val validUntil: Instant? get() = core { schedule.validUntil() }?.let(Instant::ofEpochMilli)

    /**
     * The fee on an amount.
     *
     * @throws com.okpay.OkpayException.Invalid `missing_fact` with the name of the fact, `no_matching_rule`, `schedule_not_in_force`, …
     */
    public fun quote(request: QuoteRequest): Quote = read(core { schedule.quote(request.text()) })

    /** The quote of the smallest gross whose net reaches the amount of the request. */
    public fun grossUp(request: QuoteRequest): Quote = read(core { schedule.grossUp(request.text()) })

    /** The quote of the largest withdrawal that fits into the amount of the request together with its fee. */
    public fun maxWithdrawal(request: QuoteRequest): Quote = read(core { schedule.maxWithdrawal(request.text()) })

    /**
     * Offers, cheapest first, then those that are not available, with the reason.
     *
     * @param request its method does not count.
     * @param methods the methods to compare; all of them by default.
     */
    @JvmOverloads
    public fun compare(
        request: QuoteRequest,
        methods: List<String> = emptyList(),
    ): List<Offer> {
        val offers = core { schedule.compare(request.text(), methods) }
        return Json.parseToJsonElement(offers).jsonArray.map { Offer.fromJson(it.tree()) }
    }

    /**
     * The figures of many amounts, each the one that [quote] gives.
     *
     * @param amounts in minor units of the currency of the request, whose own amount does not count.
     * @throws com.okpay.OkpayException.Invalid as [quote], with the row.
     */
    public fun quoteMany(
        amounts: LongArray,
        request: QuoteRequest,
    ): QuoteColumns {
        val sent = ByteArray(Math.multiplyExact(amounts.size, Long.SIZE_BYTES))
        little(sent).asLongBuffer().put(amounts)
        val columns = core { schedule.quoteMany(sent, request.text()) }
        val rule = IntArray(amounts.size).also { little(columns.rule).asIntBuffer().get(it) }
        return QuoteColumns(longs(columns.gross), longs(columns.fee), longs(columns.net), rule, columns.ruleIds)
    }

    override fun equals(other: Any?): Boolean = other is FeeSchedule && other.text == text && other.isVerified == isVerified

    override fun hashCode(): Int = text.hashCode()

    override fun toString(): String = "FeeSchedule($id, $version, verified=$isVerified)"

    public companion object {
        /** OKPay's own schedule as it was when this version was made; unsigned. */
        @JvmStatic
        public fun standard(): FeeSchedule = FeeSchedule(core { CoreFeeSchedule.standard() })

        /**
         * Loads a bare schedule.
         *
         * @throws com.okpay.OkpayException.Invalid `invalid_schedule` with the path of the field at fault.
         */
        @JvmStatic
        public fun fromJson(text: String): FeeSchedule = FeeSchedule(core { CoreFeeSchedule.fromJson(text) })

        /**
         * Loads a schedule out of a signed envelope.
         *
         * @param publicKeys the keys that are trusted for fee schedules, `whpk_…`.
         * @param lastAcceptedVersion the version that was accepted last; an older one is refused.
         * @throws com.okpay.OkpayException.Verification `envelope_signature_invalid`, `schedule_rollback`.
         */
        @JvmStatic
        @JvmOverloads
        public fun fromEnvelope(
            text: String,
            publicKeys: List<String>,
            lastAcceptedVersion: String? = null,
        ): FeeSchedule = FeeSchedule(core { CoreFeeSchedule.fromEnvelope(text, publicKeys, lastAcceptedVersion) })

        private fun QuoteRequest.text(): String = given(toJson()).toString()

        // As bytes, whose copy is one of memory: a list would hold an object for each number.
        private fun longs(column: ByteArray) = LongArray(column.size / Long.SIZE_BYTES).also { little(column).asLongBuffer().get(it) }

        private fun little(bytes: ByteArray) = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)

        private fun read(text: String): Quote = Quote.fromJson(parseObject(text))
    }
}

/** Figures of many rows by column, in minor units. */
public class QuoteColumns internal constructor(
    /** What the payer pays. */
    public val gross: LongArray,
    /** The fee. */
    public val fee: LongArray,
    /** What the receiver gets; negative when the fee is more than the amount. */
    public val net: LongArray,
    /** The place in [ruleIds] of the rule that matched. */
    public val rule: IntArray,
    /** The ids of all rules of the schedule, in their order. */
    public val ruleIds: List<String>,
)
