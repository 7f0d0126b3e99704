import Foundation
import OKPay
import Testing

/// Money and fees, as published.
@Suite struct MoneyVectors {
    @Test func aCurrencyHasItsPlaces() async throws {
        try await each("iso4217", "exponents") { row in
            if let places = row[1]?.integer {
                try #require(try Money.places(of: (row[0]?.string ?? "")) == places)
            } else {  // gold, test codes and the like have no minor unit
                try #require(code { try Money.places(of: (row[0]?.string ?? "")) } == "unknown_currency")
            }
        }
    }

    @Test func aFractionIsRounded() async throws {
        try await each("rounding", "division") { row in
            try divides(Decimal(try row.number("num")), Decimal(try row.number("den")), row)
        }
    }

    @Test func aFeeIsRounded() async throws {
        try await each("rounding", "fee") { row in
            let (amount, fixed) = (Decimal(string: try row.text("amount_minor")), Decimal(string: try row.text("fixed_minor")))
            let numerator = try #require(amount) * Decimal(try row.number("rate_bps")) + #require(fixed) * 10_000
            try divides(numerator, 10_000, row)
        }
    }

    private func divides(_ numerator: Decimal, _ denominator: Decimal, _ row: JSONValue) throws {
        for mode in Rounding.allCases {
            try #require(try mode.divide(numerator, by: denominator) == Decimal(string: row.text(mode.rawValue)), "\(mode)")
        }
    }

    private let fees: JSONValue

    init() throws {
        fees = try json("tests/vectors/fees.json")
    }

    @Test func aFeeIsWhatItMustBe() async throws {
        try await each("fees", "cases") { row in
            let schedule = try FeeSchedule(json: try schedule(row).text)
            let told: JSONValue
            do {
                told = try ask(schedule, row)
            } catch let error as OKPayError {
                let wanted = row["error"] ?? .null
                try #require(error.code.rawValue == wanted["code"]?.string && error.param == wanted["param"]?.string)
                return
            }
            try #require(told == row["expect"])
        }
    }

    @Test func aScheduleLoadsOrSaysWhereItIsWrong() async throws {
        try await each("fees", "loads") { row in
            var schedule = try schedule(row)
            for change in row["changes"]?.elements ?? [] {
                let path = try change.text("path").split(separator: "/").map(String.init)
                schedule = schedule.changed(at: path[...], to: change["value"])
            }
            let text = try schedule.text
            do {
                _ = try FeeSchedule(json: text)
                try #require(!row.has("error"))
            } catch let error as OKPayError {
                try #require(error.phase == "invalid" && error.code.rawValue == row["error"]?["code"]?.string)
                try #require(error.param == row["error"]?["param"]?.string)
            }
        }
    }

    @Test func anEnvelopeIsProven() async throws {
        try await each("fees", "envelopes") { row in
            var envelope: ScheduleEnvelope = try (row["envelope"] ?? .null).read()
            let keys = [try row.text("public_key")]
            let schedule = try FeeSchedule(envelope: envelope, publicKeys: keys)
            try #require(schedule.isVerified && schedule.text == envelope.schedule)
            try #require(try !FeeSchedule(json: schedule.text).isVerified)
            envelope.schedule = envelope.schedule.replacingOccurrences(of: "1.5", with: "0.5")
            let forged = envelope
            try #require(code { try FeeSchedule(envelope: forged, publicKeys: keys) } == "envelope_signature_invalid")
        }
    }

    private func schedule(_ row: JSONValue) throws -> JSONValue {
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
