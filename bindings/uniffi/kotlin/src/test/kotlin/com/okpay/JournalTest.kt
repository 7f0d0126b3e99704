package com.okpay

import com.okpay.models.CallState
import com.okpay.models.CardDetails
import com.okpay.models.Confirmation
import com.okpay.models.ConfirmationKind
import com.okpay.models.ErrorCode
import com.okpay.models.MethodType
import com.okpay.models.PaymentStatus
import com.okpay.models.parseObject
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.jsonObject
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path
import java.time.Instant
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.io.path.readText
import kotlin.io.path.writeText

private val AMOUNT = Money("5.00", "EUR")

/** The journal: calls that are lost track of nowhere, whatever is lost on the way. */
class JournalTest {
    @TempDir
    private lateinit var folder: Path
    private val sandbox = Sandbox.shared
    private val path get() = folder.resolve("calls.journal")
    private val lost = Transport { _, _ -> error("the cable is out") }
    private val off = Transport { _, _ -> Outcome.Failed(false, ErrorCode.CONNECT_FAILED, "no network") }

    private fun client(
        journal: Journal?,
        transport: Transport = OkHttpTransport(),
        of: Sandbox = sandbox,
    ) = Client(of.key(), of.url, of.details["gateway_keys"], maxAttempts = 1, transport = transport, journal = journal)

    private fun pay(
        client: Client,
        key: String,
        card: String = "pm_1",
        amount: Money = AMOUNT,
    ) = runBlocking { client.payments.create(amount, MethodType.CARD, paymentMethod = card, options = CallOptions(key)) }

    private fun Journal.keys() = openCalls().map { it.call.idempotencyKey }

    @Test
    fun `a call whose answer was lost is recovered by the next client, and is paid once`() =
        Sandbox().use { own ->
            own.fault("drop_answer", "payments.create")
            val began = Instant.now()
            FileJournal(path).use { journal ->
                assertThrows<OkpayException.OutcomeUnknown> { pay(client(journal, of = own), "order-1", own.card()) }
                assertEquals("journal_failed", codeOf { FileJournal(path.toFile()) })
            }
            FileJournal(path.toFile()).use { journal ->
                val client = client(journal, of = own)
                val recovered = client.recoverBlocking().single() as Recovered.Resolved
                val (call, recorded) = recovered.entry
                assertEquals("payments.create POST /v1/payments", "${call.operation} ${call.method} ${call.path}")
                assertEquals("order-1", call.idempotencyKey)
                assertEquals("5.00", parseObject(call.body!!)["amount"]?.jsonObject?.string("amount"))
                assertTrue(recorded.plusMillis(1) >= began && recorded <= Instant.now() && "amount" !in "$recovered")
                val payments = runBlocking { client.payments.list() }.data
                assertEquals(listOf(payments.single().id, CallState.EXECUTED), listOf(recovered.outcome.objectId, recovered.outcome.state))
                assertEquals(emptyList<Recovered>(), runBlocking { client.recover() })
            }
        }

    @Test
    fun `what cannot be recorded is not sent`() {
        val sent = mutableListOf<HttpRequest>()
        val transport = Transport { request, _ -> sent.add(request).let { error("it was sent") } }
        val full =
            object : Journal by FileJournal(path) {
                override fun record(
                    call: JournaledCall,
                    now: Instant,
                ): Boolean = throw java.io.IOException("the disk is full")
            }
        val closed = FileJournal(folder.resolve("closed")).also { it.close() }
        for (journal in listOf(full, closed)) {
            val error = assertThrows<OkpayException.NotSent> { pay(client(journal, transport), "unsent") }
            assertEquals(ErrorCode.JOURNAL_FAILED, error.code)
            assertTrue(error.detail.startsWith("the intent could not be journaled, so nothing was sent: ")) { error.detail }
        }
        assertEquals(emptyList<HttpRequest>(), sent)
        folder.resolve("foreign").writeText("SQLite format 3")
        val foreign = assertThrows<OkpayException.Invalid> { FileJournal(folder.resolve("foreign")) }
        assertTrue("no journal of this kind" in foreign.detail && "foreign" in foreign.detail)
    }

    @Test
    fun `cards, PINs and reads are in no file`() =
        runBlocking {
            FileJournal(path).use { journal ->
                val client = client(journal, lost)
                val proof = Confirmation(ConfirmationKind.PAYMENT_PIN, "493817")
                assertThrows<OkpayException.OutcomeUnknown> { client.withdrawals.confirm("wd_1", proof) }
                assertThrows<OkpayException> { client.paymentMethods.create(card = CardDetails("4242424242424242", 12, 2040, "123")) }
                assertThrows<OkpayException.Unanswered> { client.payments.retrieve("pay_1") }
                val buyer = Client(PublishableKey(sandbox.details.getValue("publishable_key")), sandbox.url, journal = journal)
                buyer.paymentMethods.create(card = CardDetails("4242424242424242", 12, 2040, "123"))
                val call = journal.openCalls().single().call
                assertEquals("withdrawals.confirm /v1/withdrawals/wd_1/confirm", "${call.operation} ${call.path}")
                assertNull(call.body)
                val text = path.readText()
                assertTrue("/v1/withdrawals/wd_1/confirm" in text)
                assertFalse(Regex("493817|42424242|_sk_|payments").containsMatchIn(text)) { text }
            }
        }

    @Test
    fun `a call stays open until its end is proven, or all its runs have sent nothing`() =
        FileJournal(path).use { journal ->
            val card = sandbox.card()
            assertThrows<OkpayException.NotSent> { pay(client(journal, off), "ends-1", card) }
            assertEquals(emptyList<String>(), journal.keys())
            assertThrows<OkpayException.OutcomeUnknown> { pay(client(journal, lost), "ends-1", card) }
            // An earlier run may have left, whatever becomes of this one.
            assertThrows<OkpayException.OutcomeUnknown> { pay(client(journal, off), "ends-1", card) }
            val other = assertThrows<OkpayException.NotSent> { pay(client(journal), "ends-1", card, Money("6.00", "EUR")) }
            assertTrue("the key ends-1 is open with another call" in other.detail)
            assertEquals(listOf("ends-1"), journal.keys())
            assertEquals(PaymentStatus.SUCCEEDED, pay(client(journal), "ends-1", card).status)
            assertEquals(emptyList<String>(), journal.keys())
        }

    @Test
    fun `to resolve a call strikes it off, and one that cannot be asked about stays`() =
        FileJournal(path).use { journal ->
            val offline = client(journal, lost)
            listOf("open-1", "open-2").forEach { assertThrows<OkpayException.OutcomeUnknown> { pay(offline, it) } }
            val unresolved = offline.recoverBlocking().map { it as Recovered.Unresolved }
            assertEquals(listOf("open-1", "open-2"), unresolved.map { it.entry.call.idempotencyKey })
            assertTrue(unresolved.all { it.error.code == ErrorCode.CONNECTION_LOST })
            assertEquals(CallState.NOT_EXECUTED, client(journal).resolveBlocking("open-1").state)
            assertEquals(listOf("open-2"), journal.keys())
            assertEquals(CallState.NOT_EXECUTED, (client(journal).recoverBlocking().single() as Recovered.Resolved).outcome.state)
            assertEquals(emptyList<String>(), journal.keys())
            val missing = assertThrows<OkpayException.Invalid> { client(null).recoverBlocking() }
            assertEquals("invalid_configuration" to "journal", missing.code.value to missing.param)
        }

    @Test
    fun `a recovery that is cancelled has lost nothing`() =
        FileJournal(path).use { journal ->
            val offline = client(journal, lost)
            listOf("open-1", "open-2").forEach { assertThrows<OkpayException.OutcomeUnknown> { pay(offline, it) } }
            val (online, first, second) = Triple(OkHttpTransport(), AtomicBoolean(true), CompletableDeferred<Unit>())
            val stuck =
                Transport { request, timeout ->
                    if (first.getAndSet(false)) online.send(request, timeout) else second.complete(Unit).let { awaitCancellation() }
                }
            runBlocking {
                val recovery = launch { client(journal, stuck).recover() }
                second.await()
                recovery.cancelAndJoin()
            }
            assertEquals(listOf("open-1", "open-2"), journal.keys())
            assertEquals(2, client(journal).recoverBlocking().filterIsInstance<Recovered.Resolved>().size)
            assertEquals(emptyList<String>(), journal.keys())
        }

    @Test
    fun `a journal is not recovered from another gateway`() =
        FileJournal(path).use { journal ->
            assertThrows<OkpayException.OutcomeUnknown> { pay(client(journal, lost), "order-1") }
            Sandbox().use { other ->
                val elsewhere = client(journal, of = other)
                val unresolved = elsewhere.recoverBlocking().single() as Recovered.Unresolved
                assertEquals("invalid_configuration" to "journal", unresolved.error.code.value to unresolved.error.param)
                elsewhere.resolveBlocking("order-1")
                assertEquals(listOf("order-1"), journal.keys())
            }
            val recovered = client(journal).recoverBlocking().single() as Recovered.Resolved
            assertEquals("${sandbox.url} ${sandbox.details["key_id"]}", recovered.entry.call.caller)
            assertEquals(CallState.NOT_EXECUTED, recovered.outcome.state)
            assertEquals(emptyList<String>(), journal.keys())
        }

    @Test
    fun `a journal that cannot strike off fails no call`() {
        val failing =
            object : Journal {
                override fun record(
                    call: JournaledCall,
                    now: Instant,
                ) = false

                override fun settle(idempotencyKey: String) = error("the disk is full")

                override fun withdraw(idempotencyKey: String) = error("the disk is full")

                override fun openCalls() = emptyList<JournalEntry>()
            }
        assertEquals(PaymentStatus.SUCCEEDED, pay(client(failing), "struck-1", sandbox.card()).status)
        assertThrows<OkpayException.Rejected> { pay(client(failing), "struck-2") }
    }
}
