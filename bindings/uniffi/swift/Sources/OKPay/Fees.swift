import Foundation
internal import OKPayCore

/// A table of fees: versioned data with a validity, whose first matching rule wins. The same engine as the gateway's, so that figures
/// computed offline equal its, to the cent.
///
/// ```swift
/// let quote = try FeeSchedule.standard().quote(
///     QuoteRequest(operation: "payment", method: "card", amount: try Money("100.00", "EUR"),
///                  facts: ["brand": "visa", "card_region": "domestic", "conversion": "false"]))
/// ```
public struct FeeSchedule: Sendable {
    private let core: CoreFeeSchedule

    private init(core: CoreFeeSchedule) {
        self.core = core
    }

    /// From its bare JSON, unsigned.
    ///
    /// - Throws: `invalid_schedule` with the path of the field at fault.
    public init(json: String) throws(OKPayError) {
        core = try crossing { try CoreFeeSchedule.fromJson(text: json) }
    }

    /// From a signed envelope, as `client.feeSchedules.current()` gives it.
    ///
    /// - Parameters:
    ///   - envelope: the envelope.
    ///   - publicKeys: the keys that are trusted for fee schedules, `whpk_…`.
    ///   - lastAcceptedVersion: the version that was accepted last; an older one is refused.
    /// - Throws: `envelope_signature_invalid`, `schedule_rollback`, `invalid_schedule` or `invalid_key`.
    public init(
        envelope: ScheduleEnvelope,
        publicKeys: [String],
        lastAcceptedVersion: String? = nil
    ) throws(OKPayError) {
        let text = try Wire.text(envelope)
        core = try crossing {
            try CoreFeeSchedule.fromEnvelope(text: text, publicKeys: publicKeys, lastAcceptedVersion: lastAcceptedVersion)
        }
    }

    /// OKPay's own schedule as it was when this version was made; unsigned.
    ///
    /// - Throws: nothing but a defect.
    public static func standard() throws(OKPayError) -> FeeSchedule {
        FeeSchedule(core: try crossing { try CoreFeeSchedule.standard() })
    }

    /// Its id.
    public var id: String { core.id() }

    /// Its version: a date and a number, such as `2026-11-01.1`.
    public var version: String { core.version() }

    /// Whether it came in an envelope whose signature was checked.
    public var isVerified: Bool { core.verified() }

    /// The first moment at which it is in force.
    public var validFrom: Date? { core.validFrom().map(Wire.date) }

    /// The first moment at which it is no longer in force; none while no end is set.
    public var validUntil: Date? { core.validUntil().map(Wire.date) }

    /// How fractions of a minor unit are rounded: the text of a ``Rounding``.
    public var rounding: String { core.rounding() }

    /// The ids of its rules, in their order.
    public var ruleIDs: [String] { core.ruleIds() }

    /// The exact text from which it was loaded.
    public var text: String { core.text() }

    /// The fee on an amount.
    ///
    /// - Throws: `missing_fact` with the name of the fact, `no_matching_rule`, `schedule_not_in_force` and more, with their place.
    public func quote(_ request: QuoteRequest) throws(OKPayError) -> Quote {
        try asked(request, core.quote)
    }

    /// The quote of the smallest gross whose net reaches the request's amount.
    ///
    /// - Throws: as ``quote(_:)``; `target_unreachable`.
    public func grossUp(_ request: QuoteRequest) throws(OKPayError) -> Quote {
        try asked(request, core.grossUp)
    }

    /// The quote of the largest amount that fits into a balance, the request's amount, together with its fee.
    ///
    /// - Throws: as ``quote(_:)``; `balance_too_small`.
    public func maxWithdrawal(_ request: QuoteRequest) throws(OKPayError) -> Quote {
        try asked(request, core.maxWithdrawal)
    }

    /// Every method (or those given), cheapest first, then those that are not available, with the reason. The request's own method
    /// does not matter.
    ///
    /// - Throws: as ``quote(_:)``, where no method can be priced for the same reason.
    public func compare(_ request: QuoteRequest, methods: [String] = []) throws(OKPayError) -> [Offer] {
        try asked(request) { try core.compare(request: $0, methods: methods) }
    }

    /// The fees on many amounts, each figure the one that ``quote(_:)`` gives.
    ///
    /// - Parameters:
    ///   - minorUnits: the amounts.
    ///   - request: what is asked about each; of its own amount only the currency matters.
    /// - Throws: as ``quote(_:)``, with the row.
    public func quoteMany(_ minorUnits: [Int64], _ request: QuoteRequest) throws(OKPayError) -> QuoteColumns {
        let text = try Wire.text(request)
        let amounts = minorUnits.map(\.littleEndian).withUnsafeBytes { Data($0) }
        let columns = try crossing { try core.quoteMany(amounts: amounts, request: text) }
        return QuoteColumns(
            gross: numbers(columns.gross), fee: numbers(columns.fee), net: numbers(columns.net),
            rule: numbers(columns.rule).map { (place: UInt32) in Int(place) }, ruleIDs: columns.ruleIds)
    }

    /// A column as it crosses, little-endian.
    private func numbers<Number: FixedWidthInteger & BitwiseCopyable>(_ column: Data) -> [Number] {
        column.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: MemoryLayout<Number>.size).map {
                Number(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Number.self))
            }
        }
    }

    private func asked<Reply: Decodable>(
        _ request: QuoteRequest,
        _ question: (String) throws -> String
    ) throws(OKPayError) -> Reply {
        let text = try Wire.text(request)
        return try Wire.read(Reply.self, Data(try crossing { try question(text) }.utf8))
    }
}

/// Fees by column, one row an amount, in minor units.
public struct QuoteColumns: Sendable, Hashable {
    /// What the payer pays.
    public let gross: [Int64]

    /// The fee.
    public let fee: [Int64]

    /// What the receiver gets; negative when the fee is more than the amount.
    public let net: [Int64]

    /// The place in ``ruleIDs`` of the rule that matched.
    public let rule: [Int]

    /// The ids of all rules of the schedule, in their order.
    public let ruleIDs: [String]
}
