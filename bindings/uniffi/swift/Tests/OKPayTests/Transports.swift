import Foundation
import OKPay
import Testing

/// The platform's HTTP as it is used here, against a server that says what it likes.
@Suite struct Transports {
    @Test func aRedirectIsAnAnswer() async throws {
        let server = try Loopback { _ in http("302 Found", ["location: /elsewhere"]) }
        let answer = try await send(to: server)
        #expect(answer.status == 302 && answer.headers["Location"] == "/elsewhere")
        var requests = server.received.makeAsyncIterator()
        let first = await requests.next()
        #expect(first?.head.hasPrefix("GET /.well-known/okpay ") == true)
        #expect(first?.headers.contains { $0.name.lowercased() == "accept-encoding" && $0.value == "identity" } == true)
        #expect(first?.headers.contains { $0.value.hasPrefix("okpay-swift/") } == true)
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["Basic", "Bearer", "Digest"])
    func aChallengeIsAnAnswer(_ scheme: String) async throws {
        let server = try Loopback { _ in http("401 Unauthorized", ["www-authenticate: \(scheme) realm=\"till\""], Data("who?".utf8)) }
        let answer = try await send(to: server)
        #expect(answer.status == 401 && answer.headers["www-authenticate"] == "\(scheme) realm=\"till\"" && answer.body == Data("who?".utf8))
    }

    @Test func aRequestIsPrintedWithoutItsSecrets() async throws {
        let kept = Kept()
        let settings = Client.Settings(gatewayKeys: try gatewayKeys(), transport: kept.transport)
        let client = try Client(
            baseURL: "https://api.okpay.test", publishableKey: "okp_test_pk_browser", clientSecret: "cs_1_secret_hush", settings: settings)
        let card = CardDetails(number: "4242424242424242", expMonth: 12, expYear: 2040, cvc: "987")
        _ = await failure { try await client.paymentMethods.create(card: card) }
        let request = try #require(kept.request)
        #expect(request.headers["okpay-client-secret"] == "cs_1_secret_hush" && request.headers["authorization"]?.hasSuffix("browser") == true)
        var dumped = ""
        dump(request, to: &dumped)
        for shown in ["\(request)", "\([request])", String(reflecting: request), dumped] {
            #expect(shown.contains("POST https://api.okpay.test/v1/payment_methods"), "\(shown)")
            #expect(["hush", "browser", "bytes"].allSatisfy { !shown.contains($0) }, "\(shown)")
        }
    }

    @Test func anAnswerIsBounded() async throws {
        let server = try Loopback { _ in http("200 OK", [], Data(count: TransportRequest.largestAnswer + 1)) }
        let error = await failure { try await client(server).balances.list(options: CallOptions(maxAttempts: 1)) }
        #expect(error?.detail.contains("bytes") == true)
    }

    @Test func aCutAnswerIsNone() async throws {
        let server = try Loopback { _ in Data("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".utf8) }
        let failure = await transportFailure { try await send(to: server) }
        #expect(failure?.mayHaveLeft == true && failure?.code == .answerIncomplete)
    }

    @Test func aConnectionThatBreaksMayHaveCarriedTheRequest() async throws {
        let server = try Loopback { _ in Data() }
        let failure = await transportFailure { try await send(to: server) }
        #expect(failure?.mayHaveLeft == true && failure?.code == .connectionLost)
    }

    @Test func whereNobodyListensNothingHasLeft() async throws {
        let port = try Loopback { _ in Data() }.url
        let failure = await transportFailure { try await URLSessionTransport().send(request(port)) }
        #expect(failure?.mayHaveLeft == false && failure?.code == .connectFailed)
        let key = try HMACKey(id: "okp_test_kid_1", bytes: Data(count: 32))
        let client = try Client(baseURL: port, key: .hmac(key), settings: Client.Settings(gatewayKeys: gatewayKeys(), maxAttempts: 1))
        let error = await OKPayTests.failure { try await client.refunds.create(payment: "pay_1") }
        #expect(error?.phase == "not_sent" && error?.code == .connectFailed)
    }

    private func client(_ server: Loopback) throws -> Client {
        let key = try HMACKey(id: "okp_test_kid_1", bytes: Data(count: 32))
        return try Client(baseURL: server.url, key: .hmac(key))
    }

    private func gatewayKeys() throws -> String {
        try Ed25519Key(id: "gw", seed: Data(count: 32)).publicKey.text
    }

    private func send(to server: Loopback) async throws -> Answer {
        try await URLSessionTransport().send(request(server.url))
    }

    /// The request that the client would send first.
    private func request(_ url: String) async throws -> TransportRequest {
        let kept = Kept()
        let key = try HMACKey(id: "okp_test_kid_1", bytes: Data(count: 32))
        _ = await failure {
            try await Client(baseURL: url, key: .hmac(key), settings: Client.Settings(transport: kept.transport)).balances.list()
        }
        return try #require(kept.request)
    }

    private func transportFailure(_ work: () async throws -> Answer) async -> TransportFailure? {
        do {
            _ = try await work()
            return nil
        } catch {
            return error as? TransportFailure
        }
    }
}

private final class Kept: @unchecked Sendable {
    private let lock = NSLock()
    private var last: TransportRequest?

    var request: TransportRequest? {
        get { lock.withLock { last } }
        set { lock.withLock { last = newValue } }
    }

    /// Keeps a request in place of sending it.
    var transport: Canned {
        Canned { request in
            self.request = request
            throw TransportFailure(mayHaveLeft: false, code: .connectFailed, detail: "kept")
        }
    }
}
