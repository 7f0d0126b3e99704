package com.okpay

import com.okpay.models.MethodType
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
import java.util.concurrent.ConcurrentHashMap

private val FIVE = Money("5.00", "EUR")
private val KEYS = listOf("order-1", "order-2")

/** Whose key is whose where several writes are given up at once. */
class CancellationTest {
    private val sent = Channel<Unit>(Channel.UNLIMITED)
    private val told = ConcurrentHashMap<String, CancellationException>()
    private val silent =
        Transport { _, _ ->
            sent.send(Unit)
            awaitCancellation()
        }
    private val client = Client(Sandbox.shared.key(), Sandbox.shared.url, Sandbox.shared.details["gateway_keys"], transport = silent)

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
        val cancelled = CancellationException("left").apply { givingUp("order-2") }.givingUp("order-1")
        assertEquals(listOf("order-1"), CancellationException("recovered", cancelled).idempotencyKeys)
        assertEquals(emptyList<String>(), IllegalStateException("else").idempotencyKeys)
    }
}
