import Foundation
import Testing

@testable import OKPay
@testable import OKPayCore

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The crossing itself: panics, bytes, tasks, cancellation, signers of the app.
@Suite struct Crossing {
    @Test func aPanicBecomesAnError() {
        #expect(code { try crossing { try corePanic() } } == "sdk_panicked")
    }

    @Test(arguments: [(nil, "order-1"), ("order-2", "order-2")])
    func aFailureOfAWriteTellsItsKey(_ told: String?, _ key: String) async {
        let failed = CoreFailure(
            phase: "outcome_unknown", code: "sdk_panicked", detail: "it stopped", param: nil, declineCode: nil, object: nil, state: nil,
            status: nil, requestId: nil, idempotencyKey: told, suggestedAction: "resolve it")
        let error = await failure { try crossing(writing: "order-1") { throw CoreError.Failed(failure: failed) } }
        #expect(error?.phase == "outcome_unknown" && error?.idempotencyKey == key)
    }

    @Test func textsAndBodiesCrossWhole() async throws {
        try await Sandbox.run { sandbox in
            let (client, card) = (try sandbox.client(), try await sandbox.card())
            let texts = ["empty": "", "nul": "a\0b", "pair": "\u{1F9FA}\u{10348}", "wide": "支付", "quote": "\"\\\n\t", "composed": "e\u{301}"]
            let five = try Money("5.00", "EUR")
            let payment = try await client.payments.create(amount: five, method: .card, metadata: texts, paymentMethod: card)
            let metadata = try await client.payments.retrieve(payment.id).metadata
            #expect(metadata == texts && metadata["composed"]?.unicodeScalars.count == 2)
            let long = String(repeating: "x", count: 2 << 20)
            let error = await failure { try await client.payments.create(amount: five, method: .card, description: long, paymentMethod: card) }
            #expect(error?.code == .bodyTooLarge || error?.code == .invalidField)
        }
    }

    @Test func aReplyThatCannotBeReadTellsTheKeyOfItsWrite() async throws {
        try await Sandbox.run { sandbox in
            let (client, card) = (try sandbox.client(), try await sandbox.card())
            let params: Params = ["amount": try Money("5.00", "EUR"), "method": MethodType.card, "payment_method": card]
            let under = { (key: String) in CallOptions(idempotencyKey: key) }
            let number = await failure { try await client.run("payments.create", params: params, options: under("order-1")) as Int }
            let untimed = await failure { try await client.run("payments.create", params: params, options: under("order-2")) as Untimed }
            for (error, key) in [(number, "order-1"), (untimed, "order-2")] {
                #expect(error?.phase == "outcome_unknown" && error?.code.rawValue == "sdk_panicked" && error?.idempotencyKey == key)
                let outcome = try await client.resolve(key)
                #expect(outcome.state == .executed)
            }
        }
    }

    @Test(arguments: [Data(), Data([0xFF, 0xFE, 0]), Data("{}".utf8), Data([0xED, 0xA0, 0x80]), Data(count: 1 << 20)])
    func bytesCrossAsTheyAre(_ body: Data) throws {
        let secret = try Webhooks.newSecret()
        let headers = try Webhooks.sign(body, id: "evt_1", secrets: [secret])
        let payload = try Verifier(secret).verify(body, headers: headers)
        #expect(payload.body == body)
        #expect(code { try payload.event() } == "webhook_unreadable")
        #expect(code { try Verifier(secret).verify(body + Data([1]), headers: headers) } != nil)
    }

    @Test func decimalsCrossExactly() throws {
        let money = try Money(#require(Decimal(string: "10000000000.00000000")), "BTC")
        #expect(money.text == "10000000000.00000000" && money.amount == Decimal(10_000_000_000))
        #expect(try Money("0.10", "EUR").amount == Decimal(string: "0.1"))
        #expect(code { try Money(#require(Decimal(string: "1234567890123456789.123456789")), "BTC") } == "too_many_places")
        #expect(code { try Money(Decimal.nan, "EUR") } == "invalid_amount")
        #expect(code { try Money("12345678901234567890123456.78", "EUR") } == "amount_overflow")
    }

    @Test func aThousandCallsAtOnce() async throws {
        try await Sandbox.run { sandbox in
            let client = try sandbox.client(Client.Settings(timeout: .seconds(120)))
            let pages = try await withThrowingTaskGroup(of: BalancePage.self) { group in
                for _ in 0..<1000 {
                    group.addTask { try await client.balances.list() }
                }
                return try await group.reduce(into: [BalancePage]()) { $0.append($1) }
            }
            #expect(pages.count == 1000)
        }
    }

    @Test func valuesInManyTasks() async throws {
        let secret = try Webhooks.newSecret()
        let (verifier, schedule) = (try Verifier(secret), try FeeSchedule.standard())
        let body = Data(repeating: 120, count: 100_000)
        let headers = try Webhooks.sign(body, id: "evt_1", secrets: [secret])
        await withTaskGroup(of: String?.self) { group in
            for _ in 0..<64 {
                group.addTask { (try? verifier.verify(body, headers: headers).id).map { $0 + schedule.id } }
            }
            for await found in group {
                #expect(found == "evt_1" + schedule.id)
            }
        }
    }

    @Test func aCancelledWriteTellsItsKey() async throws {
        try await Sandbox.run { sandbox in
            try await sandbox.control(
                "POST", "/sandbox/faults",
                .object(["kind": .string("delay"), "on": .string("payments.create"), "delay_ms": .number(30_000)]))
            let (client, card) = (try sandbox.client(), try await sandbox.card())
            let task = Task {
                let five = try Money("5.00", "EUR")
                return try await client.payments.create(amount: five, method: .card, paymentMethod: card)
            }
            try await sandbox.executed("payments.create")
            let clock = ContinuousClock()
            let started = clock.now
            task.cancel()
            let error = await failure { try await task.value }
            #expect(clock.now - started < .seconds(5))
            guard case .outcomeUnknown(let told) = error else { throw Missing(name: "an unknown outcome") }
            #expect(told.code == .cancelled)
            let outcome = try await client.resolve(try #require(told.idempotencyKey))
            #expect(outcome.state == .executed)
        }
    }

    @Test func aTaskThatIsCancelledBeforeSendsNothing() async throws {
        try await Sandbox.run { sandbox in
            let client = try sandbox.client()
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await client.balances.list()
            }
            #expect(await failure { try await task.value }?.code == .cancelled)
        }
    }

    @Test func whoCancelsAtThePromptSendsNothing() async throws {
        let (prompts, prompt) = AsyncStream.makeStream(of: Void.self)
        let looked = DispatchSemaphore(value: 0)
        let client = try unsending { bytes, key in
            prompt.yield()
            looked.wait()
            return try key.signature(for: bytes)
        }
        let task = Task { try await client.refunds.create(payment: "pay_1", options: CallOptions(idempotencyKey: "refund-1")) }
        _ = await prompts.first { true }
        task.cancel()
        looked.signal()
        let error = await failure { try await task.value }
        #expect(error?.code == .cancelled && error?.phase == "invalid" && error?.idempotencyKey == "refund-1")
    }

    @Test func whatHasNoTimeLeftIsNotSent() async throws {
        let client = try unsending { bytes, key in try key.signature(for: bytes) }
        let error = await failure { try await client.refunds.create(payment: "pay_1", options: CallOptions(timeout: .zero)) }
        #expect(error?.code == .deadlineExceeded && error?.phase == "not_sent")
    }

    @Test func aSignerOfTheAppSigns() async throws {
        let seed = Data(repeating: 7, count: 32)
        let key = try Ed25519Key(id: "okp_test_dev_1", seed: seed)
        let nonce = "b3k2pp5k7z50gnwpyemd01"
        // A key of the core's in place of one in a keychain: the signature is made over the very bytes that it is asked for.
        let asked = Bytes()
        let refusing = SigningKey.device(Till(keyID: "okp_test_dev_1") { bytes in
            asked.keep(bytes)
            throw Locked()
        })
        let sign = { (key: SigningKey) in
            try Signing.sign(method: "GET", url: "https://api.okpay.test/v1/balances", headers: [:], body: Data(), key: key,
                created: Date(timeIntervalSince1970: 1_767_225_600), nonce: nonce)
        }
        #expect(code { try sign(refusing) } == "signing_failed")
        #expect(asked.text.contains("\"@signature-params\"") && asked.text.contains("okp_test_dev_1"))
        let signature = try #require(try sign(.ed25519(key))["signature"]?.split(separator: ":").dropFirst().first)
        let bytes = try #require(Data(base64Encoded: String(signature)))
        let held = SigningKey.device(Till(keyID: "okp_test_dev_1") { _ in bytes })
        #expect(try sign(held) == sign(.ed25519(key)))
        #expect(try bytes == key.signature(for: Data(asked.text.utf8)))
        let client = try Client(baseURL: "https://api.okpay.test", key: refusing, settings: Client.Settings(gatewayKeys: key.publicKey.text))
        let error = await failure { try await client.balances.list() }
        #expect(error?.code == .signingFailed && error?.phase == "not_sent" && error?.detail.contains("locked") == true, "\(error?.phase ?? "")")
    }

    /// A device's client that must not send.
    private func unsending(_ sign: @escaping @Sendable (Data, Ed25519Key) throws -> Data) throws -> Client {
        let key = try Ed25519Key(id: "okp_test_dev_1", seed: Data(repeating: 7, count: 32))
        let transport = Canned { request in
            Issue.record("sent: \(request.method) \(request.url)")
            throw TransportFailure(mayHaveLeft: true, code: .connectionLost, detail: "sent")
        }
        let settings = Client.Settings(gatewayKeys: try key.publicKey.text, transport: transport)
        let device = SigningKey.device(Till(keyID: key.id) { try sign($0, key) })
        return try Client(baseURL: "https://api.okpay.test", key: device, settings: settings)
    }
}

/// A reply whose id is no time.
private struct Untimed: Decodable {
    enum CodingKeys: CodingKey { case id }

    init(from decoder: any Decoder) throws {
        _ = try decoder.container(keyedBy: CodingKeys.self).time(forKey: .id)
    }
}

/// What a keystore says.
private struct Locked: LocalizedError {
    var errorDescription: String? { "the keychain is locked" }
}

/// The bytes that a signer was asked for.
private final class Bytes: @unchecked Sendable {
    private let lock = NSLock()
    private var kept = Data()

    func keep(_ bytes: Data) { lock.withLock { kept = bytes } }

    var text: String { lock.withLock { String(decoding: kept, as: UTF8.self) } }
}
