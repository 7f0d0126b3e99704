package com.okpay

import com.okpay.models.CallOutcome
import com.okpay.models.CallState
import com.okpay.models.CardDetails
import com.okpay.models.Confirmation
import com.okpay.models.ConfirmationKind
import com.okpay.models.ErrorCode
import com.okpay.models.MethodType
import com.okpay.models.NewPayment
import com.okpay.models.PaymentStatus
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import java.time.Duration

private val FIVE = Money("5.00", "EUR")

/** The client: answers, options, transports, hooks. */
class ClientTest {
    private val sandbox = Sandbox.shared

    @Test
    fun `the answer of a reply`() {
        val order = NewPayment(FIVE, MethodType.CARD).withPaymentMethod(sandbox.card())
        val pay = {
            sandbox
                .client()
                .blocking()
                .payments
                .create(order, CallOptions("answer-1"))
        }
        val (first, second) = pay() to pay()
        assertEquals(first, second)
        assertEquals(listOf(false, true), listOf(first, second).map { it.answer!!.isReplayed })
        assertTrue(first.answer!!.requestId!!.startsWith("req_"))
        assertEquals("application/json", first.answer!!.header("CONTENT-TYPE"))
        assertNull(first.copy(version = 9).answer)
    }

    @Test
    fun options() {
        val client = sandbox.client().blocking()
        client.balances.list(CallOptions(timeout = Duration.ofSeconds(20), maxAttempts = 1, headers = mapOf("traceparent" to "00-1")))
        val error = assertThrows<OkpayException.Invalid> { client.balances.list(CallOptions(headers = mapOf("Authorization" to "Bearer x"))) }
        assertEquals("headers", error.param)
        assertEquals("invalid_parameter", codeOf { client.balances.list(CallOptions(timeout = Duration.ofSeconds(-1))) })
        assertEquals("invalid_parameter", codeOf { client.balances.list(CallOptions(maxAttempts = 0)) })
        assertEquals("deadline_exceeded", codeOf { client.balances.list(CallOptions(timeout = Duration.ZERO)) })
    }

    @Test
    fun `secrets are not shown`() {
        val secret = sandbox.details.getValue("secret")
        assertEquals("Client(${sandbox.url} as HmacKey(${sandbox.details["key_id"]}, secret redacted))", sandbox.client().toString())
        assertFalse(secret in "${sandbox.key()} ${Ed25519Key("device_1", ByteArray(32))}")
        val card = CardDetails("4242424242424242", 12, 2040, "123")
        assertEquals("CardDetails(number=…, expMonth=…, expYear=…, cvc=…, holder=null)", card.toString())
        val code = Confirmation(ConfirmationKind.SMS_CODE, "492016")
        assertFalse("492016" in "$code ${listOf(code)}")
        val outcome = CallOutcome("order-1", CallState.EXECUTED, body = """{"secret":"hush"}""")
        assertFalse("hush" in "$outcome")
        assertFalse("hush" in "${PublishableKey("okp_test_pk_x", "hush")}")
    }

    @Test
    fun `what is missing is named`() {
        val error = assertThrows<OkpayException.Invalid> { Client() }
        assertEquals("invalid_configuration" to "OKPAY_KEY_ID", error.code.value to error.param)
        val insecure = assertThrows<OkpayException.Invalid> { Client(sandbox.key(), "http://api.okpay.test") }
        assertEquals("invalid_url" to "base_url", insecure.code.value to insecure.param)
        val unproven = assertThrows<OkpayException.Invalid> { Client(sandbox.key(), "https://api.okpay.test") }
        assertEquals("invalid_configuration" to "gateway_keys", unproven.code.value to unproven.param)
    }

    @Test
    fun `a checkout by its client secret`() =
        runBlocking {
            val session = sandbox.client().checkoutSessions.create(Money("9.00", "EUR"), successUrl = "https://shop.test/thanks")
            assertFalse(session.clientSecret!! in session.toString())
            val buyer = sandbox.browser(session.clientSecret)
            val card = buyer.paymentMethods.create(card = CardDetails("4242424242424242", 12, 2040, "123"))
            val paid = buyer.checkoutSessions.confirm(session.id, MethodType.CARD, paymentMethod = card.id)
            assertEquals(PaymentStatus.SUCCEEDED, paid.paymentStatus)
            assertEquals(
                "client_secret_invalid",
                codeOf {
                    sandbox
                        .browser("wrong")
                        .blocking()
                        .checkoutSessions
                        .retrieve(session.id)
                },
            )
        }

    @Test
    fun `another transport`() {
        val sent = mutableListOf<HttpRequest>()
        val lost = Transport { request, _ -> sent.add(request).let { error("the cable is out") } }
        val client = { transport: Transport ->
            Client(sandbox.key(), sandbox.url, sandbox.details["gateway_keys"], maxAttempts = 2, transport = transport).blocking()
        }
        val order = NewPayment(FIVE, MethodType.CARD).withPaymentMethod("pm_1")
        val unknown = assertThrows<OkpayException.OutcomeUnknown> { client(lost).payments.create(order) }
        assertEquals(ErrorCode.CONNECTION_LOST, unknown.code)
        val (first, second) = sent.map { request -> request.headers.associate { it.name to it.value } }
        assertEquals("POST ${sandbox.url}/v1/payments", sent.first().toString())
        assertEquals(sent[0].body.decodeToString(), sent[1].body.decodeToString())
        assertEquals("\"${unknown.idempotencyKey}\"", first["idempotency-key"])
        assertEquals(first["idempotency-key"], second["idempotency-key"])
        assertNotEquals(first["signature"], second["signature"])
        assertThrows<OkpayException.Unanswered> { client(lost).balances.list() }
        val off = Transport { _, _ -> Outcome.Failed(false, ErrorCode.CONNECT_FAILED, "no network") }
        assertThrows<OkpayException.NotSent> { client(off).payments.create(order) }
    }

    @Test
    fun `listeners hear of every attempt, and when they fail nothing changes`() =
        Sandbox().use { gateway ->
            val heard = mutableListOf<AttemptReport>()
            gateway.fault("unavailable", "payments.list")
            gateway
                .client(onAttempt = { heard.add(it) })
                .blocking()
                .payments
                .list()
            assertEquals(listOf(1 to 503, 2 to 200), heard.map { it.attempt to it.status })
            assertEquals(setOf("payments.list" to "/v1/payments"), heard.map { it.operation to it.urlTemplate }.toSet())
            gateway
                .client(onAttempt = { error("on purpose") })
                .blocking()
                .balances
                .list()
            Unit
        }

    @Test
    fun `a call that is under way goes on when the client is closed`() =
        Sandbox().use { gateway ->
            gateway.fault("unavailable", "payments.list")
            lateinit var client: Client
            val heard = mutableListOf<Int?>()
            client = gateway.client(onAttempt = { heard.add(it.status).also { client.close() } })
            client.blocking().payments.list()
            assertEquals(listOf<Int?>(503, 200), heard)
        }

    @Test
    fun `no sandbox answers`() {
        val port = java.net.ServerSocket(0).use { it.localPort }
        val client = Client(sandbox.key(), "http://127.0.0.1:$port", timeout = Duration.ofSeconds(5))
        val error = assertThrows<OkpayException.NotSent> { client.blocking().balances.list() }
        assertEquals(ErrorCode.CONNECT_FAILED, error.code)
        assertTrue("127.0.0.1:$port" in error.detail)
    }
}
