import Foundation
import OKPay
import Testing

@testable import Till

/// The network, with what goes wrong in it when a checkout session is made.
private struct Faulty: Transport {
    let real = URLSessionTransport()
    let goesWrong: @Sendable (_ send: () async throws -> Answer) async throws -> Answer

    func send(_ request: TransportRequest) async throws -> Answer {
        guard request.url.hasSuffix("/v1/checkout_sessions") else { return try await real.send(request) }
        return try await goesWrong { try await real.send(request) }
    }
}

@MainActor @Suite(.timeLimit(.minutes(1)))
struct LostTests {
    @Test func aLostAnswerIsAskedForAgainAndThereIsOnePayment() async throws {
        try await Sandbox.run { phone in
            try await phone.sandbox.fault("drop_answer", on: "checkout_sessions.create", count: 2)
            let sales = try SaleModel(try await phone.signIn())
            _ = try await sales.take("19.99", phone.sandbox)
            #expect(try await phone.sandbox.executed("checkout_sessions.create") == 1)
        }
    }

    @Test func anOutcomeThatIsUnknownIsResolvedAndTheSaleGoesOn() async throws {
        try await Sandbox.run { phone in
            phone.maxAttempts = 1
            let sales = try SaleModel(try await phone.signIn())
            try await phone.sandbox.fault("drop_answer", on: "payments.create")
            sales.charge("5.00", .usdt)
            let (sale, error) = await sales.unknown()
            #expect(error.phase == "outcome_unknown")
            #expect(try phone.notebook().intents == [.sale(sale)])
            sales.charge(.usdt)
            sales.ask()
            #expect(await sales.waiting().sale.reference == sale.reference)
            #expect(try await phone.sandbox.executed("payments.create") == 1)
        }
    }

    @Test func whatNeverReachedTheGatewayIsClosedAndMayBeChargedAgain() async throws {
        try await Sandbox.run { phone in
            phone.maxAttempts = 1
            phone.transport = Faulty { _ in throw Missing(name: "a network") }
            let sales = try SaleModel(try await phone.signIn())
            sales.charge("5.00")
            _ = await sales.unknown()
            sales.ask()
            await until { if case .typing(_, nil) = sales.state { () } else { nil } }
            #expect(try phone.notebook().intents.isEmpty)
            #expect(try await phone.sandbox.executed("checkout_sessions.create") == 0)
        }
    }

    @Test func aLookThatFailsIsRepeated() async throws {
        try await Sandbox.run { phone in
            phone.maxAttempts = 1
            let sales = try SaleModel(try await phone.signIn())
            try await phone.sandbox.fault("unavailable", on: "checkout_sessions.retrieve")
            sales.charge("5.00")
            let trouble = await until { if case .waiting(_, _, let trouble?) = sales.state { trouble } else { nil } }
            #expect(trouble.code == .serviceUnavailable)
            _ = await sales.waiting()
        }
    }

    @Test func theAppDiesInTheMiddleOfACallAndTheNextStartFindsItsSale() async throws {
        try await Sandbox.run { phone in
            let (asked, told) = AsyncStream.makeStream(of: Void.self)
            phone.transport = Faulty { send in
                let answer = try await send()
                told.yield()
                try await Task.sleep(for: .seconds(3600))
                return answer
            }
            let dying = try SaleModel(try await phone.signIn())
            dying.charge("5.00")
            for await _ in asked { break }
            dying.stop()
            let open = try #require(try phone.notebook().intents.first?.sale)
            #expect(open.id == nil)

            phone.transport = URLSessionTransport()
            let sales = try SaleModel(try await phone.signIn())
            await sales.start()
            let sale = await sales.waiting().sale
            #expect(sale.reference == open.reference)
            try await phone.sandbox.pay(sale)
            _ = await sales.paid()
            #expect(try await phone.sandbox.executed("checkout_sessions.create") == 1)
            #expect(try phone.notebook().intents.isEmpty)
        }
    }

    @Test func theAppDiesWhileTheCustomerPaysAndTheNextStartSeesItPaid() async throws {
        try await Sandbox.run { phone in
            let dying = try SaleModel(try await phone.signIn())
            dying.charge("5.00")
            let sale = await dying.waiting().sale
            dying.stop()
            try await phone.sandbox.pay(sale)
            let sales = try SaleModel(try await phone.signIn())
            await sales.start()
            #expect(await sales.paid().amount == sale.amount)
        }
    }

    @Test func aSaleThatCannotBeSeenAnyMoreDoesNotStopTheTillAndIsNotForgotten() async throws {
        try await Sandbox.run { phone in
            let till = try await phone.signIn()
            let sales = try SaleModel(till)
            sales.charge("5.00")
            let sale = await sales.waiting().sale
            let keyID = try #require(till.notebook.keyID)
            _ = try await phone.sandbox.server.devices.update(keyID, operations: ["checkout_sessions.create"])
            #expect(await sales.unknown().error.code == .keyRestricted)
            sales.next()
            #expect(try sales.state == .typing(euros("0.00"), refusal: nil))
            #expect(try phone.notebook().intents == [.sale(sale)])
        }
    }
}
