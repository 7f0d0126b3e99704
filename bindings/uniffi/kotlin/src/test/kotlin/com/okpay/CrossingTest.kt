package com.okpay

import com.okpay.core.InternalException
import com.okpay.core.corePanic
import com.okpay.models.CallState
import com.okpay.models.ErrorCode
import com.okpay.models.MethodType
import com.okpay.models.NewPayment
import com.okpay.models.Payment
import com.okpay.webhooks.Verifier
import com.okpay.webhooks.Webhooks
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import java.math.BigDecimal
import java.nio.charset.CharacterCodingException
import java.security.KeyStoreException
import java.time.Duration
import java.time.Instant
import java.util.concurrent.Callable
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit

private val FIVE = Money("5.00", "EUR")

/** The crossing itself: panics, bytes, texts, threads, cancellation, signers of an app. */
class CrossingTest {
    @Test
    fun `a panic becomes an exception`() {
        val error = assertThrows<OkpayException.Invalid> { core { corePanic() } }
        assertEquals(ErrorCode("sdk_panicked"), error.code)
    }

    @Test
    fun `whatever ends a write has its key`() {
        val key = "order-1"
        assertEquals(key, assertThrows<OkpayException> { core(key) { corePanic() } }.idempotencyKey)
        for (error in listOf(InternalException("a panic"), CharacterCodingException())) {
            val unknown = assertThrows<OkpayException.OutcomeUnknown> { core(key) { throw error } }
            assertEquals(key to ErrorCode("sdk_panicked"), unknown.idempotencyKey to unknown.code)
        }
    }

    @Test
    fun `a thousand calls at once`() =
        runBlocking {
            Sandbox.shared.client().use { client ->
                val options = CallOptions(timeout = Duration.ofMinutes(2))
                val pages = List(1000) { async { client.balances.list(options) } }.awaitAll()
                assertEquals(1000, pages.size)
            }
        }

    @Test
    fun `one client in many threads`() {
        val (client, card) = Sandbox.shared.client() to Sandbox.shared.card()
        val pay = { number: Int ->
            val order = NewPayment(Money.ofMinor(500L + number, "EUR"), MethodType.CARD).withPaymentMethod(card)
            // Calls under one key at a time are told to come again; with 16 threads that may take more tries than three.
            client
                .blocking()
                .payments
                .create(order, CallOptions("threads-$number", Duration.ofMinutes(1), 20))
                .id
        }
        assertEquals(8, inThreads(64) { pay(it % 8) }.distinct().size)
    }

    @Test
    fun `values in many threads`() {
        val (secret, body) = Webhooks.secret() to ByteArray(100_000)
        val (verifier, headers) = Verifier(secret) to Webhooks.signDelivery(listOf(secret), "evt_1", body)
        assertEquals(listOf("evt_1"), inThreads(64) { verifier.verify(body, headers).id }.distinct())
    }

    private fun <T> inThreads(
        count: Int,
        work: (Int) -> T,
    ): List<T> {
        val pool = Executors.newFixedThreadPool(16)
        try {
            return pool.invokeAll(List(count) { Callable { work(it) } }).map { it.get() }
        } finally {
            pool.shutdown()
        }
    }

    @Test
    fun `bodies cross whole`() {
        val secret = Webhooks.secret()
        for (body in listOf(ByteArray(0), byteArrayOf(-1, -2, 0), ByteArray(256) { it.toByte() }, ByteArray(1 shl 20) { 'x'.code.toByte() })) {
            val payload = Verifier(secret).verify(body, Webhooks.signDelivery(listOf(secret), "evt_1", body))
            assertArrayEquals(body, payload.body)
            assertEquals("webhook_unreadable", codeOf { payload.event() })
        }
        val large = ByteArray((1 shl 20) + 1)
        assertEquals("body_too_large", codeOf { Verifier(secret).verify(large, Webhooks.signDelivery(listOf(secret), "evt_1", large)) })
    }

    @Test
    fun `texts cross whole`() =
        runBlocking {
            val (client, card) = Sandbox.shared.client() to Sandbox.shared.card()
            val texts = mapOf("empty" to "", "nul" to "a\u0000b", "pair" to "\uD83E\uDDFA\uD800\uDF48", "wide" to "支付", "quote" to "\"\\\n\t$")
            val payment = client.payments.create(FIVE, MethodType.CARD, paymentMethod = card, metadata = texts)
            assertEquals(texts, client.payments.retrieve(payment.id).metadata)
            val lone = assertThrows<OkpayException.Invalid> { client.blocking().payments.retrieve("\uD800") }
            assertEquals(ErrorCode.INVALID_PARAMETER, lone.code)
            val long =
                assertThrows<OkpayException> {
                    client.blocking().payments.create(NewPayment(FIVE, MethodType.CARD).withPaymentMethod(card).withDescription("x".repeat(2 shl 20)))
                }
            assertTrue(long.code.value in listOf("body_too_large", "invalid_field"))
        }

    @Test
    fun `decimals cross exactly`() {
        assertEquals("9999999999999999.99", Money("9999999999999999.99", "EUR").amount.toPlainString())
        assertEquals("0.00000001", Money(BigDecimal("1E-8"), "BTC").amount.toPlainString())
        for ((text, code) in listOf("9999999999999999999999999999" to "amount_overflow", "0.0000000000000000000000000001" to "too_many_places")) {
            assertEquals(code, codeOf { Money(text, "EUR") })
            assertEquals(code, codeOf { Money(BigDecimal(text), "EUR") })
        }
    }

    // Cancellation

    /** A gateway that executes a payment and answers half a minute later. */
    private fun slow(test: suspend (Sandbox, Client, String) -> Unit) =
        Sandbox().use { sandbox ->
            val card = sandbox.card()
            sandbox.fault("delay", "payments.create", 30_000)
            sandbox.client().use { client -> runBlocking { test(sandbox, client, card) } }
        }

    private fun awaitExecution(sandbox: Sandbox) {
        val end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30)
        while (sandbox.executed("payments.create") == 0) assertTrue(System.nanoTime() < end, "the payment was not executed")
    }

    @Test
    fun `a call that is cancelled says its key`() =
        slow { sandbox, client, card ->
            coroutineScope {
                val thrown = CompletableDeferred<CancellationException>()
                val job =
                    launch(Dispatchers.Default) {
                        try {
                            client.payments.create(FIVE, MethodType.CARD, paymentMethod = card)
                        } catch (cancelled: CancellationException) {
                            thrown.complete(cancelled)
                            throw cancelled
                        }
                    }
                awaitExecution(sandbox)
                val started = System.nanoTime()
                job.cancelAndJoin()
                assertTrue(System.nanoTime() - started < TimeUnit.SECONDS.toNanos(5))
                assertEquals(CallState.EXECUTED, client.resolve(thrown.await().idempotencyKey!!).state)
            }
        }

    @Test
    fun `a timeout around a call stays one, and says the key`() =
        slow { sandbox, client, card ->
            val pay: suspend (String) -> Payment = { client.payments.create(FIVE, MethodType.CARD, paymentMethod = card, options = CallOptions(it)) }
            val thrown =
                try {
                    withTimeout(300) { pay("around-1") }
                    null
                } catch (cancelled: CancellationException) {
                    cancelled
                }
            assertEquals("around-1", thrown!!.idempotencyKey)
            sandbox.fault("delay", "payments.create", 30_000)
            assertNull(withTimeoutOrNull(300) { pay("around-2") })
        }

    @Test
    fun `an interrupt gives a blocking call up`() =
        slow { sandbox, client, card ->
            val thrown = CompletableFuture<Throwable>()
            val order = NewPayment(FIVE, MethodType.CARD).withPaymentMethod(card)
            val thread = Thread { thrown.complete(runCatching { client.blocking().payments.create(order) }.exceptionOrNull()) }
            thread.start()
            awaitExecution(sandbox)
            thread.interrupt()
            val error = thrown.get(5, TimeUnit.SECONDS)
            assertTrue(error is OkpayException.OutcomeUnknown && error.code == ErrorCode.CANCELLED) { "$error" }
            assertTrue(error.cause is InterruptedException)
            assertEquals(CallState.EXECUTED, client.resolve(error.idempotencyKey!!).state)
        }

    // Signers of an app

    private fun signer(sign: (ByteArray) -> ByteArray) =
        object : Signer {
            override val keyId = "device_1"

            override fun sign(base: ByteArray): ByteArray = sign(base)
        }

    @Test
    fun `a signer that throws sends nothing`() {
        val sent = mutableListOf<HttpRequest>()
        val transport = Transport { request, _ -> sent.add(request).let { Outcome.Failed(true, ErrorCode.TIMEOUT, "late") } }
        val client = { key: Credentials -> Client(key, "https://api.okpay.test", Sandbox.shared.details["gateway_keys"], transport = transport) }
        for (failing in listOf<() -> ByteArray>({ throw KeyStoreException("locked") }, { error("no finger") }, { ByteArray(3) })) {
            val error = assertThrows<OkpayException> { client(DeviceKey(signer { failing() })).blocking().balances.list() }
            assertEquals(ErrorCode.SIGNING_FAILED, error.code)
        }
        assertEquals(0, sent.size)
    }

    /** A signer that says its key id so often, and no more. */
    private class Forgetful(
        private var times: Int,
    ) : Signer {
        override val keyId: String get() = if (times-- > 0) "device_1" else throw KeyStoreException("locked")

        override fun sign(base: ByteArray): ByteArray = ByteArray(64)
    }

    @Test
    fun `a signer is asked for its key id once, and not in the middle of a call`() {
        val off = Transport { _, _ -> Outcome.Failed(false, ErrorCode.CONNECT_FAILED, "no network") }
        val client = Client(DeviceKey(Forgetful(1)), "https://api.okpay.test", Sandbox.shared.details["gateway_keys"], transport = off)
        val order = NewPayment(FIVE, MethodType.CARD).withPaymentMethod("pm_1")
        val error = assertThrows<OkpayException.NotSent> { client.blocking().payments.create(order, CallOptions("order-1")) }
        assertEquals(ErrorCode.CONNECT_FAILED to "order-1", error.code to error.idempotencyKey)
        val refused = assertThrows<OkpayException.Invalid> { DeviceKey(Forgetful(0)) }
        assertEquals(ErrorCode.INVALID_KEY to "key_id", refused.code to refused.param)
        assertTrue(refused.cause is KeyStoreException)
    }

    @Test
    fun `a key in a keystore signs as the same key in memory does`() {
        val memory = Ed25519Key("device_1", ByteArray(32) { it.toByte() })
        val now = Instant.ofEpochSecond(1_800_000_000)
        val sign = { key: SigningKey ->
            com.okpay.signing.Signing
                .signRequest("GET", "https://api.okpay.test/v1/x", emptyList(), ByteArray(0), key, now, "b3k2pp5k7z50gnwpyemd01")
        }
        val bases = mutableListOf<ByteArray>()
        val keystore = DeviceKey(signer { base -> bases.add(base).let { jdkSignature(base) } })
        assertEquals(sign(memory), sign(keystore))
        assertTrue(bases.single().decodeToString().startsWith("\"@method\": GET"))
        assertArrayEquals(jdkSignature(bases.single()), memory.sign(bases.single()))
    }

    /** The JDK's own Ed25519, with the seed 0, 1, 2, … 31: another implementation than the core's. */
    private fun jdkSignature(base: ByteArray): ByteArray {
        val spec = java.security.spec.EdECPrivateKeySpec(java.security.spec.NamedParameterSpec.ED25519, ByteArray(32) { it.toByte() })
        val key =
            java.security.KeyFactory
                .getInstance("Ed25519")
                .generatePrivate(spec)
        return java.security.Signature.getInstance("Ed25519").run {
            initSign(key)
            update(base)
            sign()
        }
    }
}
