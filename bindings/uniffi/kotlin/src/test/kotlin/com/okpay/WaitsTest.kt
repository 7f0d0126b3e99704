package com.okpay

import com.okpay.models.Deposit
import com.okpay.models.DepositStatus
import com.okpay.models.ErrorCode
import com.okpay.models.Event
import com.okpay.models.WalletMethod
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import java.time.Duration
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit

/** `wait`: woken by an event, given up, out of time. */
class WaitsTest {
    private val sandbox = Sandbox.shared
    private val client = sandbox.client()
    private val questions = LinkedBlockingQueue<AttemptReport>()
    private val observed = Client(sandbox.key(), sandbox.url, onAttempt = { questions.add(it) })

    /** A deposit of which nothing was seen yet, and the event of it. */
    private suspend fun deposit(): Pair<Deposit, Event> {
        val made = client.deposits.create(Money("5.00", "EUR"), WalletMethod.BANK_TRANSFER)
        return made to
            client.events
                .list()
                .data
                .first { (it.data as? Deposit)?.id == made.id }
    }

    private fun question() = questions.poll(30, TimeUnit.SECONDS)!!

    @Test
    fun `an event wakes whoever waits`() {
        runBlocking {
            val (made, event) = deposit()
            val waiting = async { observed.deposits.wait(made.id, Duration.ofMinutes(5)) }
            yield()
            question()
            // Unwoken, so many questions would take minutes.
            repeat(12) {
                observed.notify(event)
                assertEquals("deposits.retrieve", question().operation)
            }
            client.deposits.cancel(made.id)
            observed.notify(event)
            assertEquals(DepositStatus.CANCELED, withTimeout(30_000) { waiting.await() }.status)
            observed.notify(event)
        }
    }

    @Test
    fun `a wait may be given up`() {
        runBlocking {
            val (made, event) = deposit()
            val waiting = async { observed.deposits.wait(made.id) }
            yield()
            question()
            waiting.cancelAndJoin()
            assertTrue(waiting.isCancelled)
            observed.notify(event)
            observed.deposits.cancel(made.id)
            assertEquals("deposits.cancel", question().operation)
        }
    }

    @Test
    fun `time that is over says where it stands`() {
        val (made, _) = runBlocking { deposit() }
        val error = assertThrows<OkpayException.Unanswered> { client.blocking().deposits.wait(made.id, Duration.ofMillis(2_500)) }
        assertEquals(Triple(ErrorCode.WAIT_TIMED_OUT, made.id, "pending"), Triple(error.code, error.objectId, error.state))
        assertTrue("state pending" in error.message!!)
        val refused = assertThrows<OkpayException.Invalid> { client.blocking().deposits.wait(made.id, Duration.ofMillis(-1)) }
        assertEquals("timeout", refused.param)
    }
}
