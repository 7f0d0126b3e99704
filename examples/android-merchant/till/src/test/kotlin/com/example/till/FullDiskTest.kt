package com.example.till

import com.okpay.OkHttpTransport
import com.okpay.OkpayException
import com.okpay.Transport
import com.okpay.models.ErrorCode
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

private val NOT_WRITTEN = ErrorCode("notebook_not_written")

class FullDiskTest {
    @Test
    fun `what cannot be written down is not charged, and may be once there is room`() =
        withPhone { phone ->
            val sales = SaleModel(phone.signIn(), phone.scope)
            phone.fillDisk()
            sales.charge("5.00")
            val refusal = sales.state.of<SaleState.Typing> { it.refusal != null }.refusal!!
            assertTrue(refusal is OkpayException.Invalid && refusal.advice("zh-CN").title.isNotEmpty())
            assertEquals(NOT_WRITTEN to "Make room, and try again.", refusal.code to refusal.suggestedAction)
            assertEquals(0, phone.sandbox.executed("checkout_sessions.create"))
            phone.fillDisk(false)
            sales.paid(phone, "5.00")
        }

    @Test
    fun `a disk that fills while the gateway is asked loses no sale`() =
        withPhone { phone ->
            phone.fillAfter("/v1/checkout_sessions")
            val sales = SaleModel(phone.signIn(), phone.scope)
            sales.charge("5.00")
            val unknown = sales.state.of<SaleState.Unknown>()
            assertEquals(NOT_WRITTEN, unknown.error.code)
            phone.fillDisk(false)
            sales.ask()
            val waiting = sales.state.of<SaleState.Waiting> { it.prompt != null }
            assertEquals(unknown.sale.reference, waiting.sale.reference)
            assertEquals(1, phone.sandbox.executed("checkout_sessions.create"))
        }

    @Test
    fun `a payment that is seen and a refund that is made stay so, and the next start forgets them`() =
        withPhone { phone ->
            phone.fillAfter("/v1/refunds")
            val till = phone.signIn()
            val payment = SaleModel(till, phone.scope).paid(phone, "40.00").payment
            val refunds = RefundModel(till, phone.scope)
            refunds.choose(payment)
            refunds.refund(euros("9.00"))
            refunds.state.of<RefundState.Done>()
            assertEquals(emptyList<Intent>(), till.notebook.intents.value)
            val written = phone.notebook().intents.value
            assertEquals(1, written.size)
            val sales = SaleModel(till, phone.scope)
            phone.fillDisk(false)
            sales.charge("5.00")
            val waiting = sales.state.of<SaleState.Waiting> { it.prompt != null }
            phone.fillDisk()
            phone.sandbox.pay(waiting.sale)
            assertEquals(waiting.sale, sales.state.of<SaleState.Paid>().sale)
            sales.next()
            assertEquals(SaleState.Typing(euros("0.00")), sales.state.value)

            phone.fillDisk(false)
            phone.kill()
            val next = SaleModel(phone.signIn(), phone.scope)
            next.start()
            next.state.of<SaleState.Paid>()
            assertEquals(emptyList<Intent>(), phone.notebook().intents.value)
            assertEquals(1, phone.sandbox.executed("refunds.create"))
        }

    @Test
    fun `a till that cannot be registered says so`() =
        withPhone { phone ->
            phone.fillDisk()
            val model = phone.enrolment()
            val new = model.state.value as Enrolment.New
            model.signIn(phone.sandbox.register(new.publicKey, Phone.LIMITS).id)
            val refused = model.state.of<Enrolment.New> { it.refusal != null }
            assertEquals(NOT_WRITTEN, refused.refusal!!.code)
            model.renew()
            val renewed = model.state.of<Enrolment.New> { it.publicKey != new.publicKey }
            assertEquals(NOT_WRITTEN, renewed.refusal!!.code)
            phone.fillDisk(false)
            model.renew()
            assertNull(model.state.of<Enrolment.New> { it.publicKey != renewed.publicKey }.refusal)
        }
}

/** The disk fills while a call to this path is under way. */
private fun Phone.fillAfter(path: String) {
    val real = OkHttpTransport()
    transport =
        Transport { request, timeout ->
            real.send(request, timeout).also { if (request.url.endsWith(path)) fillDisk() }
        }
}
