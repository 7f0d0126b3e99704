package com.okpay

import com.okpay.core.CoreFailure
import com.okpay.models.ErrorCode
import com.okpay.models.MethodType
import com.okpay.models.NewPayment
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.job
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit

private val FIVE = Money("5.00", "EUR")
private val KEYS = listOf("order-1", "order-2")

/** Calls that are given up: whose key is whose, and what a thread is told. */
class CancellationTest {
    private val sent = Channel<Unit>(Channel.UNLIMITED)
    private val told = ConcurrentHashMap<String, CancellationException>()
    private val client = client { sent.trySend(Unit) }

    /** A client whose calls get no answer. */
    private fun client(
        key: Credentials = Sandbox.shared.key(),
        onSent: () -> Unit,
    ): Client {
        val silent =
            Transport { _, _ ->
                onSent()
                awaitCancellation()
            }
        return Client(key, "https://api.okpay.test", Sandbox.shared.details["gateway_keys"], transport = silent)
    }

    private suspend fun pay(key: String) {
        try {
            client.payments.create(FIVE, MethodType.CARD, paymentMethod = "pm_1", options = CallOptions(key))
        } catch (cancelled: CancellationException) {
            told[key] = cancelled
            throw cancelled
        }
    }

    private suspend fun bothSent() = repeat(KEYS.size) { sent.receive() }

    private fun assertOwnKeys() {
        assertEquals(KEYS.associateWith { listOf(it) }, told.mapValues { it.value.idempotencyKeys })
        assertEquals(KEYS.associateWith { it }, told.mapValues { it.value.idempotencyKey })
    }

    @Test
    fun `writes of a scope that is cancelled say their own keys, and the scope all`() =
        runBlocking {
            val scope = CoroutineScope(Dispatchers.Default)
            val payments = KEYS.map { scope.launch { pay(it) } }
            bothSent()
            val left = CancellationException("the buyer has left")
            scope.cancel(left)
            payments.joinAll()
            assertOwnKeys()
            assertEquals(KEYS, left.idempotencyKeys.sorted())
            assertTrue(payments.all { it.isCancelled })
        }

    @Test
    fun `writes of a timeout say their own keys, and the timeout all`() =
        runBlocking {
            val both: suspend () -> Unit = { coroutineScope { KEYS.forEach { launch(Dispatchers.Default) { pay(it) } } } }
            val outside = assertThrows<CancellationException> { runBlocking { withTimeout(1_000) { both() } } }
            assertOwnKeys()
            assertEquals(KEYS, outside.idempotencyKeys.sorted())
            assertNull(withTimeoutOrNull(1_000) { both() })
        }

    @Test
    fun `what ends a scope speaks for the writes in it`() {
        val burst = IllegalStateException("the till is on fire")
        val outside =
            assertThrows<IllegalStateException> {
                runBlocking(Dispatchers.Default) {
                    KEYS.forEach { launch { pay(it) } }
                    bothSent()
                    throw burst
                }
            }
        assertOwnKeys()
        assertEquals(KEYS, outside.idempotencyKeys.sorted())
    }

    @Test
    fun `a copy of an exception has its key`() {
        val cancelled = CancellationException("left").apply { givingUp(unknown("order-2")) }.givingUp(unknown("order-1"))
        assertEquals(listOf("order-1"), CancellationException("recovered", cancelled).idempotencyKeys)
        assertEquals(emptyList<String>(), IllegalStateException("else").idempotencyKeys)
    }

    private fun unknown(key: String) = CoreFailure("outcome_unknown", "cancelled", "given up", null, null, null, null, null, null, key, "")

    // Threads

    /** What a call comes to whose thread is interrupted once something has happened, and whether the thread stays interrupted. */
    private fun interrupted(
        happened: Semaphore,
        call: () -> Any?,
    ): OkpayException {
        val ended = CompletableFuture<Pair<Throwable?, Boolean>>()
        val thread = Thread { ended.complete(runCatching(call).exceptionOrNull() to Thread.currentThread().isInterrupted) }
        thread.start()
        assertTrue(happened.tryAcquire(30, TimeUnit.SECONDS)) { "it ended before: ${ended.getNow(null)}" }
        thread.interrupt()
        waitUntilHeard(thread)
        resume.release()
        val (error, stays) = ended.get(30, TimeUnit.SECONDS)
        assertTrue(stays)
        return (error as OkpayException).also { assertEquals(ErrorCode.CANCELLED, it.code) }
    }

    /** Until the thread has taken the interrupt, and handed it on before it waits again. */
    private fun waitUntilHeard(thread: Thread) {
        while (thread.isInterrupted && thread.isAlive) Thread.onSpinWait()
        while (thread.state != Thread.State.WAITING && thread.state != Thread.State.TIMED_WAITING && thread.isAlive) Thread.onSpinWait()
    }

    private val happened = Semaphore(0)
    private val resume = Semaphore(0)
    private val order = NewPayment(FIVE, MethodType.CARD).withPaymentMethod("pm_1")

    @Test
    fun `an interrupt is an error with the key of a write that may have left, and none of a read`() {
        val hanging = client { happened.release() }.blocking()
        val write = interrupted(happened) { hanging.payments.create(order, CallOptions("order-1")) }
        assertTrue(write is OkpayException.OutcomeUnknown && write.idempotencyKey == "order-1") { "$write" }
        val read = interrupted(happened) { hanging.balances.list() }
        assertTrue(read is OkpayException.Unanswered && read.idempotencyKey == null) { "$read" }
    }

    @Test
    fun `a write that is given up while its signer waits is not sent`() {
        val signer =
            object : Signer {
                override val keyId = "device_1"

                override fun sign(base: ByteArray): ByteArray {
                    happened.release()
                    resume.acquire()
                    return ByteArray(64)
                }
            }
        val unsent = client(DeviceKey(signer)) { error("it was sent") }.blocking()
        val error = interrupted(happened) { unsent.payments.create(order, CallOptions("order-1")) }
        assertTrue(error is OkpayException.NotSent && error.idempotencyKey == "order-1") { "$error" }
    }

    @Test
    fun `an end that was known when the thread was interrupted is told`() {
        val end = unknown("order-1").copy(phase = "rejected").exception()
        assertEquals(end, InterruptedException().apply { addSuppressed(end) }.end())
    }
}
