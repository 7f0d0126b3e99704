import Foundation
import OKPay
import Testing

/// The journal: calls that are lost track of nowhere, whatever is lost on the way.
@Suite struct Journals {
    private static let lost = Canned { _ in throw TransportFailure(mayHaveLeft: true, code: .connectionLost, detail: "the cable is out") }
    private static let off = Canned { _ in throw TransportFailure(mayHaveLeft: false, code: .connectFailed, detail: "no network") }

    @Test func aCallWhoseAnswerWasLostIsRecoveredAndPaidOnce() async throws {
        try await Sandbox.run { sandbox in
            let place = Place()
            try await sandbox.control(
                "POST", "/sandbox/faults", .object(["kind": .string("drop_answer"), "on": .string("payments.create")]))
            let began = Date()
            let card = try await sandbox.card()
            try await Self.withJournal(place) { journal in
                let error = await failure { try await Self.pay(try Self.client(sandbox, journal), "order-1", card) }
                #expect(error?.phase == "outcome_unknown" && error?.idempotencyKey == "order-1")
                let second = await failure { try FileJournal(url: place.url) }
                #expect(second?.code == .journalFailed && second?.detail.contains("open already") == true)
            }
            try await Self.withJournal(place) { journal in
                let client = try Self.client(sandbox, journal)
                let recovered = try await client.recover()
                let (call, recorded) = (recovered[0].entry.call, recovered[0].entry.recorded)
                #expect(recovered.count == 1 && call.operation == "payments.create" && call.method == "POST")
                #expect(call.path == "/v1/payments" && call.idempotencyKey == "order-1")
                #expect(call.body?.contains(#""amount":"5.00""#) == true && !"\(recovered)".contains(card))
                #expect(recorded > began.addingTimeInterval(-1) && recorded < Date().addingTimeInterval(1))
                let payments = try await client.payments.list().data
                let outcome = try recovered[0].outcome.get()
                #expect(payments.count == 1 && outcome.state == .executed && outcome.objectID == payments[0].id)
                let rest = try await client.recover()
                #expect(rest.isEmpty)
            }
        }
    }

    @Test func whatCannotBeRecordedIsNotSent() async throws {
        try await Sandbox.run { sandbox in
            struct Full: Error {}
            let full = Broken(record: { throw Full() })
            let error = await failure { try await Self.pay(try Self.client(sandbox, full), "unsent") }
            #expect(error?.phase == "not_sent" && error?.code == .journalFailed)
            #expect(error?.detail == "the intent could not be journaled, so nothing was sent: Full()")
            let requests = try await sandbox.control("GET", "/sandbox/requests")
            #expect(requests["payments.create"] == nil)
            let place = Place()
            try Data("SQLite format 3".utf8).write(to: place.url)
            let foreign = await failure { try FileJournal(url: place.url) }
            #expect(foreign?.phase == "invalid" && foreign?.detail.contains("no journal of this kind") == true)
            let nowhere = await failure { try FileJournal(url: URL(fileURLWithPath: "/nowhere/calls.journal")) }
            #expect(nowhere?.code == .journalFailed)
        }
    }

    @Test func cardsAndPINsAndReadsAreInNoFile() async throws {
        try await Sandbox.run { sandbox in
            let place = Place()
            try await Self.withJournal(place) { journal in
                let client = try Self.client(sandbox, journal, Self.lost)
                let proof = Confirmation(kind: .paymentPIN, code: "493817")
                let confirmed = await failure { try await client.withdrawals.confirm("wd_1", confirmation: proof) }
                let card = CardDetails(number: "4242424242424242", expMonth: 12, expYear: 2040, cvc: "123")
                let stored = await failure { try await client.paymentMethods.create(card: card) }
                let read = await failure { try await client.payments.retrieve("pay_1") }
                #expect(confirmed?.phase == "outcome_unknown" && stored != nil && read?.phase == "unanswered")
                let url = try sandbox.detail("url")
                let settings = Client.Settings(journal: journal)
                let buyer = try Client(baseURL: url, publishableKey: try sandbox.detail("publishable_key"), settings: settings)
                _ = try await buyer.paymentMethods.create(card: card)
                let open = try await journal.openCalls()
                #expect(open.map(\.call.path) == ["/v1/withdrawals/wd_1/confirm"] && open[0].call.body == nil)
            }
            let text = try String(contentsOf: place.url, encoding: .utf8)
            #expect(text.contains("/v1/withdrawals/wd_1/confirm"))
            for hidden in ["493817", "42424242", "_sk_", "payments"] { #expect(!text.contains(hidden), "\(text)") }
        }
    }

    @Test func aCallStaysOpenUntilItsEndIsProven() async throws {
        try await Sandbox.run { sandbox in
            let card = try await sandbox.card()
            try await Self.withJournal(Place()) { journal in
                func pay(_ transport: any Transport, _ amount: String = "5.00") async -> String {
                    let end = await failure { try await Self.pay(try Self.client(sandbox, journal, transport), "ends-1", card, amount) }
                    return end?.phase ?? "succeeded"
                }
                func open() async throws -> [String] { try await journal.openCalls().map(\.call.idempotencyKey) }
                let (never, none) = (await pay(Self.off), try await open())
                #expect(never == "not_sent" && none.isEmpty)
                // An earlier run may have left, whatever becomes of a later one; and the key is of this call.
                let (lost, again, other) = (await pay(Self.lost), await pay(Self.off), await pay(URLSessionTransport(), "6.00"))
                #expect([lost, again, other] == ["outcome_unknown", "outcome_unknown", "not_sent"])
                let one = try await open()
                #expect(one == ["ends-1"])
                let (paid, settled) = (await pay(URLSessionTransport()), try await open())
                #expect(paid == "succeeded" && settled.isEmpty)
            }
        }
    }

    @Test func toResolveACallStrikesItOff() async throws {
        try await Sandbox.run { sandbox in
            try await Self.withJournal(Place()) { journal in
                let offline = try Self.client(sandbox, journal, Self.lost)
                for key in ["open-1", "open-2"] {
                    let lost = await failure { try await Self.pay(offline, key) }
                    #expect(lost?.phase == "outcome_unknown")
                }
                let unresolved = try await offline.recover()
                #expect(unresolved.map(\.entry.call.idempotencyKey) == ["open-1", "open-2"])
                for one in unresolved {
                    let error = await failure { try one.outcome.get() }
                    #expect(error?.code == .connectionLost)
                }
                let client = try Self.client(sandbox, journal)
                let resolved = try await client.resolve("open-1")
                #expect(resolved.state == .notExecuted)
                let rest = try await client.recover().map { try $0.outcome.get().idempotencyKey }
                #expect(rest == ["open-2"])
                let open = try await journal.openCalls()
                #expect(open.isEmpty)
            }
            let missing = await failure { try await sandbox.client().recover() }
            #expect(missing?.code == .invalidConfiguration && missing?.param == "journal")
        }
    }

    @Test func aJournalIsNotRecoveredFromAnotherGateway() async throws {
        try await Sandbox.run { sandbox in
            try await Self.withJournal(Place()) { journal in
                let lost = await failure { try await Self.pay(try Self.client(sandbox, journal, Self.lost), "order-1") }
                #expect(lost?.phase == "outcome_unknown")
                try await Sandbox.run { other in
                    let client = try Self.client(other, journal)
                    let recovered = try await client.recover()
                    let error = await failure { try recovered[0].outcome.get() }
                    #expect(recovered.count == 1 && error?.code == .invalidConfiguration && error?.param == "journal")
                    _ = try await client.resolve("order-1")
                }
                let recovered = try await Self.client(sandbox, journal).recover()
                let maker = "\(try sandbox.detail("url")) \(try sandbox.detail("key_id"))"
                let (state, open) = (try recovered[0].outcome.get().state, try await journal.openCalls())
                #expect(recovered[0].entry.call.caller == maker && state == .notExecuted && open.isEmpty)
            }
        }
    }

    @Test func aJournalThatCannotStrikeOffFailsNoCall() async throws {
        try await Sandbox.run { sandbox in
            let client = try Self.client(sandbox, Broken(record: { false }))
            let paid = try await Self.pay(client, "struck-1", try await sandbox.card())
            #expect(paid.status == .succeeded)
            let refused = await failure { try await Self.pay(client, "struck-2") }
            #expect(refused?.phase == "rejected")
        }
    }

    /// Opens a journal, and lets go of it after.
    private static func withJournal(_ place: Place, _ work: (FileJournal) async throws -> Void) async throws {
        let journal = try FileJournal(url: place.url)
        try await work(journal)
        withExtendedLifetime(journal) {}
    }

    private static func client(
        _ sandbox: Sandbox,
        _ journal: any Journal,
        _ transport: any Transport = URLSessionTransport()
    ) throws -> Client {
        let keys = try sandbox.detail("gateway_keys")
        return try sandbox.client(Client.Settings(gatewayKeys: keys, maxAttempts: 1, transport: transport, journal: journal))
    }

    private static func pay(_ client: Client, _ key: String, _ card: String = "pm_1", _ amount: String = "5.00") async throws -> Payment {
        let options = CallOptions(idempotencyKey: key)
        return try await client.payments.create(amount: try Money(amount, "EUR"), method: .card, paymentMethod: card, options: options)
    }
}

/// A file in a folder of its own, which goes with it.
final class Place: Sendable {
    let url: URL

    init() {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        url = folder.appendingPathComponent("calls.journal")
    }

    deinit { try? FileManager.default.removeItem(at: url.deletingLastPathComponent()) }
}

/// A journal that records as it is told, and strikes nothing off.
private struct Broken: Journal {
    struct Fails: Error {}

    let record: @Sendable () throws -> Bool

    func record(_: JournaledCall, now _: Date) async throws -> Bool { try record() }
    func settle(_: String) async throws { throw Fails() }
    func withdraw(_: String) async throws { throw Fails() }
    func openCalls() async throws -> [JournalEntry] { [] }
}
