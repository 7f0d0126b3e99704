import Foundation
import OKPay
import Testing

@testable import Till

@MainActor @Suite(.timeLimit(.minutes(1)))
struct EnrolmentTests {
    @Test func signsInWithAKeyOfItsOwnAndAgainAtTheNextStart() async throws {
        try await Sandbox.run { phone in
            let model = try await phone.enrolment()
            let registered = try await phone.sandbox.register(try model.publicKey)
            await model.signIn(registered.id)
            guard case .signedIn(_, let device) = model.state else { throw Missing(name: "\(model.state)") }
            #expect(try device.limits.refund == euros("20.00"))
            let next = try await phone.enrolment()
            await next.start()
            _ = try next.till
        }
    }

    @Test func aKeyIDThatIsNotThisTillsDoesNotSignItIn() async throws {
        try await Sandbox.run { phone in
            let model = try await phone.enrolment()
            let other = try await phone.sandbox.register(try MemoryKey().publicKey.base64EncodedString())
            await model.signIn(other.id)
            guard case .new(_, .rejected?) = model.state else { throw Missing(name: "\(model.state)") }
            #expect(try phone.notebook().keyID == nil)
        }
    }

    @Test func withoutANetworkItStaysRegistered() async throws {
        try await Sandbox.run { phone in
            _ = try await phone.signIn()
            try await phone.sandbox.fault("unavailable", on: "devices.current", count: 3)
            let model = try await phone.enrolment()
            await model.start()
            guard case .offline(let error) = model.state else { throw Missing(name: "\(model.state)") }
            #expect(error.code == .serviceUnavailable)
            await model.start()
            _ = try model.till
        }
    }

    @Test func aDeviceThatIsRevokedStopsAtItsNextCallAndNeedsANewKey() async throws {
        try await Sandbox.run { phone in
            let model = try await phone.enrolment()
            let first = try model.publicKey
            let device = try await phone.sandbox.register(first)
            await model.signIn(device.id)
            let sales = try SaleModel(try model.till)
            _ = try await phone.sandbox.server.devices.revoke(device.id)
            sales.charge("5.00")
            #expect(await sales.refusal().code == .keyRevoked)
            guard case .revoked(let error) = model.state else { throw Missing(name: "\(model.state)") }
            #expect(try error.advice(locale: "en").title == "The key was revoked")
            #expect(try await phone.sandbox.executed("checkout_sessions.create") == 0)

            model.renew()
            #expect(try model.publicKey != first)
            await model.signIn(try await phone.sandbox.register(try model.publicKey).id)
            _ = try model.till
        }
    }
}
