import Foundation

/// Any JSON, for what this version does not know and for single fields of a webhook. Numbers keep all their digits.
public enum JSONValue: Sendable, Hashable, Codable {
    /// `null`.
    case null

    /// `true` or `false`.
    case bool(Bool)

    /// A number, exact to 38 digits.
    case number(Decimal)

    /// A text.
    case string(String)

    /// An array.
    case array([JSONValue])

    /// An object.
    case object([String: JSONValue])

    /// Reads any JSON.
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let truth = try? value.decode(Bool.self) {
            self = .bool(truth)
        } else if let text = try? value.decode(String.self) {
            self = .string(text)
        } else if let members = try? value.decode([String: JSONValue].self) {
            self = .object(members)
        } else if let elements = try? value.decode([JSONValue].self) {
            self = .array(elements)
        } else {
            self = .number(try value.decode(Decimal.self))
        }
    }

    /// Writes it as JSON.
    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .null: try value.encodeNil()
        case .bool(let truth): try value.encode(truth)
        case .number(let number): try value.encode(number)
        case .string(let text): try value.encode(text)
        case .array(let elements): try value.encode(elements)
        case .object(let members): try value.encode(members)
        }
    }

    /// The member of an object.
    public subscript(name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    /// The element of an array; none past its end.
    public subscript(place: Int) -> JSONValue? {
        if case .array(let elements) = self, elements.indices.contains(place) { elements[place] } else { nil }
    }

    /// The text, if it is one.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The whole number, if it is one.
    public var integer: Int? {
        if case .number(let number) = self { Int(number.description) } else { nil }
    }
}
