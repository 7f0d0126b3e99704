import Foundation
import OKPay
import Testing

/// Money and fees, as published.
@Suite struct MoneyVectors {
    @Test(arguments: vectors("iso4217")["exponents"]?.members.sorted { $0.key < $1.key } ?? [])
    func aCurrencyHasItsPlaces(_ row: (code: String, places: JSONValue)) throws {
        if let places = row.places.integer {
            #expect(try Money.places(of: row.code) == places)
        } else {  // gold, test codes and the like have no minor unit
            #expect(code { try Money.places(of: row.code) } == "unknown_currency")
        }
        try Conformance.passed("vectors", "iso4217.json")
    }

    @Test(arguments: vectors("rounding")["division"]?.elements ?? [])
    func aFractionIsRounded(_ row: JSONValue) throws {
        let (numerator, denominator) = (try row.number("num"), try row.number("den"))
        for mode in Rounding.allCases {
            let whole = try mode.divide(Int64(numerator), by: Int64(denominator))
            #expect(String(whole) == (try row.text(mode.rawValue)), "\(mode)")
        }
        try Conformance.passed("vectors", "rounding.json")
    }

    static let fees = vectors("fees")

    @Test(arguments: fees["cases"]?.elements ?? [])
    func aFeeIsWhatItMustBe(_ row: JSONValue) throws {
        let schedule = try FeeSchedule(json: try Self.schedule(row).text)
        let told: JSONValue
        do {
            told = try ask(schedule, row)
        } catch let error as OKPayError {
            let wanted = row["error"] ?? .null
            #expect(error.code.rawValue == wanted["code"]?.string && error.param == wanted["param"]?.string)
            return try Conformance.passed("vectors", "fees.json")
        }
        #expect(told == row["expect"])
        try Conformance.passed("vectors", "fees.json")
    }

    @Test(arguments: fees["loads"]?.elements ?? [])
    func aScheduleLoadsOrSaysWhereItIsWrong(_ row: JSONValue) throws {
        var schedule = try Self.schedule(row)
        for change in row["changes"]?.elements ?? [] {
            let path = try change.text("path").split(separator: "/").map(String.init)
            schedule = schedule.changed(at: path[...], to: change["value"])
        }
        let text = try schedule.text
        do {
            _ = try FeeSchedule(json: text)
            #expect(!row.has("error"))
        } catch let error as OKPayError {
            #expect(error.phase == "invalid" && error.code.rawValue == row["error"]?["code"]?.string)
            #expect(error.param == row["error"]?["param"]?.string)
        }
        try Conformance.passed("vectors", "fees.json")
    }

    @Test(arguments: fees["envelopes"]?.elements ?? [])
    func anEnvelopeIsProven(_ row: JSONValue) throws {
        var envelope: ScheduleEnvelope = try (row["envelope"] ?? .null).read()
        let keys = [try row.text("public_key")]
        let schedule = try FeeSchedule(envelope: envelope, publicKeys: keys)
        #expect(schedule.isVerified && schedule.text == envelope.schedule)
        #expect(try !FeeSchedule(json: schedule.text).isVerified)
        envelope.schedule = envelope.schedule.replacingOccurrences(of: "1.5", with: "0.5")
        let forged = envelope
        #expect(code { try FeeSchedule(envelope: forged, publicKeys: keys) } == "envelope_signature_invalid")
        try Conformance.passed("vectors", "fees.json")
    }

    private static func schedule(_ row: JSONValue) throws -> JSONValue {
        guard let schedule = fees["schedules"]?[try row.text("schedule")] else { throw Missing(name: "the schedule") }
        return schedule
    }

    private func ask(_ schedule: FeeSchedule, _ row: JSONValue) throws -> JSONValue {
        var request: QuoteRequest = try (row["request"] ?? .null).read()
        request.at = try request.at ?? Given(params: row.members).time("now")
        switch try row.text("do") {
        case "quote": return try Given.wire(try schedule.quote(request))
        case "gross_up": return try Given.wire(try schedule.grossUp(request))
        case "max_withdrawal": return try Given.wire(try schedule.maxWithdrawal(request))
        case "compare":
            let methods = row["methods"]?.elements.compactMap(\.string) ?? []
            return .array(try schedule.compare(request, methods: methods).map(told))
        default:
            let amounts = row["amounts"]?.elements.compactMap(\.integer).map(Int64.init) ?? []
            let columns = try schedule.quoteMany(amounts, request)
            let figures = ["gross": columns.gross, "fee": columns.fee, "net": columns.net, "rule": columns.rule.map(Int64.init)]
            return .object(figures.mapValues { .array($0.map { .number(Decimal($0)) }) })
        }
    }

    /// An offer as the vectors tell it.
    private func told(_ offer: Offer) throws -> JSONValue {
        var told: [String: JSONValue] = ["method": .string(offer.method), "facts": .object(offer.facts.mapValues(JSONValue.string))]
        if let quote = offer.quote {
            told["fee"] = try Given.wire(quote.fee)
            told["rule_id"] = .string(quote.ruleID)
        } else {
            told["code"] = .string(offer.code?.rawValue ?? "")
            told["param"] = offer.param.map(JSONValue.string) ?? .null
        }
        return .object(told)
    }
}

extension JSONValue {
    /// With another value at a path, or with none.
    fileprivate func changed(at path: ArraySlice<String>, to value: JSONValue?) -> JSONValue {
        guard let name = path.first else { return value ?? .null }
        let rest = path.dropFirst()
        switch self {
        case .object(var members):
            if rest.isEmpty { members[name] = value } else { members[name] = members[name]?.changed(at: rest, to: value) }
            return .object(members)
        case .array(var elements):
            guard let place = Int(name), elements.indices.contains(place) else { return self }
            elements[place] = elements[place].changed(at: rest, to: value)
            return .array(elements)
        default:
            return self
        }
    }
}
