import Foundation
import OKPay

@testable import Till

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A running `okpay sandbox`, with the merchant's server and the customer.
struct Sandbox: Sendable {
    private let details: JSONValue

    /// The merchant's server.
    let server: Client

    /// Runs a test with a phone and a gateway of its own.
    @MainActor
    static func run(_ test: @MainActor (Phone) async throws -> Void) async throws {
        guard let program = ProcessInfo.processInfo.environment["OKPAY_PROGRAM"] else {
            throw Missing(name: "OKPAY_PROGRAM, the program okpay: cargo build -p okpay-cli")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["sandbox", "--json", "--port", "0"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        defer {
            // Foundation's own `terminate` asks, and Linux hands the signal mask of the thread that started it on, which holds that back.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            let read = output.fileHandleForReading.availableData
            if read.isEmpty { throw Missing(name: "what the sandbox prints") }
            line += read
        }
        try await test(Phone(try Sandbox(JSONDecoder().decode(JSONValue.self, from: line))))
    }

    private init(_ details: JSONValue) throws {
        self.details = details
        let text = { (name: String) throws in
            guard let text = details[name]?.string else { throw Missing(name: name) }
            return text
        }
        server = try Client(baseURL: try text("url"), key: .hmac(HMACKey(id: try text("key_id"), secret: try text("secret"))))
    }

    func detail(_ name: String) throws -> String {
        guard let text = details[name]?.string else { throw Missing(name: name) }
        return text
    }

    /// Registers a till's key, as a server does.
    func register(_ publicKey: String) async throws -> Device {
        try await server.devices.create(
            name: "Till 7", publicKey: publicKey, limits: try await Phone.limits, operations: Self.operations)
    }

    private static let operations = [
        "checkout_sessions.create", "checkout_sessions.retrieve", "checkout_sessions.expire", "payments.create",
        "payments.retrieve", "payments.cancel", "payments.list", "refunds.create", "refunds.retrieve", "transactions.list",
    ]

    /// The customer opens the page that the code holds, and pays by card.
    func pay(_ sale: Sale, card number: String = "4242424242424242") async throws {
        let buyer = try Client(baseURL: try detail("url"), publishableKey: try detail("publishable_key"))
        let details = CardDetails(number: number, expMonth: 12, expYear: 2040, cvc: "123")
        let card = try await buyer.paymentMethods.create(card: details)
        _ = try await server.checkoutSessions.confirm(sale.id ?? "", method: .card, paymentMethod: card.id)
    }

    /// The customer's wallet sends coins.
    func send(_ amount: Money, for sale: Sale, confirmations: Int) async throws {
        let coins: JSONValue = .object(["amount": .string(amount.text), "currency": .string(amount.currency)])
        try await control(
            "POST", "/sandbox/payments/\(sale.id ?? "")/receive",
            .object(["amount": coins, "confirmations": .number(Decimal(confirmations))]))
    }

    /// The customer's wallet asks its owner, who decides.
    func decide(_ sale: Sale, approve: Bool) async throws {
        try await control("POST", "/sandbox/payments/\(sale.id ?? "")/authenticate", .object(["approve": .bool(approve)]))
    }

    /// Business time goes on.
    func advance(seconds: Int) async throws {
        try await control("POST", "/sandbox/clock/advance", .object(["seconds": .number(Decimal(seconds))]))
    }

    /// By how much business time is ahead, in whole seconds.
    func offset() async throws -> TimeInterval {
        TimeInterval(try await control("GET", "/sandbox/clock")["offset_ms"]?.integer ?? 0) / 1000
    }

    /// Something goes wrong, in the next calls of an operation.
    func fault(_ kind: String, on operation: String, count: Int = 1) async throws {
        try await control(
            "POST", "/sandbox/faults",
            .object(["kind": .string(kind), "on": .string(operation), "count": .number(Decimal(count))]))
    }

    /// How often an operation was executed.
    func executed(_ operation: String) async throws -> Int {
        try await control("GET", "/sandbox/requests")[operation]?["executed"]?.integer ?? 0
    }

    @discardableResult
    private func control(_ verb: String, _ path: String, _ body: JSONValue = .object([:])) async throws -> JSONValue {
        guard let url = URL(string: try detail("url") + path) else { throw Missing(name: path) }
        var request = URLRequest(url: url)
        request.httpMethod = verb
        request.setValue("Bearer \(try detail("control_token"))", forHTTPHeaderField: "authorization")
        request.setValue("application/json", forHTTPHeaderField: "content-type")
        request.httpBody = verb == "GET" ? nil : try JSONEncoder().encode(body)
        let (answer, response) = try await URLSession.shared.data(for: request)
        guard let status = (response as? HTTPURLResponse)?.statusCode, 200..<300 ~= status else {
            throw Missing(name: String(decoding: answer, as: UTF8.self))
        }
        return try JSONDecoder().decode(JSONValue.self, from: answer)
    }
}
