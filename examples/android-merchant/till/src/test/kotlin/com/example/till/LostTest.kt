package com.example.till

import com.okpay.OkHttpTransport
import com.okpay.OkpayException
import com.okpay.Transport
import com.okpay.models.ErrorCode
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class LostTest {
    @Test
    fun `a lost answer is asked for again, and there is one payment`() =
        withPhone { phone ->
            phone.sandbox.fault("drop_answer", "checkout_sessions.create", count = 2)
            val sales = SaleModel(phone.signIn(), phone.scope)
            sales.paid(phone, "19.99")
            assertEquals(1, phone.sandbox.executed("checkout_sessions.create"))
        }

    @Test
    fun `an outcome that is unknown is resolved, and the sale goes on`() =
        withPhone { phone ->
            phone.maxAttempts = 1
            val till = phone.signIn()
            val sales = SaleModel(till, phone.scope)
            phone.sandbox.fault("drop_answer", "payments.create")
            sales.charge("5.00", Way.USDT)
            val unknown = sales.state.of<SaleState.Unknown>()
            assertTrue(unknown.error is OkpayException.OutcomeUnknown)
            assertEquals(listOf(unknown.sale), phone.notebook().intents.value)
            sales.charge(Way.USDT)
            sales.ask()
            val waiting = sales.state.of<SaleState.Waiting> { it.prompt != null }
            assertEquals(unknown.sale.reference, waiting.sale.reference)
            assertEquals(1, phone.sandbox.executed("payments.create"))
        }

    @Test
    fun `what never reached the gateway is closed, and may be charged again`() =
        withPhone { phone ->
            phone.maxAttempts = 1
            val real = OkHttpTransport()
            phone.transport =
                Transport { request, timeout ->
                    if (request.url.endsWith("/v1/checkout_sessions")) throw java.io.IOException("the network is gone")
                    real.send(request, timeout)
                }
            val sales = SaleModel(phone.signIn(), phone.scope)
            sales.charge("5.00")
            sales.state.of<SaleState.Unknown>()
            sales.ask()
            assertEquals(null, sales.state.of<SaleState.Typing>().refusal)
            assertEquals(emptyList<Intent>(), phone.notebook().intents.value)
            assertEquals(0, phone.sandbox.executed("checkout_sessions.create"))
            real.close()
        }

    @Test
    fun `a look that fails is repeated`() =
        withPhone { phone ->
            phone.maxAttempts = 1
            val sales = SaleModel(phone.signIn(), phone.scope)
            phone.sandbox.fault("unavailable", "checkout_sessions.retrieve")
            sales.charge("5.00")
            val troubled = sales.state.of<SaleState.Waiting>()
            assertEquals(ErrorCode.SERVICE_UNAVAILABLE, troubled.trouble?.code)
            sales.state.of<SaleState.Waiting> { it.prompt != null && it.trouble == null }
        }

    @Test
    fun `the app dies in the middle of a call, and the next start finds its sale`() =
        withPhone { phone ->
            val asked = CompletableDeferred<Unit>()
            val real = OkHttpTransport()
            phone.transport =
                Transport { request, timeout ->
                    val outcome = real.send(request, timeout)
                    if (request.url.endsWith("/v1/checkout_sessions")) {
                        asked.complete(Unit)
                        awaitCancellation()
                    }
                    outcome
                }
            SaleModel(phone.signIn(), phone.scope).charge("5.00")
            asked.await()
            phone.kill()
            val open =
                phone
                    .notebook()
                    .intents.value
                    .single() as Sale
            assertEquals(null, open.id)

            phone.transport = real
            val sales = SaleModel(phone.signIn(), phone.scope)
            sales.start()
            val waiting = sales.state.of<SaleState.Waiting> { it.prompt != null }
            assertEquals(open.reference, waiting.sale.reference)
            phone.sandbox.pay(waiting.sale)
            sales.state.of<SaleState.Paid>()
            assertEquals(1, phone.sandbox.executed("checkout_sessions.create"))
            assertEquals(emptyList<Intent>(), phone.notebook().intents.value)
        }

    @Test
    fun `the app dies while the customer pays, and the next start sees it paid`() =
        withPhone { phone ->
            val before = SaleModel(phone.signIn(), phone.scope)
            before.charge("5.00")
            val waiting = before.state.of<SaleState.Waiting> { it.prompt != null }
            phone.kill()
            phone.sandbox.pay(waiting.sale)
            val sales = SaleModel(phone.signIn(), phone.scope)
            sales.start()
            assertEquals(waiting.sale, sales.state.of<SaleState.Paid>().sale)
        }

    @Test
    fun `a sale that cannot be seen any more does not stop the till, and is not forgotten`() =
        withPhone { phone ->
            val till = phone.signIn()
            val sales = SaleModel(till, phone.scope)
            sales.charge("5.00")
            val waiting = sales.state.of<SaleState.Waiting> { it.prompt != null }
            phone.sandbox.server.devices
                .update(till.notebook.keyId!!, operations = listOf("checkout_sessions.create"))
            val lost = sales.state.of<SaleState.Unknown>()
            assertEquals(ErrorCode.KEY_RESTRICTED, lost.error.code)
            sales.next()
            assertEquals(SaleState.Typing(euros("0.00")), sales.state.value)
            assertEquals(listOf(waiting.sale), phone.notebook().intents.value)
        }
}
