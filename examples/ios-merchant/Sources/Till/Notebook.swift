import Foundation
import OKPay
import Observation

/// How a customer pays.
public enum Way: String, Codable, Sendable, CaseIterable {
    /// By whatever the hosted page offers, on the customer's own phone: a card, say.
    case checkout

    /// In USDT over TRON.
    case usdt

    /// In bitcoin.
    case btc

    /// From the customer's OKPay wallet, which scans the shop's own code (EMVCo).
    case wallet
}

/// A payment to be taken.
public struct Sale: Codable, Hashable, Sendable {
    /// The till's own mark, which is the idempotency key of the call, too: one text to find everything by.
    public var reference: String

    /// What the customer owes.
    public var amount: Money

    /// How it is paid.
    public var way: Way

    /// The checkout session or the payment; none as long as the gateway has not told of it.
    public var id: String?
}

/// Money to be given back.
public struct RefundOrder: Codable, Hashable, Sendable {
    /// The till's own mark, and the idempotency key.
    public var reference: String

    /// Of which payment.
    public var payment: String

    /// How much; all that is left where it does not say.
    public var amount: Money?
}

/// A write that the till wants made, once.
public enum Intent: Codable, Hashable, Sendable {
    /// A payment to be taken.
    case sale(Sale)

    /// Money to be given back.
    case refund(RefundOrder)

    /// The till's own mark, and the idempotency key.
    public var reference: String {
        switch self {
        case .sale(let sale): sale.reference
        case .refund(let order): order.reference
        }
    }

    /// The sale, if it is one.
    public var sale: Sale? { if case .sale(let sale) = self { sale } else { nil } }

    /// Whether the gateway has not told what became of it.
    public var isOpen: Bool { sale?.id == nil }
}

/// What the till must not forget: the key id that it signs under, and every write whose end is not known. One small file, put in place as
/// a whole and synced before a call leaves. Where it cannot be written, the disk being full, nothing leaves: `notebook_not_written`.
@MainActor @Observable
public final class Notebook {
    private var page: Page
    private let file: URL

    /// Opens the file, or begins it.
    public init(file: URL) throws {
        self.file = file
        let exists = FileManager.default.fileExists(atPath: file.path)
        page = exists ? try JSONDecoder().decode(Page.self, from: Data(contentsOf: file)) : Page()
    }

    /// The writes that are not settled, oldest first.
    public var intents: [Intent] { page.intents }

    /// The name that the gateway gave the till's key; none before the till is registered.
    public var keyID: String? { page.keyID }

    /// Remembers the key id, or that there is none.
    func register(_ keyID: String?) throws(OKPayError) {
        try write(Page(keyID: keyID, intents: intents))
    }

    /// Writes an intent down, in place of what was known of it.
    func keep(_ intent: Intent) throws(OKPayError) {
        try write(Page(keyID: keyID, intents: others(intent) + [intent]))
    }

    /// Forgets an intent that has come to its end. If the file cannot be written now, it is with the next change; an app that starts
    /// before finds the intent there and asks what became of it, which does no harm.
    func settle(_ intent: Intent) {
        let settled = Page(keyID: keyID, intents: others(intent))
        do throws(OKPayError) {
            try write(settled)
        } catch {
            page = settled
        }
    }

    private func others(_ intent: Intent) -> [Intent] {
        intents.filter { $0.reference != intent.reference }
    }

    private func write(_ changed: Page) throws(OKPayError) {
        do {
            let draft = file.appendingPathExtension("new")
            try JSONEncoder().encode(changed).write(to: draft)
            let handle = try FileHandle(forUpdating: draft)
            try handle.synchronize()
            try handle.close()
            guard rename(draft.path, file.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            let detail = "the till's notebook \(file.path) cannot be written: \(error)"
            throw .invalid(.init(code: .init(rawValue: "notebook_not_written"), detail: detail, suggestedAction: "Make room, and try again."))
        }
        page = changed
    }

    private struct Page: Codable {
        var keyID: String?
        var intents: [Intent] = []
    }
}
