import Foundation
import OKPay
import Testing

@testable import Till

@MainActor @Suite(.timeLimit(.minutes(1)))
struct MoneyBackTests {
    @Test func refundsInPartAndInFullAndNeverPastTheTillsLimits() async throws {
        try await Sandbox.run { phone in
            let till = try await phone.signIn()
            let payment = try await SaleModel(till).take("30.00", phone.sandbox)
            let other = try await SaleModel(till).take("15.01", phone.sandbox)
            let refunds = RefundModel(till)
            await refunds.load()
            guard case .choosing(let today, nil) = refunds.state else { throw Missing(name: "\(refunds.state)") }
            #expect(today.count == 2)

            refunds.choose(payment)
            await refunds.refund(try euros("5.00"))
            #expect(try refunds.done.status == .succeeded)

            refunds.choose(try await phone.sandbox.server.payments.retrieve(payment.id))
            #expect(try refunds.left == euros("25.00"))
            await refunds.refund()
            let tooMuch = try refunds.refusal
            #expect(tooMuch.code == .deviceLimitExceeded && tooMuch.param == "limits.refund")
            #expect(try tooMuch.advice(locale: "zh").title.hasPrefix("超出"))

            await refunds.refund(try euros("20.00"))
            _ = try refunds.done
            refunds.choose(other)
            await refunds.refund(try euros("5.01"))
            #expect(try refunds.refusal.param == "limits.refunds_per_day")
            refunds.choose(payment)
            await refunds.refund()
            #expect(try refunds.done.amount == euros("5.00"))
            #expect(try await phone.sandbox.server.payments.retrieve(payment.id).amountRefunded == euros("30.00"))
            #expect(try phone.notebook().intents.isEmpty)
        }
    }

    @Test func aRefundWhoseAnswerIsLostIsGivenOnce() async throws {
        try await Sandbox.run { phone in
            phone.maxAttempts = 1
            let till = try await phone.signIn()
            let payment = try await SaleModel(till).take("20.00", phone.sandbox)
            let refunds = RefundModel(till)
            try await phone.sandbox.fault("drop_answer", on: "refunds.create")
            refunds.choose(payment)
            await refunds.refund(try euros("19.00"))
            _ = try refunds.unknown
            await refunds.ask()
            #expect(try refunds.done.amount == euros("19.00"))
            #expect(try await phone.sandbox.executed("refunds.create") == 1)
        }
    }

    @Test func aRefundThatWasOpenWhenTheAppDiedIsResolvedAtTheNextStart() async throws {
        try await Sandbox.run { phone in
            phone.maxAttempts = 1
            let till = try await phone.signIn()
            let payment = try await SaleModel(till).take("20.00", phone.sandbox)
            let refunds = RefundModel(till)
            try await phone.sandbox.fault("drop_answer", on: "refunds.create")
            refunds.choose(payment)
            await refunds.refund(try euros("19.00"))
            let open = Intent.refund(try refunds.unknown)
            let next = try await phone.signIn()
            #expect(next.notebook.intents == [open])
            try await phone.sandbox.fault("unavailable", on: "idempotency.resolve")
            #expect(await Array(next.recover().keys) == [open])
            #expect(next.notebook.intents == [open])
            let failed = await next.recover()
            #expect(failed.isEmpty && next.notebook.intents.isEmpty)
        }
    }

    @Test func todaysTakingsAndFeesAreTheMovementsOfTheBalanceToTheCent() async throws {
        try await Sandbox.run { phone in
            let yesterday = try await SaleModel(try await phone.signIn()).take("77.77", phone.sandbox)
            try await phone.sandbox.advance(seconds: try await untilNoonOfTomorrow(phone))

            let till = try await phone.signIn()
            var payments: [Payment] = []
            for amount in ["19.99", "0.50", "33.33"] { payments.append(try await SaleModel(till).take(amount, phone.sandbox)) }
            let refunds = RefundModel(till)
            refunds.choose(payments[2])
            await refunds.refund(try euros("3.33"))
            _ = try refunds.done

            let day = DayModel(till)
            await day.refresh()
            guard case .shown(let takings, _) = day.state, takings.count == 1 else { throw Missing(name: "\(day.state)") }
            let euro = takings[0]
            var (all, fees, quoted, movements) = (try euros("0.00"), try euros("0.00"), try euros("0.00"), 0)
            for try await movement in phone.sandbox.server.transactions.all() where movement.reference != yesterday.reference {
                all = try all + movement.amount
                if movement.type == .fee { fees = try fees + movement.amount }
                movements += 1
            }
            for payment in payments { quoted = try quoted - (try #require(payment.fee).fee) }
            #expect(try euro.payments == euros("53.82") && euro.count == 3 && euro.refunds == euros("-3.33"))
            #expect(euro.fees == fees && euro.fees == quoted && euro.net == all)
            #expect(try movements == 7 && yesterday.amount == euros("77.77"))
        }
    }

    private func untilNoonOfTomorrow(_ phone: Phone) async throws -> Int {
        let now = Int(Date().addingTimeInterval(try await phone.sandbox.offset()).timeIntervalSince1970)
        return 86_400 - now % 86_400 + 43_200
    }
}

extension RefundModel {
    fileprivate var done: Refund {
        get throws {
            guard case .done(let refund) = state else { throw Missing(name: "a refund, in \(state)") }
            return refund
        }
    }

    fileprivate var refusal: OKPayError {
        get throws {
            guard case .deciding(_, let refusal?) = state else { throw Missing(name: "a refusal, in \(state)") }
            return refusal
        }
    }

    fileprivate var unknown: RefundOrder {
        get throws {
            guard case .unknown(let order, _) = state else { throw Missing(name: "an order, in \(state)") }
            return order
        }
    }
}
