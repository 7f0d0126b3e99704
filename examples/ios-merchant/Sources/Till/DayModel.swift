import Foundation
import OKPay
import Observation

/// What a day brought in one currency, of the whole account.
public struct Takings: Hashable, Sendable {
    /// The code.
    public var currency: String

    /// What customers paid.
    public var payments: Money

    /// How many payments that were.
    public var count: Int

    /// What was given back; negative.
    public var refunds: Money

    /// What OKPay took; negative.
    public var fees: Money

    /// Everything else: disputes, deposits, withdrawals, …
    public var other: Money

    /// What the balance grew by.
    public var net: Money

    /// Adds movements up, a currency at a time, in the order of their codes.
    ///
    /// - Throws: `amount_overflow`.
    public static func of(_ movements: [Transaction]) throws(OKPayError) -> [Takings] {
        var found: [Takings] = []
        for currency in Set(movements.map(\.amount.currency)).sorted() {
            found.append(try Takings(currency, movements.filter { $0.amount.currency == currency }))
        }
        return found
    }

    private init(_ currency: String, _ own: [Transaction]) throws(OKPayError) {
        let zero = try Money(minorUnits: 0, currency: currency)
        (self.currency, count) = (currency, own.count { $0.type == .payment })
        (payments, refunds, fees, other, net) = (zero, zero, zero, zero, zero)
        for movement in own {
            let part = Self.part(movement.type)
            self[keyPath: part] = try self[keyPath: part] + movement.amount
            net = try net + movement.amount
        }
    }

    private static func part(_ type: TransactionType) -> WritableKeyPath<Takings, Money> {
        switch type {
        case .payment: \.payments
        case .refund, .refundFailure: \.refunds
        case .fee, .feeReturn: \.fees
        default: \.other
        }
    }
}

/// What is known of today.
public enum DayState: Hashable, Sendable {
    /// Nothing yet.
    case loading

    /// The figures, and when they were read.
    case shown([Takings], read: Date)

    /// They could not be read.
    case failed(OKPayError)
}

/// Today's takings and fees, from the movements of the balance themselves.
@MainActor @Observable
public final class DayModel {
    /// What is known.
    public private(set) var state = DayState.loading

    private let till: Till

    /// A till that may read the movements of the balance.
    public init(_ till: Till) {
        self.till = till
    }

    /// Reads them.
    public func refresh() async {
        let midnight = till.midnight
        do throws(OKPayError) {
            let movements = try await till.call { (client) async throws(OKPayError) in
                var today: [Transaction] = []
                for try await movement in client.transactions.all(limit: 100) {
                    if movement.created < midnight { break }
                    today.append(movement)
                }
                return today
            }
            state = .shown(try Takings.of(movements), read: till.now())
        } catch {
            state = .failed(error)
        }
    }
}

extension Till {
    /// When the shop's day began.
    var midnight: Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = shop.timeZone
        return calendar.startOfDay(for: now())
    }
}
