import Foundation
import OKPay

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A running `okpay sandbox`.
struct Sandbox: Sendable {
    /// What it printed: its URL, its keys.
    let details: JSONValue

    /// Starts one for a test, and stops it.
    static func run(_ test: (Sandbox) async throws -> Void) async throws {
        let process = Process()
        let built = repository.appendingPathComponent("target/debug/okpay").path
        process.executableURL = URL(fileURLWithPath: ProcessInfo.processInfo.environment["OKPAY_PROGRAM"] ?? built)
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
        try await test(Sandbox(details: try JSONDecoder().decode(JSONValue.self, from: line)))
    }

    /// One of the details.
    func detail(_ name: String) throws -> String { try details.text(name) }

    /// A client with the secret key.
    func client(_ settings: Client.Settings = Client.Settings()) throws -> Client {
        let key = try HMACKey(id: try detail("key_id"), secret: try detail("secret"))
        return try Client(baseURL: try detail("url"), key: .hmac(key), settings: settings)
    }

    /// A client with the publishable key.
    func browser() throws -> Client {
        try Client(baseURL: try detail("url"), publishableKey: try detail("publishable_key"))
    }

    /// The token of a card.
    func card(_ number: String = "4242424242424242") async throws -> String {
        let card = CardDetails(number: number, expMonth: 12, expYear: 2040, cvc: "123")
        return try await browser().paymentMethods.create(card: card).id
    }

    /// Asks a control endpoint.
    @discardableResult
    func control(_ verb: String, _ path: String, _ body: JSONValue = .object([:])) async throws -> JSONValue {
        guard let url = URL(string: try detail("url") + path) else { throw Missing(name: path) }
        var request = URLRequest(url: url)
        request.httpMethod = verb
        request.setValue("Bearer \(try detail("control_token"))", forHTTPHeaderField: "authorization")
        request.setValue("application/json", forHTTPHeaderField: "content-type")
        request.httpBody = verb == "GET" ? nil : Data(try body.text.utf8)
        let (answer, _) = try await URLSession.shared.data(for: request)
        return try JSONDecoder().decode(JSONValue.self, from: answer)
    }

    /// Waits until the gateway has executed an operation.
    func executed(_ operation: String) async throws {
        while try await control("GET", "/sandbox/requests")[operation]?["executed"]?.integer ?? 0 == 0 {
            await Task.yield()
        }
    }
}
