internal import OKPayCore

/// HTTP headers: names are compared without case, and their order is kept.
public struct Headers: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// Names and values, as they came.
    public private(set) var pairs: [Pair]

    /// One header.
    public struct Pair: Sendable, Hashable {
        /// Its name, in any case.
        public var name: String

        /// Its value.
        public var value: String

        /// A header.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Of pairs.
    public init(_ pairs: [Pair] = []) {
        self.pairs = pairs
    }

    /// Of what a dictionary holds, by name.
    public init(_ values: [String: String]) {
        pairs = values.sorted { $0.key < $1.key }.map { Pair(name: $0.key, value: $0.value) }
    }

    /// Of the pairs of another library, such as the `HTTPHeaders` of SwiftNIO.
    public init(_ values: some Sequence<(name: String, value: String)>) {
        pairs = values.map { Pair(name: $0.name, value: $0.value) }
    }

    /// `["content-type": "application/json"]`
    public init(dictionaryLiteral elements: (String, String)...) {
        pairs = elements.map { Pair(name: $0.0, value: $0.1) }
    }

    /// The first value of a header.
    public subscript(name: String) -> String? {
        let wanted = name.lowercased()
        return pairs.first { $0.name.lowercased() == wanted }?.value
    }

    /// These and others.
    public func adding(_ others: Headers) -> Headers {
        Headers(pairs + others.pairs)
    }

    init(_ core: [CoreHeader]) {
        pairs = core.map { Pair(name: $0.name, value: $0.value) }
    }

    var core: [CoreHeader] { pairs.map { CoreHeader(name: $0.name, value: $0.value) } }
}
