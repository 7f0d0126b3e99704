package com.okpay

import com.okpay.models.Payment
import com.okpay.models.PaymentStatus
import com.okpay.models.UnknownData
import com.okpay.webhooks.Verifier
import com.okpay.webhooks.Webhooks
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import java.io.File

/**
 * The code of the README, which is here as it is there; the step `readme` compares. Its first program is the one that the project in
 * `consumer` compiles and runs.
 */
class ReadmeTest {
    @Test
    fun `the first payment is the program that is run`() {
        val module = File(repository, "bindings/uniffi/kotlin")
        val program = File(module, "consumer/src/main/kotlin/FirstPayment.kt").readText()
        assertTrue("```kotlin\n$program```" in File(module, "README.md").readText())
        assertTrue(program.lines().size <= 20)
    }

    @Test
    fun `the ends of a call are as written`() =
        Sandbox().use { sandbox ->
            val told = mutableListOf<String>()
            val println = { text: Any? -> told += text.toString() }
            val client = sandbox.client()
            runBlocking {
                try {
                    client.payments.capture("pay_1", amount = Money("5.00", "EUR"), options = CallOptions("order-1001-capture"))
                } catch (error: OkpayException.Rejected) {
                    // the gateway said no, provably
                    println("${error.code} ${error.advice("zh").title}")
                } catch (error: OkpayException.OutcomeUnknown) {
                    // it may have happened: ask, do not pay again
                    println(client.resolve(error.idempotencyKey!!).state)
                } catch (error: OkpayException.NotSent) {
                    // nothing happened
                }
            }
            assertTrue(told.single().startsWith("not_found "))
        }

    @Test
    fun `calls are recovered as written`(
        @TempDir folder: File,
    ) = Sandbox().use { sandbox ->
        FileJournal(File(folder, "calls.journal")).use { journal ->
            val lost = Transport { _, _ -> error("the cable is out") }
            val client = Client(sandbox.key(), sandbox.url, sandbox.details["gateway_keys"], maxAttempts = 1, transport = lost, journal = journal)
            assertThrows<OkpayException.OutcomeUnknown> { client.blocking().payments.cancel("pay_1", options = CallOptions("order-1001-cancel")) }
        }
        val told = mutableListOf<String>()
        val println = { text: String -> told += text }
        val (key, baseUrl) = sandbox.key() to sandbox.url
        runBlocking {
            val client = Client(key, baseUrl, journal = FileJournal(File(folder, "calls.journal"))) // Android: context.filesDir
            for (recovered in client.recover()) {
                val key = recovered.entry.call.idempotencyKey
                when (recovered) {
                    is Recovered.Resolved -> println("$key ${recovered.outcome.state}")
                    is Recovered.Unresolved -> println("$key ${recovered.error.code}")
                }
            }
        }
        assertEquals(listOf("order-1001-cancel not_executed"), told)
    }

    @Test
    fun `a webhook is read as written`() {
        val secret = Webhooks.secret()
        val told = mutableListOf<String>()

        fun ship(reference: String?) = told.add("ship $reference")

        fun log(text: String) = told.add(text)

        val verifier = Verifier(secret) // the endpoint's, from your environment

        fun handle(
            body: ByteArray,
            headers: Map<String, List<String>>,
        ) {
            when (val data = verifier.verify(body, headers).event().data) { // the raw bytes, or an exception: never a Boolean
                is Payment -> if (data.status == PaymentStatus.SUCCEEDED) ship(data.reference)

                is UnknownData -> log("of a later version: ${data.raw}")

                else -> Unit
            }
        }
        val body =
            """{"id":"evt_1","type":"moon.full","created":"2027-01-15T08:00:00Z","api_version":"1","livemode":false,"data":{}}"""
        handle(body.toByteArray(), Webhooks.signDelivery(listOf(secret), "evt_1", body.toByteArray()).mapValues { listOf(it.value) })
        assertEquals(listOf("of a later version: {}"), told)
    }
}
