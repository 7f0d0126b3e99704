package com.example.till

import com.okpay.models.ErrorCode
import com.okpay.models.RefundStatus
import com.okpay.models.TransactionType
import kotlinx.coroutines.flow.filter
import kotlinx.coroutines.flow.toList
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.time.Duration
import java.time.ZoneOffset

class MoneyBackTest {
    @Test
    fun `refunds in part and in full, and never past the till's limits`() =
        withPhone { phone ->
            val till = phone.signIn()
            val payment = SaleModel(till, phone.scope).paid(phone, "30.00").payment
            val other = SaleModel(till, phone.scope).paid(phone, "15.01").payment
            val refunds = RefundModel(till, phone.scope)
            refunds.load()
            val today = refunds.state.of<RefundState.Choosing> { it.payments.isNotEmpty() }
            assertEquals(listOf(other.id, payment.id), today.payments.map { it.id })

            refunds.choose(payment)
            refunds.refund(euros("5.00"))
            assertEquals(RefundStatus.SUCCEEDED, refunds.done().status)

            val server = phone.sandbox.server.payments
            refunds.choose(server.retrieve(payment.id))
            assertEquals(euros("25.00"), (refunds.state.value as RefundState.Deciding).left)
            refunds.refund()
            val tooMuch = refunds.refusal()
            assertEquals(ErrorCode.DEVICE_LIMIT_EXCEEDED to "limits.refund", tooMuch.code to tooMuch.param)
            assertTrue(tooMuch.advice("zh").title.startsWith("超出"))

            refunds.refund(euros("20.00"))
            refunds.done()
            refunds.choose(other)
            refunds.refund(euros("5.01"))
            assertEquals("limits.refunds_per_day", refunds.refusal().param)
            refunds.choose(payment)
            refunds.refund()
            assertEquals(euros("5.00"), refunds.done().amount)
            assertEquals(euros("30.00"), server.retrieve(payment.id).amountRefunded)
            assertEquals(emptyList<Intent>(), phone.notebook().intents.value)
        }

    @Test
    fun `a refund whose answer is lost is given once`() =
        withPhone { phone ->
            phone.maxAttempts = 1
            val till = phone.signIn()
            val payment = SaleModel(till, phone.scope).paid(phone, "20.00").payment
            val refunds = RefundModel(till, phone.scope)
            phone.sandbox.fault("drop_answer", "refunds.create")
            refunds.choose(payment)
            refunds.refund(euros("19.00"))
            refunds.state.of<RefundState.Unknown>()
            refunds.ask()
            assertEquals(euros("19.00"), refunds.done().amount)
            assertEquals(1, phone.sandbox.executed("refunds.create"))
        }

    @Test
    fun `a refund that was open when the app died is resolved at the next start`() =
        withPhone { phone ->
            phone.maxAttempts = 1
            val till = phone.signIn()
            val payment = SaleModel(till, phone.scope).paid(phone, "20.00").payment
            val refunds = RefundModel(till, phone.scope)
            phone.sandbox.fault("drop_answer", "refunds.create")
            refunds.choose(payment)
            refunds.refund(euros("19.00"))
            val open = refunds.state.of<RefundState.Unknown>().order
            phone.kill()
            val next = phone.signIn()
            assertEquals(listOf(open), next.notebook.intents.value)
            phone.sandbox.fault("unavailable", "idempotency.resolve")
            assertEquals(setOf(open), next.recover().keys)
            assertEquals(listOf(open), next.notebook.intents.value)
            assertTrue(
                next.recover().isEmpty() &&
                    next.notebook.intents.value
                        .isEmpty(),
            )
        }

    @Test
    fun `today's takings and fees are the movements of the balance, to the cent`() =
        withPhone { phone ->
            val yesterday = SaleModel(phone.signIn(), phone.scope).paid(phone, "77.77").payment
            phone.kill()
            phone.sandbox.advance(untilNoonOfTomorrow(phone))

            val till = phone.signIn()
            val sales = SaleModel(till, phone.scope)
            val payments = listOf("19.99", "0.50", "33.33").map { amount -> sales.paid(phone, amount).payment.also { sales.next() } }
            val refunds = RefundModel(till, phone.scope)
            refunds.choose(payments[2])
            refunds.refund(euros("3.33"))
            refunds.state.of<RefundState.Done>()

            val day = DayModel(till, phone.scope)
            day.refresh()
            val euro =
                day.state
                    .of<DayState.Shown>()
                    .takings
                    .single()
            val movements =
                phone.sandbox.server.transactions
                    .iterate()
                    .filter { it.reference != yesterday.reference }
                    .toList()
            val all = movements.fold(euros("0.00")) { sum, movement -> sum + movement.amount }
            val fees = movements.filter { it.type == TransactionType.FEE }.fold(euros("0.00")) { sum, fee -> sum + fee.amount }
            assertEquals(euros("53.82") to 3, euro.payments to euro.count)
            assertEquals(euros("-3.33"), euro.refunds)
            assertEquals(fees, euro.fees)
            assertEquals(payments.fold(euros("0.00")) { sum, payment -> sum - payment.fee!!.fee }, euro.fees)
            assertEquals(all, euro.net)
            assertTrue(movements.size == 7 && yesterday.amount == euros("77.77"))
        }

    private fun untilNoonOfTomorrow(phone: Phone): Duration {
        val now =
            phone.sandbox
                .clock()
                .instant()
                .atZone(ZoneOffset.UTC)
        return Duration.between(
            now,
            now
                .toLocalDate()
                .plusDays(1)
                .atTime(12, 0)
                .atZone(ZoneOffset.UTC),
        )
    }

    private suspend fun RefundModel.done() = state.of<RefundState.Done>().refund

    private suspend fun RefundModel.refusal() = state.of<RefundState.Deciding> { it.refusal != null }.refusal!!
}
