package com.example.till

import com.okpay.Advices
import com.okpay.checks.PaymentRequests
import com.okpay.models.DeclineCode
import com.okpay.models.ErrorCode
import com.okpay.models.PaymentRequestFormat
import com.okpay.models.QrInitiation
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.time.Duration

class SaleTest {
    @Test
    fun `a customer pays by card on the hosted page`() =
        withPhone { phone ->
            val till = phone.signIn()
            val sales = SaleModel(till, phone.scope)
            sales.charge("19.99")
            val waiting = sales.state.of<SaleState.Waiting> { it.prompt != null }
            assertTrue(waiting.prompt!!.qr.startsWith("${phone.sandbox.url}/"))
            assertEquals(euros("19.99"), waiting.prompt.due)
            phone.sandbox.pay(waiting.sale)
            val paid = sales.state.of<SaleState.Paid>()
            assertEquals(euros("19.99") to euros("19.33"), paid.payment.amount to paid.payment.fee!!.net)
            assertEquals(emptyList<Intent>(), till.notebook.intents.value)
            sales.next()
            assertEquals(SaleState.Typing(euros("0.00")), sales.state.value)
        }

    @Test
    fun `the keypad types cents, and a second tap charges nothing`() =
        withPhone { phone ->
            val sales = SaleModel(phone.signIn(), phone.scope)
            sales.charge(Way.CHECKOUT)
            assertEquals(SaleState.Typing(euros("0.00")), sales.state.value)
            listOf(1, 2, 3, 4, 5).forEach(sales::press)
            sales.erase()
            assertEquals(SaleState.Typing(euros("12.34")), sales.state.value)
            repeat(3) { sales.charge(Way.CHECKOUT) }
            sales.state.of<SaleState.Waiting> { it.prompt != null }
            assertEquals(1, phone.sandbox.executed("checkout_sessions.create"))
        }

    @Test
    fun `a declined card says why, and another one pays`() =
        withPhone { phone ->
            val sales = SaleModel(phone.signIn(), phone.scope)
            sales.charge("19.99")
            val waiting = sales.state.of<SaleState.Waiting> { it.prompt != null }
            phone.sandbox.pay(waiting.sale, "4000000000009995")
            val declined = sales.state.of<SaleState.Waiting> { it.prompt?.decline != null }
            assertEquals(DeclineCode.INSUFFICIENT_FUNDS, declined.prompt!!.decline)
            val advice = listOf("en", "zh-CN").map { Advices.forDecline(declined.prompt.decline!!, it) }
            assertEquals(listOf("en", "zh-CN"), advice.map { it.locale })
            assertTrue(advice.all { it.title.isNotEmpty() && it.steps.isNotEmpty() } && advice[0] != advice[1])
            phone.sandbox.pay(waiting.sale)
            sales.state.of<SaleState.Paid>()
        }

    @Test
    fun `a wallet pays by what the code holds`() =
        withPhone { phone ->
            val sales = SaleModel(phone.signIn(), phone.scope)
            sales.charge("19.99", Way.BTC)
            val waiting = sales.state.of<SaleState.Waiting> { it.prompt != null }
            val prompt = waiting.prompt!!
            val request = PaymentRequests.read(prompt.qr)
            assertEquals(prompt.due, request.coin!!.amount)
            phone.sandbox.send(waiting.sale, prompt.due, confirmations = 0)
            val seen = sales.state.of<SaleState.Waiting> { it.prompt?.received == prompt.due }
            assertEquals("0/", seen.prompt!!.confirmations?.take(2))
            phone.sandbox.advance(Duration.ofDays(1))
            assertEquals(
                euros("19.99"),
                sales.state
                    .of<SaleState.Paid>()
                    .payment.amountCaptured,
            )
        }

    @Test
    fun `a customer's OKPay wallet pays by the shop's own code`() =
        withPhone { phone ->
            val sales = SaleModel(phone.signIn(), phone.scope)
            listOf(true, false).forEach { approves ->
                sales.charge("19.99", Way.WALLET)
                val waiting = sales.state.of<SaleState.Waiting> { it.prompt != null }
                val code = PaymentRequests.read(waiting.prompt!!.qr)
                assertEquals(PaymentRequestFormat.EMVCO, code.format)
                val shop = code.merchant!!
                assertEquals(Phone.SIGN, ShopSign(shop.name, shop.city, shop.country, shop.category))
                assertEquals(euros("19.99") to QrInitiation.DYNAMIC, shop.amount to shop.initiation)
                assertEquals(waiting.sale.reference, shop.additional!!.reference)
                val account = shop.accounts.single()
                assertEquals(listOf("com.okpay", waiting.sale.id), account.fields.map { it.value })
                phone.sandbox.decide(waiting.sale, approves)
                if (approves) {
                    val paid = sales.state.of<SaleState.Paid>()
                    assertEquals(euros("19.99"), paid.payment.amountCaptured)
                } else {
                    assertEquals(DeclineCode.NOT_APPROVED, sales.state.of<SaleState.Unpaid>().decline)
                }
                sales.next()
            }
        }

    @Test
    fun `a payment that nobody pays expires`() =
        withPhone { phone ->
            val sales = SaleModel(phone.signIn(), phone.scope)
            listOf(Way.USDT, Way.CHECKOUT, Way.WALLET).forEach { way ->
                sales.charge("5.00", way)
                sales.state.of<SaleState.Waiting> { it.prompt != null }
                phone.sandbox.advance(Duration.ofHours(2))
                assertEquals("expired", sales.state.of<SaleState.Unpaid>().status)
                sales.next()
            }
            assertEquals(emptyList<Intent>(), phone.notebook().intents.value)
        }

    @Test
    fun `the cashier gives a sale up`() =
        withPhone { phone ->
            val sales = SaleModel(phone.signIn(), phone.scope)
            listOf(Way.USDT to "canceled", Way.CHECKOUT to "expired", Way.WALLET to "canceled").forEach { (way, status) ->
                sales.charge("5.00", way)
                sales.state.of<SaleState.Waiting> { it.prompt != null }
                sales.cancel()
                assertEquals(status, sales.state.of<SaleState.Unpaid>().status)
                sales.next()
            }
        }

    @Test
    fun `a sale past the till's limit is refused with what to do, in two languages`() =
        withPhone { phone ->
            val sales = SaleModel(phone.signIn(), phone.scope)
            sales.charge("100.01")
            val refusal = sales.state.of<SaleState.Typing> { it.refusal != null }.refusal!!
            assertEquals(ErrorCode.DEVICE_LIMIT_EXCEEDED to "limits.payment", refusal.code to refusal.param)
            assertTrue(refusal.detail.contains("100.00 EUR"), refusal.detail)
            assertEquals("The device may not go that high", refusal.advice("en").title)
            assertEquals("超出了该设备的限额", refusal.advice("zh-CN").title)
            sales.press(5)
            assertEquals(SaleState.Typing(euros("0.05")), sales.state.value)
        }
}
