import Foundation
import OKPay
import Testing

@testable import Till

/// The network, and a disk that fills while a call to a path is under way.
private struct Filling: Transport {
    let real = URLSessionTransport()
    let disk: Disk
    let path: String

    func send(_ request: TransportRequest) async throws -> Answer {
        let answer = try await real.send(request)
        if request.url.hasSuffix(path) { try disk.fill() }
        return answer
    }
}

@MainActor @Suite(.timeLimit(.minutes(1)))
struct FullDiskTests {
    private let notWritten = ErrorCode(rawValue: "notebook_not_written")

    @Test func whatCannotBeWrittenDownIsNotChargedAndMayBeOnceThereIsRoom() async throws {
        try await Sandbox.run { phone in
            let sales = try SaleModel(try await phone.signIn())
            try phone.fillDisk()
            sales.charge("5.00")
            let refusal = await sales.refusal()
            #expect(refusal.code == notWritten && refusal.phase == "invalid")
            #expect(try !refusal.advice(locale: "zh-CN").title.isEmpty)
            #expect(try await phone.sandbox.executed("checkout_sessions.create") == 0)
            try phone.fillDisk(false)
            _ = try await sales.take("5.00", phone.sandbox)
        }
    }

    @Test func aDiskThatFillsWhileTheGatewayIsAskedLosesNoSale() async throws {
        try await Sandbox.run { phone in
            phone.transport = Filling(disk: phone.disk, path: "/v1/checkout_sessions")
            let sales = try SaleModel(try await phone.signIn())
            sales.charge("5.00")
            let (sale, error) = await sales.unknown()
            #expect(error.code == notWritten)
            try phone.fillDisk(false)
            sales.ask()
            #expect(await sales.waiting().sale.reference == sale.reference)
            #expect(try await phone.sandbox.executed("checkout_sessions.create") == 1)
        }
    }

    @Test func aPaymentThatIsSeenAndARefundThatIsMadeStaySoAndTheNextStartForgetsThem() async throws {
        try await Sandbox.run { phone in
            phone.transport = Filling(disk: phone.disk, path: "/v1/refunds")
            let till = try await phone.signIn()
            let sales = try SaleModel(till)
            let payment = try await sales.take("40.00", phone.sandbox)
            let refunds = RefundModel(till)
            refunds.choose(payment)
            await refunds.refund(try euros("9.00"))
            guard case .done = refunds.state else { throw Missing(name: "a refund, in \(refunds.state)") }
            #expect(till.notebook.intents.isEmpty)
            #expect(try phone.notebook().intents.count == 1)
            try phone.fillDisk(false)
            sales.next()
            sales.charge("5.00")
            let sale = await sales.waiting().sale
            try phone.fillDisk()
            try await phone.sandbox.pay(sale)
            _ = await sales.paid()
            sales.next()
            #expect(try sales.state == .typing(euros("0.00"), refusal: nil))

            try phone.fillDisk(false)
            sales.stop()
            let next = try SaleModel(try await phone.signIn())
            await next.start()
            _ = await next.paid()
            #expect(try phone.notebook().intents.isEmpty)
            #expect(try await phone.sandbox.executed("refunds.create") == 1)
        }
    }

    @Test func aTillThatCannotBeRegisteredSaysSo() async throws {
        try await Sandbox.run { phone in
            try phone.fillDisk()
            let model = try await phone.enrolment()
            let first = try model.publicKey
            await model.signIn(try await phone.sandbox.register(first).id)
            guard case .new(_, let refusal?) = model.state else { throw Missing(name: "\(model.state)") }
            #expect(refusal.code == notWritten)
            model.renew()
            guard case .new(let second, let again?) = model.state else { throw Missing(name: "\(model.state)") }
            #expect(again.code == notWritten && second != first)
            try phone.fillDisk(false)
            model.renew()
            guard case .new(let third, nil) = model.state else { throw Missing(name: "\(model.state)") }
            #expect(third != second)
        }
    }
}
