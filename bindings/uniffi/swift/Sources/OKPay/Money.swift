import Foundation
internal import OKPayCore

/// An exact amount of one currency.
///
/// ```swift
/// let total = try Money("19.99", "EUR") + Money("0.01", "EUR")  // 20.00 EUR
/// ```
///
/// What is right (places, range, arithmetic) core says: amounts are whole minor units, at most 10^18.
public struct Money: Sendable, Hashable {
    /// The amount in minor units: cents, satoshi, 10^-6 USDT.
    public let minorUnits: Int64

    /// The code in capital letters: ISO 4217, or `BTC` or `USDT`.
    public let currency: String

    /// How many decimal places the currency has.
    public let places: Int

    /// The amount as a plain decimal, with exactly the currency's places.
    public let text: String

    /// From a plain decimal with at most the currency's places.
    ///
    /// - Throws: `unknown_currency`, `invalid_amount`, `too_many_places` or `amount_overflow`.
    public init(_ amount: String, _ currency: String) throws(OKPayError) {
        self.init(try crossing { try coreMoney(amount: amount, currency: currency) })
    }

    /// From a `Decimal` or an `Int`. A literal with a point does not compile, for Swift would make a binary fraction of it first.
    ///
    /// - Throws: as with a text.
    public init(_ amount: some ExactNumber, _ currency: String) throws(OKPayError) {
        try self.init(amount.description, currency)
    }

    /// From minor units.
    ///
    /// - Throws: `unknown_currency` or `amount_overflow`.
    public init(minorUnits: Int64, currency: String) throws(OKPayError) {
        self.init(try crossing { try coreMoneyFromMinor(minorUnits: minorUnits, currency: currency) })
    }

    init(_ core: CoreMoney) {
        minorUnits = core.minorUnits
        currency = core.currency
        places = Int(core.places)
        text = core.amount
    }

    var core: CoreMoney {
        CoreMoney(amount: text, minorUnits: minorUnits, currency: currency, places: UInt32(clamping: places))
    }

    /// The amount as a decimal. It has no trailing zeros; ``text`` has.
    public var amount: Decimal {
        Decimal(sign: minorUnits < 0 ? .minus : .plus, exponent: -places, significand: Decimal(minorUnits.magnitude))
    }

    /// The sum of two amounts of one currency.
    ///
    /// - Throws: `currency_mismatch` or `amount_overflow`.
    public static func + (left: Money, right: Money) throws(OKPayError) -> Money {
        Money(try crossing { try coreMoneyAdd(left: left.core, right: right.core) })
    }

    /// The difference of two amounts of one currency.
    ///
    /// - Throws: `currency_mismatch` or `amount_overflow`.
    public static func - (left: Money, right: Money) throws(OKPayError) -> Money {
        Money(try crossing { try coreMoneySubtract(left: left.core, right: right.core) })
    }

    /// How it stands to another amount of its currency. Amounts of two currencies have no order, so that there is no `<`.
    ///
    /// - Throws: `currency_mismatch`.
    public func compare(_ other: Money) throws(OKPayError) -> ComparisonResult {
        switch try crossing({ try coreMoneyCompare(left: core, right: other.core) }) {
        case ..<0: .orderedAscending
        case 0: .orderedSame
        default: .orderedDescending
        }
    }

    /// Whether it is less than another amount of its currency.
    ///
    /// - Throws: `currency_mismatch`.
    public func isLess(than other: Money) throws(OKPayError) -> Bool {
        try compare(other) == .orderedAscending
    }

    /// How many decimal places an amount in a currency may have.
    ///
    /// - Throws: `unknown_currency`.
    public static func places(of currency: String) throws(OKPayError) -> Int {
        Int(try crossing { try coreCurrencyPlaces(currency: currency) })
    }
}

/// A number whose decimal digits are all there: `Decimal` and `Int`. A `Double` is none.
public protocol ExactNumber: CustomStringConvertible {}

extension Decimal: ExactNumber {}
extension Int: ExactNumber {}

extension Money: CustomStringConvertible, Codable {
    /// Such as `19.99 EUR`. To show it to people, give ``amount`` to a formatter of the platform.
    public var description: String { "\(text) \(currency)" }

    private enum CodingKeys: CodingKey {
        case amount, currency
    }

    /// Reads `{"amount": "19.99", "currency": "EUR"}`.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(try fields.decode(String.self, forKey: .amount), try fields.decode(String.self, forKey: .currency))
    }

    /// Writes `{"amount": "19.99", "currency": "EUR"}`.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(text, forKey: .amount)
        try fields.encode(currency, forKey: .currency)
    }
}

/// How a fraction becomes a whole number of minor units.
public enum Rounding: String, Sendable, Hashable, CaseIterable, Codable {
    /// To the nearest, a half away from zero.
    case halfUp = "half_up"

    /// To the nearest, a half to the even one.
    case halfEven = "half_even"

    /// To the nearest, a half towards zero.
    case halfDown = "half_down"

    /// Away from zero.
    case up

    /// Towards zero.
    case down

    /// Towards more.
    case ceiling

    /// Towards less.
    case floor

    /// The whole number that a fraction becomes.
    ///
    /// - Parameters:
    ///   - numerator: a whole number.
    ///   - denominator: a whole number.
    /// - Throws: `invalid_parameter` for what is no whole number and for a denominator of zero, `amount_overflow`.
    public func divide(_ numerator: Decimal, by denominator: Decimal) throws(OKPayError) -> Decimal {
        let whole = try crossing {
            try coreDivide(numerator: numerator.description, denominator: denominator.description, rounding: rawValue)
        }
        guard let whole = Decimal(string: whole) else { throw .refused(.amountOverflow, "\(whole) is past 38 digits") }
        return whole
    }
}
