import Foundation
import OKPay
import Testing

struct Till: DeviceSigner {
    let keyID: String
    let sign: @Sendable (Data) throws -> Data

    func signature(for bytes: Data) throws -> Data { try sign(bytes) }
}

/// The code of the README, which is here (or in the package that uses this one) as it is there.
@Suite struct Readme {
    @Test func itsCodeIsCompiled() throws {
        let folder = repository.appendingPathComponent("bindings/uniffi/swift")
        let readme = try String(contentsOf: folder.appendingPathComponent("README.md"), encoding: .utf8)
        let first = try String(contentsOf: folder.appendingPathComponent("Consumer/Sources/pay/main.swift"), encoding: .utf8)
        let here = try String(contentsOf: URL(fileURLWithPath: #filePath), encoding: .utf8)
        let blocks = readme.components(separatedBy: "```swift\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        #expect(blocks.count == 6 && blocks[0] == first)
        #expect(blocks[0].split(separator: "\n").count < 20)
        let compiled = trimmed(here)
        for block in blocks.dropFirst() {
            #expect(compiled.contains(trimmed(block)), "\(block)")
        }
    }

    /// Without indents.
    private func trimmed(_ code: String) -> String {
        code.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "\n")
    }

    @Test func theEndsOfACallAreAsWritten() async throws {
        try await Sandbox.run { sandbox in
            let client = try sandbox.client()
            try await capture(client, "pay_01jgfjjg0008e8gpmb1q6mt80x")
        }
    }

    private func capture(_ client: Client, _ id: String) async throws {
        do {
            let amount = try Money("5.00", "EUR")
            _ = try await client.payments.capture(id, amount: amount, options: CallOptions(idempotencyKey: "order-1001-capture"))
        } catch .rejected(let failure) {  // the gateway said no, provably
            print(failure.code, failure.declineCode?.rawValue ?? "")
        } catch .outcomeUnknown(let failure) {  // it may have happened: ask, do not pay again
            print(try await client.resolve(failure.idempotencyKey ?? "").state)
        } catch {  // .notSent, .invalid: nothing happened
            print(error, try error.advice(locale: "zh-CN").title)
        }
    }

    @Test func callsAreRecoveredAsWritten() async throws {
        try await Sandbox.run { sandbox in
            let place = Place()
            let key = SigningKey.hmac(try HMACKey(id: try sandbox.detail("key_id"), secret: try sandbox.detail("secret")))
            try await recover(place.url.deletingLastPathComponent(), try sandbox.detail("url"), key)
            #expect(FileManager.default.fileExists(atPath: place.url.path))
        }
    }

    private func recover(_ folder: URL, _ url: String, _ key: SigningKey) async throws {
        let journal = try FileJournal(url: folder.appendingPathComponent("calls.journal"))
        let client = try Client(baseURL: url, key: key, settings: Client.Settings(journal: journal))
        for recovered in try await client.recover() {
            let key = recovered.entry.call.idempotencyKey
            switch recovered.outcome {
            case .success(let outcome): print(key, outcome.state)  // executed, or not_executed for good
            case .failure(let error): print(key, error.code)  // it stays open
            }
        }
    }

    @Test func aWebhookIsReadAsWritten() throws {
        let secret = try Webhooks.newSecret()
        let verifier = try Verifier(secret)
        let body = Data(#"{"id":"evt_1","type":"moon.full","created":"2027-01-15T08:00:00Z","api_version":"1","livemode":false,"data":{}}"#.utf8)
        let headers = try Webhooks.sign(body, id: "evt_1", secrets: [secret])
        let payload = try verifier.verify(body, headers: headers)  // the raw bytes, before anything parses them
        switch try payload.event().data {
        case .payment(let payment) where payment.status == .succeeded: print("ship", payment.reference ?? "")
        case .unknown(let json): print("of a later version:", json)
        default: break
        }
        #expect(try payload.eventType() == EventType(rawValue: "moon.full"))
    }

    @Test func aFeeIsQuotedAsWritten() throws {
        let schedule = try FeeSchedule.standard()  // or FeeSchedule(envelope:publicKeys:), signed
        let facts = ["brand": "visa", "card_region": "domestic", "conversion": "false"]
        let quote = try schedule.quote(
            QuoteRequest(operation: "payment", method: "card", amount: try Money("100.00", "EUR"), facts: facts))
        print(quote.fee, quote.lines.map { "\($0.id) \($0.amount)" })
        #expect(try quote.fee + quote.net == quote.gross)
    }
}
