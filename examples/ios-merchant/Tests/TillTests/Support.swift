import Foundation
import OKPay
import Observation
import Synchronization
import Testing

@testable import Till

struct Missing: Error { let name: String }

func euros(_ amount: String) throws -> Money { try Money(amount, "EUR") }

/// A till's key in memory, where there is no keychain.
final class MemoryKey: TillKey {
    private let seed = Mutex(MemoryKey.random())

    var publicKey: Data {
        get throws { try key.publicKey.bytes }
    }

    func sign(_ bytes: Data) throws -> Data { try key.signature(for: bytes) }

    func renew() { seed.withLock { $0 = MemoryKey.random() } }

    private var key: Ed25519Key {
        get throws { try Ed25519Key(id: "new", seed: seed.withLock { $0 }) }
    }

    private static func random() -> Data { Data((0..<32).map { _ in UInt8.random(in: .min ... .max) }) }
}

/// A phone with the till's app on it: what stays when the app ends is the key and the notebook's file.
@MainActor
final class Phone {
    let sandbox: Sandbox

    /// How the app reaches the gateway.
    var transport: any Transport = URLSessionTransport()
    var maxAttempts = 3

    private let key = MemoryKey()
    private let file = FileManager.default.temporaryDirectory.appendingPathComponent("till-\(UUID().uuidString).json")

    init(_ sandbox: Sandbox) { self.sandbox = sandbox }

    static let sign = ShopSign(name: "The Corner Shop", city: "Dublin", country: "IE", category: "5411")

    static var limits: DeviceLimits {
        get throws {
            DeviceLimits(payment: try euros("100.00"), refund: try euros("20.00"), refundsPerDay: try euros("30.00"))
        }
    }

    func enrolment() async throws -> EnrolmentModel {
        let offset = try await sandbox.offset()
        let shop = Shop(url: try sandbox.detail("url"), currency: "EUR", sign: Self.sign, timeZone: .gmt)
        let settings = Client.Settings(maxAttempts: maxAttempts, transport: transport)
        return EnrolmentModel(
            shop: shop, key: key, notebook: try notebook(), betweenLooks: .milliseconds(20),
            now: { Date().addingTimeInterval(offset) },
            connect: { (key) throws(OKPayError) in try Client(baseURL: shop.url, key: key, settings: settings) })
    }

    /// The app starts, is registered by the server if it is new, and signs in.
    func signIn() async throws -> Till {
        let model = try await enrolment()
        if FileManager.default.fileExists(atPath: file.path) {
            await model.start()
        } else {
            await model.signIn(try await sandbox.register(try model.publicKey).id)
        }
        return try model.till
    }

    /// The disk is full, or has room again: where the notebook would write is something that it cannot write to.
    func fillDisk(_ isFull: Bool = true) throws { try disk.fill(isFull) }

    /// The disk, for whoever is not on the main actor.
    var disk: Disk { Disk(draft: file.appendingPathExtension("new")) }

    /// What the file says, read as at the next start.
    func notebook() throws -> Notebook { try Notebook(file: file) }
}

/// Where the notebook writes.
struct Disk: Sendable {
    let draft: URL

    func fill(_ isFull: Bool = true) throws {
        if isFull {
            try FileManager.default.createDirectory(at: draft, withIntermediateDirectories: false)
        } else {
            try FileManager.default.removeItem(at: draft)
        }
    }
}

extension EnrolmentModel {
    var publicKey: String {
        get throws {
            guard case .new(let key, _) = state else { throw Missing(name: "a key to register, in \(state)") }
            return key
        }
    }

    var till: Till {
        get throws {
            guard case .signedIn(let till, _) = state else { throw Missing(name: "a till, in \(state)") }
            return till
        }
    }
}

extension SaleModel {
    /// Types an amount on the keypad and charges it.
    func charge(_ amount: String, _ way: Way = .checkout) {
        for digit in amount.compactMap(\.wholeNumberValue) { press(digit) }
        charge(way)
    }

    /// The sale that waits, with what the customer sees of it.
    func waiting(_ fits: @escaping (Prompt) -> Bool = { _ in true }) async -> (sale: Sale, prompt: Prompt) {
        await until {
            if case .waiting(let sale, let prompt?, _) = self.state, fits(prompt) { (sale, prompt) } else { nil }
        }
    }

    func paid() async -> Payment {
        await until { if case .paid(_, let payment) = self.state { payment } else { nil } }
    }

    /// Takes a payment by card, from the keypad on.
    func take(_ amount: String, _ sandbox: Sandbox) async throws -> Payment {
        charge(amount)
        try await sandbox.pay(await waiting().sale)
        return await paid()
    }

    func unpaid() async -> String {
        await until { if case .unpaid(_, let status, _) = self.state { status } else { nil } }
    }

    func refusal() async -> OKPayError {
        await until { if case .typing(_, let refusal) = self.state { refusal } else { nil } }
    }

    func unknown() async -> (sale: Sale, error: OKPayError) {
        await until { if case .unknown(let sale, let error) = self.state { (sale, error) } else { nil } }
    }
}

/// Waits until an observable model shows something.
@MainActor
func until<Found>(_ shown: @escaping @MainActor () -> Found?) async -> Found {
    while true {
        if let found = shown() { return found }
        await withCheckedContinuation { continuation in
            withObservationTracking { _ = shown() } onChange: { continuation.resume() }
        }
    }
}
