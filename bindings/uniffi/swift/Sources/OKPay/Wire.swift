import Foundation
internal import OKPayCore

/// JSON and times as they are on the wire.
enum Wire {
    /// Any model as JSON text.
    static func text(_ model: some Encodable) throws(OKPayError) -> String {
        do {
            return String(decoding: try JSONEncoder().encode(model), as: UTF8.self)
        } catch let error as OKPayError {
            throw error
        } catch {
            throw .refused(.invalidParameter, "this cannot be written as JSON: \(error)")
        }
    }

    /// A model out of JSON that core has read already.
    static func read<Model: Decodable>(_ kind: Model.Type, _ text: some DataProtocol) throws(OKPayError) -> Model {
        try crossing { try JSONDecoder().decode(kind, from: Data(text)) }
    }

    /// The reply out of an answer that core has proven and read already, so that whatever fails here is a defect: by then a write has
    /// happened, whose key is told.
    static func reply<Reply: Decodable>(_ answer: Answer, writing key: String?) throws(OKPayError) -> Reply {
        do {
            return try JSONDecoder().decode(Reply.self, from: answer.body)
        } catch {
            throw .defect(error, writing: key)
        }
    }

    /// Milliseconds since 1970. A `Date` is a binary fraction of seconds, and so it is rounded.
    static func millis(_ date: Date) -> Int64 {
        Int64((date.timeIntervalSince1970.clamped * 1000).rounded())
    }

    /// The moment, from milliseconds since 1970.
    static func date(_ millis: Int64) -> Date {
        Date(timeIntervalSince1970: TimeInterval(millis) / 1000)
    }
}

extension TimeInterval {
    /// Held to what RFC 3339 can say, the years 0 to 9999.
    fileprivate var clamped: Self { isNaN ? 0 : Swift.min(Swift.max(self, -62_167_219_200), 253_402_300_799) }
}

extension Duration {
    /// Whole milliseconds, none for what is negative.
    var wholeMilliseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (millis, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1000)
        return overflow ? .max : millis.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000_000_000)).partialValue
    }

    /// Whole seconds, for windows that are counted in them.
    var wholeSeconds: UInt32 { UInt32(clamping: wholeMilliseconds / 1000) }

    /// So many milliseconds, as far as a duration goes.
    static func upTo(milliseconds: UInt64) -> Self { .milliseconds(Int64(clamping: milliseconds)) }
}

/// A time among parameters.
struct WireTime: Encodable {
    let date: Date

    init(_ date: Date) {
        self.date = date
    }

    func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(coreTimeText(millis: Wire.millis(date)))
    }
}

/// The parameters of a call by their names on the wire; what is not given is left off.
struct Params: Encodable, ExpressibleByDictionaryLiteral {
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private let given: [(name: String, value: any Encodable)]

    init(dictionaryLiteral elements: (String, (any Encodable)?)...) {
        given = elements.compactMap { name, value in value.map { (name, $0) } }
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Name.self)
        for (name, value) in given {
            try fields.encode(value, forKey: Name(stringValue: name))
        }
    }

    /// As JSON text; nothing where nothing is given.
    func text() throws(OKPayError) -> String? {
        given.isEmpty ? nil : try Wire.text(self)
    }
}

extension KeyedDecodingContainer {
    /// A time (RFC 3339).
    func time(forKey key: Key) throws -> Date {
        Wire.date(try coreTime(text: try decode(String.self, forKey: key)))
    }

    /// A time, if there is one.
    func timeIfPresent(forKey key: Key) throws -> Date? {
        try decodeIfPresent(String.self, forKey: key).map { Wire.date(try coreTime(text: $0)) }
    }
}

extension KeyedEncodingContainer {
    /// A time (RFC 3339), if there is one.
    mutating func encode(time: Date?, forKey key: Key) throws {
        try encodeIfPresent(time.map(WireTime.init), forKey: key)
    }
}
