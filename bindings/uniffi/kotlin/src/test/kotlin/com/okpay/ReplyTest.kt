package com.okpay

import com.okpay.core.CoreCaller
import com.okpay.core.CoreSettings
import com.okpay.models.ErrorCode
import com.okpay.models.NewRefund
import com.okpay.models.Refund
import com.okpay.signing.AnsweredRequest
import com.okpay.signing.Signing
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.JsonObject
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import java.time.Instant

private const val URL = "https://api.okpay.test"

/** Replies that are proven, from a gateway whose key the test has. */
class ReplyTest {
    private val gateway = Ed25519Key("gateway_1", ByteArray(32) { 7 })
    private val key = HmacKey("key_1", ByteArray(32) { 9 })

    private fun refund(created: String) =
        """{"id": "re_1", "status": "succeeded", "payment": "pay_1", "amount": {"amount": "0.10", "currency": "EUR"},
        "created": "$created", "version": 7, "livemode": false, "metadata": {}}""".toByteArray()

    private fun answering(body: ByteArray) =
        Transport { request, _ ->
            val signature = request.headers.single { it.name == "signature-input" }.value
            val (nonce, keyId) = listOf("nonce", "keyid").map { Regex("$it=\"([^\"]+)\"").find(signature)!!.groupValues[1] }
            val headers = listOf(Header("content-type", "application/json"))
            val proof = Signing.signAnswer(200, headers, body, gateway, request = AnsweredRequest(nonce, keyId))
            Outcome.Answered(Answer(200, headers + proof, body))
        }

    @Test
    fun `times are read in every form that the core lets through`() {
        val forms =
            mapOf(
                "2026-11-01T02:00:00.25+02:00" to "2026-11-01T00:00:00.250Z",
                "2026-11-01T00:00:00.1234567891Z" to "2026-11-01T00:00:00.123Z",
                "2026-11-01t00:00:00z" to "2026-11-01T00:00:00Z",
                "2026-11-01 00:00:00Z" to "2026-11-01T00:00:00Z",
                "2026-12-31T23:59:60Z" to "2026-12-31T23:59:59.999Z",
            )
        for ((text, moment) in forms) {
            val client = Client(key, URL, "${gateway.publicKey}", transport = answering(refund(text)))
            val made = runBlocking { client.refunds.create("pay_1") }
            assertEquals(Instant.parse(moment), made.created, text)
        }
    }

    @Test
    fun `a reply that cannot be read is a defect, and of a write an unknown outcome with its key`() {
        val settings = CoreSettings(URL, null, "${gateway.publicKey}", 30_000u, 1u)
        val courier = Courier(core { CoreCaller(settings, key.core()) }, "test", answering(refund("2026-11-01T00:00:00Z")), null, null)
        val refusal = invalid(ErrorCode.UNKNOWN_CURRENCY, "no such currency")
        for (thrown in listOf(IllegalStateException("unread"), NumberFormatException("unread"), refusal)) {
            val reading: (JsonObject) -> Refund = { throw thrown }
            val unknown =
                assertThrows<OkpayException.OutcomeUnknown> {
                    runBlocking { courier.run("refunds.create", reading, null, NewRefund("pay_1"), CallOptions("order-1")) }
                }
            assertEquals("order-1" to ErrorCode("sdk_panicked"), unknown.idempotencyKey to unknown.code)
            assertTrue(unknown.cause === thrown)
            val read = assertThrows<OkpayException> { runBlocking { courier.run("refunds.retrieve", reading, "re_1", null, CallOptions.NONE) } }
            assertEquals(ErrorCode("sdk_panicked"), read.code)
        }
    }
}
