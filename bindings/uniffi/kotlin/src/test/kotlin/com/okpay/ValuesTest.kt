package com.okpay

import com.okpay.core.CoreFailure
import com.okpay.fees.FeeSchedule
import com.okpay.models.Attachment
import com.okpay.models.Audience
import com.okpay.models.DeclineCode
import com.okpay.models.ErrorCode
import com.okpay.models.EventType
import com.okpay.models.PaymentStatus
import com.okpay.models.QuoteRequest
import com.okpay.models.Refund
import com.okpay.models.RefundStatus
import com.okpay.models.UnknownData
import com.okpay.models.parseObject
import com.okpay.signing.Signing
import com.okpay.totp.TotpKey
import com.okpay.webhooks.Claim
import com.okpay.webhooks.MemoryReplayStore
import com.okpay.webhooks.Ordering
import com.okpay.webhooks.Verifier
import com.okpay.webhooks.Webhooks
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import java.math.BigDecimal
import java.time.Duration
import java.time.Instant

private val NOW: Instant = Instant.ofEpochSecond(1_800_000_000)
private const val SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
private const val REFUND =
    """{"id": "re_1", "status": "succeeded", "payment": "pay_1", "amount": {"amount": "0.10", "currency": "EUR"},
    "created": "2026-11-01T02:00:00.25+02:00", "version": 7, "livemode": false, "metadata": {"a": "b"}, "novel": [1]}"""

/** Money, models, errors, fees, webhooks as Kotlin sees them; their figures are those of the vectors. */
class ValuesTest {
    @Test
    fun `a bundle says what ran it and what failed`() {
        val error = runCatching { Verifier("") }.exceptionOrNull() as OkpayException
        val bundle = Diagnostics.bundle(error)
        assertTrue(Regex("JVM \\d+(\\.\\d+)*").matches(bundle.runtime.orEmpty()), bundle.runtime)
        assertTrue(Regex("\\w+ \\w+").matches(bundle.platform.orEmpty()), bundle.platform)
        assertEquals(listOf(error.code), bundle.incidents.map { it.code })
    }

    @Test
    fun `a file is named by its digest`() {
        val content = "abc".toByteArray()
        val file = Attachment("note.txt", "text/plain", content.size.toLong(), Signing.fileDigest(content))
        assertEquals("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", file.sha256)
    }

    @Test
    fun money() {
        val (ten, five) = Money("10", "EUR") to Money(BigDecimal("5.00"), "EUR")
        assertEquals(Money("15.00", "EUR"), ten + five)
        assertEquals(Money.ofMinor(500, "EUR"), ten - five)
        assertEquals(Money.ofMinor(-500, "EUR"), five - ten)
        assertTrue(ten > five && five < ten && ten.compareTo(Money("10.00", "EUR")) == 0)
        assertEquals(ten.hashCode(), Money("10.00", "EUR").hashCode())
        assertEquals("10.00 EUR" to 2, ten.toString() to ten.places)
        assertEquals("currency_mismatch", codeOf { ten + Money("1", "USD") })
        assertEquals("currency_mismatch", codeOf { ten.compareTo(Money("1", "USD")) })
        assertNotEquals(ten, Money("10", "USD"))
        for (text in listOf("", "1e3", "1,5", " 1", "NaN", "٣")) assertEquals("invalid_amount", codeOf { Money(text, "EUR") })
        assertEquals("unknown_currency", codeOf { Money("1", "XXX") })
    }

    @Test
    fun models() {
        val refund = Refund.fromJson(parseObject(REFUND))
        assertEquals(Instant.parse("2026-11-01T00:00:00.250Z"), refund.created)
        assertEquals(JsonPrimitive("2026-11-01T00:00:00.250Z"), refund.toJson()["created"])
        assertEquals(Money("0.10", "EUR") to RefundStatus.SUCCEEDED, refund.amount to refund.status)
        assertEquals(refund, Refund.fromJson(refund.toJson()))
        assertNotEquals(refund, refund.copy(version = 8))
        assertNull(refund.answer)
    }

    @Test
    fun `texts of a later version survive`() {
        val status = PaymentStatus("pondered")
        assertEquals("pondered" to false, status.toString() to status.isKnown)
        assertEquals(PaymentStatus.SUCCEEDED, PaymentStatus("succeeded"))
        assertTrue(PaymentStatus("succeeded").isKnown && PaymentStatus.SUCCEEDED in PaymentStatus.entries)
        assertNotEquals(PaymentStatus("succeeded"), RefundStatus("succeeded"))
        assertTrue(ErrorCode.entries.size > 70)
    }

    @Test
    fun errors() {
        val failure = CoreFailure("rejected", "payment_declined", "no", null, "lost_card", "pay_1", null, 402u, "req_1", "key-1", "Read the code.")
        val error = failure.exception() as OkpayException.Rejected
        assertEquals("no (payment_declined), decline lost_card, request req_1, idempotency key key-1", error.message)
        assertEquals(DeclineCode.LOST_CARD to "pay_1", error.declineCode to error.objectId)
        val (english, chinese) = error.advice() to error.advice("zh-CN")
        assertEquals("en" to "zh-CN", english.locale to chinese.locale)
        assertNotEquals(english.title, chinese.title)
        val buyer = Advices.forDecline(DeclineCode.INSUFFICIENT_FUNDS, "fr, zh;q=0.5", "pay_1")
        assertEquals(Audience.BUYER to "zh-CN", buyer.audience to buyer.locale)
        assertEquals(DeclineCode.GENERIC_DECLINE, Advices.codeForBuyer(DeclineCode.STOLEN_CARD))
        assertTrue(Advices.forCode(ErrorCode("moon_phase")).title.isNotEmpty())
        assertTrue(failure.copy(phase = "later").exception() is OkpayException.OutcomeUnknown)
    }

    @Test
    fun fees() {
        val schedule = FeeSchedule.standard()
        val facts = mapOf("brand" to "visa", "card_region" to "domestic", "conversion" to "false")
        val request = QuoteRequest("payment", "card", Money("100.00", "EUR"), facts = facts)
        val quote = schedule.quote(request)
        assertEquals(quote.gross, quote.fee + quote.net)
        assertTrue(quote.ruleId in schedule.ruleIds && !schedule.isVerified)
        assertEquals("missing_fact", codeOf { schedule.quote(request.copy(facts = null)) })
        val amounts = LongArray(700) { 100L + 7 * it }
        val columns = schedule.quoteMany(amounts, request)
        amounts.forEachIndexed { row, minor ->
            val one = schedule.quote(request.copy(amount = Money.ofMinor(minor, "EUR")))
            assertEquals(one.fee.minorUnits to one.ruleId, columns.fee[row] to columns.ruleIds[columns.rule[row]])
        }
        assertEquals(0, schedule.quoteMany(LongArray(0), request).fee.size)
        assertTrue(schedule.grossUp(request).net >= Money("100.00", "EUR"))
        val offers = schedule.compare(request).mapNotNull { it.quote?.fee }
        assertTrue(offers.size > 1 && offers == offers.sorted())
        assertEquals(schedule, FeeSchedule.fromJson(schedule.text))
    }

    @Test
    fun `the gateway's own schedule is verified, and gives its fees`() =
        runBlocking {
            val sandbox = Sandbox.shared
            val envelope =
                sandbox
                    .client()
                    .feeSchedules
                    .current()
                    .toJson()
                    .toString()
            val keys = listOf(sandbox.details.getValue("fee_schedule_key"))
            val schedule = FeeSchedule.fromEnvelope(envelope, keys)
            assertTrue(schedule.isVerified && schedule.validFrom != null)
            val amount = Money("42.17", "EUR")
            val payment = sandbox.client().payments.create(amount, com.okpay.models.MethodType.CARD, paymentMethod = sandbox.card())
            val facts = mapOf("brand" to "visa", "card_region" to "domestic", "conversion" to "false")
            assertEquals(payment.fee!!.fee, schedule.quote(QuoteRequest("payment", "card", amount, facts = facts)).fee)
            assertEquals("schedule_rollback", codeOf { FeeSchedule.fromEnvelope(envelope, keys, "2099-01-01.1") })
        }

    // Webhooks

    private val body =
        """{"id": "evt_1", "type": "refund.succeeded", "created": "2027-01-15T08:00:00Z", "api_version": "2026-11-01", "livemode": false,
        "data": $REFUND}""".toByteArray()

    private fun signed(secret: String = SECRET) = Webhooks.signDelivery(listOf(secret), "evt_1", body, NOW)

    @Test
    fun `a webhook is read on demand`() {
        val payload = Verifier(SECRET).verify(body, signed().mapKeys { it.key.uppercase() }.mapValues { listOf(it.value) }, NOW)
        assertEquals(Triple("evt_1", NOW, EventType.REFUND_SUCCEEDED), Triple(payload.id, payload.timestamp, payload.eventType))
        assertEquals(JsonPrimitive(7) to null, payload.field("data.version") to payload.field("data.none"))
        assertEquals(Refund.fromJson(parseObject(REFUND)), payload.event().data)
        val later = String(body).replace("refund.succeeded", "refund.teleported").toByteArray()
        val event = Verifier(SECRET).verify(later, Webhooks.signDelivery(listOf(SECRET), "evt_1", later, NOW), NOW).event()
        assertTrue(event.data is UnknownData && !event.type.isKnown && event.toJson()["data"] is JsonObject)
    }

    @Test
    fun `what is not signed is refused`() {
        assertEquals("webhook_signature_mismatch", codeOf { Verifier(Webhooks.secret()).verify(body, signed(), NOW) })
        assertEquals("webhook_header_missing", codeOf { Verifier(SECRET).verify(body, emptyMap<String, String>(), NOW) })
        val strict = Verifier(listOf(SECRET), Duration.ZERO)
        strict.verify(body, signed(), NOW)
        assertEquals("webhook_timestamp_out_of_tolerance", codeOf { strict.verify(body, signed(), NOW.plusSeconds(1)) })
        for (secrets in listOf(emptyList(), listOf(""), listOf(SECRET, " $SECRET"))) assertEquals("invalid_key", codeOf { Verifier(secrets) })
        val other = Webhooks.secret()
        val told = Webhooks.diagnose(body, signed(other), listOf(SECRET), NOW, otherSecrets = mapOf("till" to other))
        assertTrue(!told.verified && "till" in told.findings.first().detail)
    }

    @Test
    fun `what is below zero is refused, and what is past all counting is the most`() {
        val before = Duration.ofMillis(-1)
        val key = TotpKey(ByteArray(20))
        val refused =
            mapOf(
                "tolerance" to listOf<() -> Any?>({ Verifier(listOf(SECRET), before) }, { diagnosed(before) }),
                "capacity" to listOf({ MemoryReplayStore(-1) }),
                "lease" to listOf({ MemoryReplayStore().claim("orders", "evt_1", before) }),
                "current_version" to listOf({ Webhooks.apply(-1, 1) }),
                "event_version" to listOf({ Webhooks.apply(1, -1) }),
                "digits" to listOf({ TotpKey(ByteArray(20), digits = -1) }),
                "period" to listOf({ TotpKey(ByteArray(20), period = before) }, { TotpKey.fromBase32("A".repeat(32), period = before) }),
                "window" to listOf({ key.verify("123456", window = -1) }),
                "last_used" to listOf({ key.verify(key.code(NOW), NOW, lastUsed = -1) }),
            )
        for ((param, uses) in refused) {
            for (use in uses) {
                val error = assertThrows<OkpayException.Invalid>(param) { use() }
                assertEquals(ErrorCode.INVALID_PARAMETER to param, error.code to error.param)
            }
        }
        val ages = Duration.ofSeconds(1L shl 32).plusSeconds(1)
        Verifier(listOf(SECRET), ages).verify(body, signed(), NOW.plusSeconds(3600))
        assertTrue(diagnosed(ages).verified)
        assertEquals("invalid_parameter", codeOf { TotpKey(ByteArray(20), period = ages.plusSeconds(29)) })
        val store = MemoryReplayStore().apply { claim("orders", "evt_1", ages, NOW) }
        assertEquals(Claim.InProgress, store.claim("orders", "evt_1", now = NOW.plusSeconds(3600)))
    }

    private fun diagnosed(tolerance: Duration) = Webhooks.diagnose(body, signed(), listOf(SECRET), NOW.plusSeconds(3600), tolerance = tolerance)

    @Test
    fun `handled once, in order`() {
        val store = MemoryReplayStore(2)
        val first = (store.claim("orders", "evt_1", now = NOW) as Claim.New).token
        assertEquals(Claim.InProgress, store.claim("orders", "evt_1", now = NOW.plusSeconds(59)))
        assertTrue(store.claim("mails", "evt_1", now = NOW) is Claim.New)
        store.release(first)
        val second = (store.claim("orders", "evt_1", now = NOW) as Claim.New).token
        assertEquals("replay_guard_failed", codeOf { store.complete(first, NOW) })
        store.complete(second, NOW)
        assertEquals(Claim.Done, store.claim("orders", "evt_1", now = NOW.plusSeconds(3600)))
        assertEquals("replay_guard_failed", codeOf { store.claim("orders", "evt_2", now = NOW) })
        val orders = listOf(null to 1L, 1L to 2L, 2L to 2L, 1L to 3L).map { (current, event) -> Webhooks.apply(current, event) }
        assertEquals(listOf(Ordering.APPLY, Ordering.APPLY, Ordering.STALE, Ordering.GAP), orders)
        assertFalse(SECRET in Verifier(SECRET).toString())
    }
}
