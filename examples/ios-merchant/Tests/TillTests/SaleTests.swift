import Foundation
import OKPay
import Testing

@testable import Till

@MainActor @Suite(.timeLimit(.minutes(1)))
struct SaleTests {
    @Test func aCustomerPaysByCardOnTheHostedPage() async throws {
        try await Sandbox.run { phone in
            let till = try await phone.signIn()
            let sales = try SaleModel(till)
            sales.charge("19.99")
            let (sale, prompt) = await sales.waiting()
            #expect(try prompt.qr.hasPrefix(phone.sandbox.detail("url") + "/"))
            #expect(try prompt.due == euros("19.99"))
            try await phone.sandbox.pay(sale)
            let payment = await sales.paid()
            #expect(try payment.amount == euros("19.99") && payment.fee?.net == euros("19.33"))
            #expect(till.notebook.intents.isEmpty)
            sales.next()
            #expect(try sales.state == .typing(euros("0.00"), refusal: nil))
        }
    }

    @Test func theKeypadTypesCentsAndASecondTapChargesNothing() async throws {
        try await Sandbox.run { phone in
            let sales = try SaleModel(try await phone.signIn())
            sales.charge(.checkout)
            #expect(try sales.state == .typing(euros("0.00"), refusal: nil))
            for digit in 1...5 { sales.press(digit) }
            sales.erase()
            #expect(try sales.state == .typing(euros("12.34"), refusal: nil))
            for _ in 1...3 { sales.charge(.checkout) }
            _ = await sales.waiting()
            #expect(try await phone.sandbox.executed("checkout_sessions.create") == 1)
        }
    }

    @Test func aDeclinedCardSaysWhyAndAnotherOnePays() async throws {
        try await Sandbox.run { phone in
            let sales = try SaleModel(try await phone.signIn())
            sales.charge("19.99")
            let sale = await sales.waiting().sale
            try await phone.sandbox.pay(sale, card: "4000000000009995")
            let code = try #require(await sales.waiting { $0.decline != nil }.prompt.decline)
            #expect(code == .insufficientFunds)
            let (english, chinese) = (try Advice.about(code), try Advice.about(code, locale: "zh-CN"))
            #expect(english.locale == "en" && chinese.locale == "zh-CN" && english.title != chinese.title)
            #expect(!english.steps.isEmpty && !chinese.steps.isEmpty)
            try await phone.sandbox.pay(sale)
            _ = await sales.paid()
        }
    }

    @Test func aWalletPaysByWhatTheCodeHolds() async throws {
        try await Sandbox.run { phone in
            let sales = try SaleModel(try await phone.signIn())
            sales.charge("19.99", .btc)
            let (sale, prompt) = await sales.waiting()
            #expect(try PaymentRequests.parse(prompt.qr).coin?.amount == prompt.due)
            try await phone.sandbox.send(prompt.due, for: sale, confirmations: 0)
            let seen = await sales.waiting { $0.received == prompt.due }.prompt
            #expect(seen.confirmations?.hasPrefix("0/") == true)
            try await phone.sandbox.advance(seconds: 86_400)
            #expect(try await sales.paid().amountCaptured == euros("19.99"))
        }
    }

    @Test(arguments: [true, false]) func aCustomersOKPayWalletPaysByTheShopsOwnCode(approves: Bool) async throws {
        try await Sandbox.run { phone in
            let sales = try SaleModel(try await phone.signIn())
            sales.charge("19.99", .wallet)
            let (sale, prompt) = await sales.waiting()
            let code = try PaymentRequests.parse(prompt.qr)
            let shop = try #require(code.merchant)
            #expect(code.format == .emvco && shop.initiation == .dynamic)
            #expect(ShopSign(name: shop.name, city: shop.city, country: shop.country, category: shop.category) == Phone.sign)
            #expect(try shop.amount == euros("19.99") && shop.additional?.reference == sale.reference)
            let id = try #require(sale.id)
            #expect(shop.accounts.first?.fields.map(\.value) == ["com.okpay", id])
            try await phone.sandbox.decide(sale, approve: approves)
            if approves {
                #expect(try await sales.paid().amountCaptured == euros("19.99"))
            } else {
                #expect(await sales.unpaid() == "failed")
            }
        }
    }

    @Test(arguments: [Way.usdt, .checkout, .wallet]) func aPaymentThatNobodyPaysExpires(way: Way) async throws {
        try await Sandbox.run { phone in
            let sales = try SaleModel(try await phone.signIn())
            sales.charge("5.00", way)
            _ = await sales.waiting()
            try await phone.sandbox.advance(seconds: 7_200)
            #expect(await sales.unpaid() == "expired")
            #expect(try phone.notebook().intents.isEmpty)
        }
    }

    @Test(arguments: [Way.usdt: "canceled", .checkout: "expired", .wallet: "canceled"]) func theCashierGivesASaleUp(way: Way, status: String) async throws {
        try await Sandbox.run { phone in
            let sales = try SaleModel(try await phone.signIn())
            sales.charge("5.00", way)
            _ = await sales.waiting()
            sales.cancel()
            #expect(await sales.unpaid() == status)
        }
    }

    @Test func aSalePastTheTillsLimitIsRefusedWithWhatToDoInTwoLanguages() async throws {
        try await Sandbox.run { phone in
            let sales = try SaleModel(try await phone.signIn())
            sales.charge("100.01")
            let refusal = await sales.refusal()
            #expect(refusal.code == .deviceLimitExceeded && refusal.param == "limits.payment")
            #expect(refusal.detail.contains("100.00 EUR"))
            #expect(try refusal.advice(locale: "en").title == "The device may not go that high")
            #expect(try refusal.advice(locale: "zh-CN").title == "超出了该设备的限额")
            sales.press(5)
            #expect(try sales.state == .typing(euros("0.05"), refusal: nil))
        }
    }
}
