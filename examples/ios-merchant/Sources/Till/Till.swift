import Foundation
import OKPay

// A merchant's till, without its looks.
//
// | file | what |
// | --- | --- |
// | EnrolmentModel.swift, TillKey.swift | the device's key, and signing in with it |
// | Till.swift | a till that is signed in: calls that are made once, and resolved where their end is unknown |
// | Notebook.swift | what must survive a crash: the key id and the writes under way |
// | SaleModel.swift, Following.swift | a payment from the keypad to its end |
// | RefundModel.swift | money back, in whole or in part |
// | DayModel.swift | today's takings and fees |
//
// The models are observable, live on the main actor, and `TillUI` draws them.

/// Where the shop's gateway is, and how the shop counts.
public struct Shop: Sendable {
    /// The gateway.
    public var url: String

    /// Its public keys, `keyid=base64`; a sandbox on this machine is asked for its own.
    public var gatewayKeys: String?

    /// What the keypad types.
    public var currency: String

    /// What the shop's own code says of it.
    public var sign: ShopSign

    /// Where the day begins at midnight.
    public var timeZone: TimeZone

    /// A shop.
    public init(url: String, gatewayKeys: String? = nil, currency: String, sign: ShopSign, timeZone: TimeZone = .current) {
        self.url = url
        self.gatewayKeys = gatewayKeys
        self.currency = currency
        self.sign = sign
        self.timeZone = timeZone
    }
}

/// A shop as its code (EMVCo) names it.
public struct ShopSign: Hashable, Sendable {
    /// Its name, at most 25 characters.
    public var name: String

    /// Its city, at most 15 characters.
    public var city: String

    /// Its country, two letters of ISO 3166-1.
    public var country: String

    /// The kind of shop, four digits of ISO 18245.
    public var category: String

    /// What the code says.
    public init(name: String, city: String, country: String, category: String) {
        (self.name, self.city, self.country, self.category) = (name, city, country, category)
    }
}

/// A till that is signed in.
@MainActor
public final class Till {
    /// The shop that it stands in.
    public let shop: Shop

    /// What it must not forget.
    public let notebook: Notebook

    let now: @Sendable () -> Date
    let betweenLooks: Duration
    private let client: Client
    private let onRevoked: (OKPayError) -> Void

    init(
        _ shop: Shop, _ client: Client, _ notebook: Notebook, betweenLooks: Duration, now: @escaping @Sendable () -> Date,
        onRevoked: @escaping (OKPayError) -> Void
    ) {
        (self.shop, self.client, self.notebook) = (shop, client, notebook)
        (self.betweenLooks, self.now, self.onRevoked) = (betweenLooks, now, onRevoked)
    }

    /// Makes a call; a key that was revoked meanwhile is told to whoever signed the till in.
    func call<Reply: Sendable>(
        _ work: @Sendable (Client) async throws(OKPayError) -> Reply
    ) async throws(OKPayError) -> Reply {
        do {
            return try await work(client)
        } catch {
            if error.code == .keyRevoked { onRevoked(error) }
            throw error
        }
    }

    /// Makes a write that is never made twice: it is in the notebook before it leaves, under the key that it carries, and stays there as
    /// long as its end is unknown, also if the app dies on the way.
    func once<Reply: Sendable>(
        _ intent: Intent, _ work: @Sendable (Client, CallOptions) async throws(OKPayError) -> Reply
    ) async throws(OKPayError) -> Reply {
        try notebook.keep(intent)
        let options = CallOptions(idempotencyKey: intent.reference)
        do {
            return try await call { (client) async throws(OKPayError) in try await work(client, options) }
        } catch {
            if error.isFinal { notebook.settle(intent) }
            throw error
        }
    }

    /// Asks what became of a write. What was made is kept, if there is more to come of it; what never will be is settled.
    func resolve(_ intent: Intent) async throws(OKPayError) -> Fate {
        let fate = Fate(try await call { (client) async throws(OKPayError) in try await client.resolve(intent.reference) })
        switch (fate, intent) {
        case (.made(let id), .sale(var sale)):
            sale.id = id
            try notebook.keep(.sale(sale))
        case (.running, _): break
        default: notebook.settle(intent)
        }
        return fate
    }

    /// Resolves every write that the app left open when it last ended. What cannot be resolved now stays, and is given back.
    @discardableResult
    public func recover() async -> [Intent: OKPayError] {
        var failed: [Intent: OKPayError] = [:]
        for intent in notebook.intents where intent.isOpen {
            do {
                _ = try await resolve(intent)
            } catch {
                failed[intent] = error
            }
        }
        return failed
    }
}

/// What became of a write.
enum Fate: Equatable {
    /// It made the object of this id.
    case made(String)

    /// It made nothing and never will.
    case never

    /// It runs at this moment: ask again.
    case running

    /// A refusal makes nothing, and is an end all the same.
    init(_ outcome: CallOutcome) {
        switch outcome.state {
        case .executed:
            let isRefusal = outcome.status ?? 0 >= 400
            self = isRefusal ? .never : outcome.objectID.map(Fate.made) ?? .never
        case .notExecuted: self = .never
        default: self = .running
        }
    }
}

extension OKPayError {
    /// Whether nothing can come of the call any more.
    var isFinal: Bool {
        switch self {
        case .rejected, .invalid, .notSent: true
        default: false
        }
    }
}
