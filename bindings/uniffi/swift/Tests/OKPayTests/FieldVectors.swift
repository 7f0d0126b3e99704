import Foundation
import OKPay
import Testing

/// HTTP fields, as published.
@Suite struct FieldVectors {
    @Test func anIdempotencyKeyIsSigned() async throws {
        try await each("http_fields", "idempotency_key.valid") { key in
            try #require(try sign(key)["signature-input"]?.contains("\"idempotency-key\"") == true)
        }
    }

    @Test func aMalformedIdempotencyKeyIsRefused() async throws {
        try await each("http_fields", "idempotency_key.invalid") { key in
            try #require(code { try sign(key) } == "idempotency_key_invalid")
        }
    }

    private func sign(_ key: JSONValue) throws -> Headers {
        let headers: Headers = ["idempotency-key": key.string ?? ""]
        let secret = try HMACKey(id: "k", bytes: Data(count: 32))
        return try Signing.sign(method: "POST", url: "https://api.okpay.test/v1/x", headers: headers, body: Data(), key: .hmac(secret))
    }

    @Test func theGatewayIsWaitedFor() async throws {
        try await each("http_fields", "retry_after.valid") { row in
            // A date has passed by now.
            let wait = try await wait("Retry-After", row[0]?.string ?? "")
            try #require(wait == .seconds(row[1]?.integer ?? 0))
        }
    }

    @Test func aMalformedWaitIsNone() async throws {
        try await each("http_fields", "retry_after.invalid") { field in
            let wait = try await wait("Retry-After", field.string ?? "")
            try #require(wait == nil)
        }
    }

    @Test func aRateLimitThatIsNotSpentIsNoWait() async throws {
        try await each("http_fields", "ratelimit.limit") { field in
            let none = try await wait("RateLimit", field.string ?? "")
            let some = try await wait("RateLimit", (field.string ?? "") + ", \"spent\";r=0;t=7")
            try #require(none == nil && some == .seconds(7))
        }
    }

    /// The wait that an answer with this field asks for.
    private func wait(_ name: String, _ value: String) async throws -> Duration? {
        let heard = Heard()
        let answers = try json("tests/vectors/okpay_answers.json")
        let bytes = try Data(hex: try (answers["keys"] ?? .null).text("ed25519_public_hex"))
        let settings = Client.Settings(
            gatewayKeys: try PublicKey(id: "gw", bytes: bytes).text, maxAttempts: 1,
            transport: Canned { _ in Answer(status: 503, headers: Headers([name: value]), body: Data()) },
            onAttempt: heard.hear)
        let key = try HMACKey(id: "okp_test_kid_1", bytes: Data(count: 32))
        let client = try Client(baseURL: "https://api.okpay.test", key: .hmac(key), settings: settings)
        #expect(await failure { try await client.balances.list() }?.code == .answerUnsigned)
        return heard.reports.first?.retryAfter
    }
}

/// A transport of the test's own.
struct Canned: Transport {
    let answer: @Sendable (TransportRequest) async throws -> Answer

    init(_ answer: @escaping @Sendable (TransportRequest) async throws -> Answer) {
        self.answer = answer
    }

    func send(_ request: TransportRequest) async throws -> Answer { try await answer(request) }
}

/// The reports of a client's attempts.
final class Heard: @unchecked Sendable {
    private let lock = NSLock()
    private var all: [AttemptReport] = []

    func hear(_ report: AttemptReport) { lock.withLock { all.append(report) } }

    var reports: [AttemptReport] { lock.withLock { all } }
}

/// The error that must come.
func failure(_ work: () async throws -> some Any) async -> OKPayError? {
    do {
        _ = try await work()
        return nil
    } catch {
        return error as? OKPayError
    }
}
