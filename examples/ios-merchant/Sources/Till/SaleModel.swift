import Foundation
import OKPay
import Observation

/// Where a sale stands.
public enum SaleState: Hashable, Sendable {
    /// The cashier types an amount. The refusal says why the sale before was not made; nothing was charged.
    case typing(Money, refusal: OKPayError?)

    /// The gateway is asked to make the payment.
    case asking(Sale)

    /// The customer pays: what to show (none until the gateway was seen), and why the last look failed; the till goes on looking.
    case waiting(Sale, Prompt?, trouble: OKPayError?)

    /// Paid, with fee and net.
    case paid(Sale, Payment)

    /// Not paid, and it will not be: `expired`, `canceled` or `failed`, and why the last try was declined.
    case unpaid(Sale, status: String, decline: DeclineCode?)

    /// The gateway may have made the payment or not: ``SaleModel/ask()``, and charge nothing again before.
    case unknown(Sale, OKPayError)
}

/// One sale after another, from the keypad to the receipt.
@MainActor @Observable
public final class SaleModel {
    /// Where the sale stands.
    public private(set) var state: SaleState

    private let till: Till
    private let zero: Money
    @ObservationIgnored private var following: Task<Void, Never>?

    /// A till at the keypad.
    ///
    /// - Throws: `unknown_currency`.
    public init(_ till: Till) throws(OKPayError) {
        self.till = till
        zero = try Money(minorUnits: 0, currency: till.shop.currency)
        state = .typing(zero, refusal: nil)
    }

    /// At the start of the app: what was open when it ended is resolved, and the sale under way goes on.
    public func start() async {
        await till.recover()
        next()
    }

    /// The app ends: nothing is followed any more, and what is open stays in the notebook.
    public func stop() {
        following?.cancel()
    }

    /// A digit of the keypad: 1, 9, 9, 9 is 19.99. More than ten digits are not taken.
    public func press(_ digit: Int) {
        type { $0 < 1_000_000_000 ? $0 * 10 + Int64(digit) : $0 }
    }

    /// Takes the last digit back.
    public func erase() {
        type { $0 / 10 }
    }

    /// Charges what was typed. A second tap does nothing: the first has left the keypad.
    public func charge(_ way: Way) {
        guard case .typing(let amount, _) = state, amount.minorUnits > 0 else { return }
        let sale = Sale(reference: Self.newReference(), amount: amount, way: way)
        state = .asking(sale)
        work(sale) { (till) async throws(OKPayError) in try await till.make(sale) }
    }

    /// Asks what became of a sale whose making had no end.
    public func ask() {
        guard case .unknown(let sale, let error) = state else { return }
        work(sale) { (till) async throws(OKPayError) in try await till.found(sale, after: error) }
    }

    /// Gives up a sale that is not paid; one that was paid in the same moment is paid.
    public func cancel() {
        guard case .waiting(let sale, _, _) = state else { return }
        work(sale) { (till) async throws(OKPayError) in
            do throws(OKPayError) {
                try await till.call { (client) async throws(OKPayError) in try await client.giveUp(sale) }
            } catch {
                // Refused, it is something else by now, and the next look tells what.
                guard case .rejected = error else { throw error }
            }
            return sale
        }
    }

    /// Goes on after an end: to a sale that is still open, or back to the keypad. After one that cannot be seen, the keypad it is.
    public func next() {
        var isLost = false
        switch state {
        case .asking, .waiting: return
        case .unknown: isLost = true
        default: break
        }
        state = .typing(zero, refusal: nil)
        let open = till.notebook.intents.lazy.filter { !$0.isOpen }.compactMap(\.sale).first
        if let open, !isLost { work(open) { _ in open } }
    }

    /// Short enough for the reference of a shop's code, and random enough to be no other sale's.
    private static func newReference() -> String {
        "till-\(UUID().uuidString.lowercased().filter { $0 != "-" }.prefix(20))"
    }

    private func type(_ change: (Int64) -> Int64) {
        guard case .typing(let amount, _) = state else { return }
        let changed = change(amount.minorUnits)
        state = .typing((try? Money(minorUnits: changed, currency: amount.currency)) ?? amount, refusal: nil)
    }

    /// Has a sale made, found or given up, and follows it from there.
    private func work(_ sale: Sale, _ first: @escaping @MainActor (Till) async throws(OKPayError) -> Sale?) {
        following?.cancel()
        following = Task { [till] in
            do throws(OKPayError) {
                guard let made = try await first(till) else { return show(.typing(zero, refusal: nil)) }
                try await till.follow(made) { show($0) }
            } catch {
                let open = till.notebook.intents.first { $0.reference == sale.reference }?.sale
                show(open.map { .unknown($0, error) } ?? .typing(zero, refusal: error))
            }
        }
    }

    /// Shows where the sale stands, unless another task has taken over.
    private func show(_ state: SaleState) {
        if !Task.isCancelled { self.state = state }
    }
}

extension Till {
    fileprivate func make(_ sale: Sale) async throws(OKPayError) -> Sale {
        var made = sale
        made.id = try await once(.sale(sale)) { (client, options) async throws(OKPayError) in
            try await client.create(sale, options)
        }
        try notebook.keep(.sale(made))
        return made
    }

    /// The sale, if it was made; none if it never will be.
    fileprivate func found(_ sale: Sale, after error: OKPayError) async throws(OKPayError) -> Sale? {
        var found = sale
        switch try await resolve(.sale(sale)) {
        case .made(let id): found.id = id
        case .never: return nil
        case .running: throw error
        }
        return found
    }
}

extension Client {
    /// As long as a customer stands at a till, in seconds.
    private static let lifetime = 900

    fileprivate func create(_ sale: Sale, _ options: CallOptions) async throws(OKPayError) -> String {
        switch sale.way {
        case .checkout:
            try await checkoutSessions.create(
                amount: sale.amount, expiresIn: Self.lifetime, reference: sale.reference, options: options
            ).id
        case .usdt:
            try await payments.create(
                amount: sale.amount, method: .usdt, network: .tron, reference: sale.reference, options: options
            ).id
        case .btc:
            try await payments.create(amount: sale.amount, method: .btc, reference: sale.reference, options: options).id
        case .wallet:
            try await payments.create(amount: sale.amount, method: .balance, reference: sale.reference, options: options).id
        }
    }

    fileprivate func giveUp(_ sale: Sale) async throws(OKPayError) {
        let (id, options) = (sale.id ?? "", CallOptions(idempotencyKey: "\(sale.reference)-cancel"))
        switch sale.way {
        case .checkout: _ = try await checkoutSessions.expire(id, options: options)
        default: _ = try await payments.cancel(id, options: options)
        }
    }
}
