/// A text from a set that may grow: what this version does not know stays as it came.
///
/// `switch` over one needs a `default`, which is where a value of a later version goes.
public protocol OpenSet: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible where RawValue == String {
    /// Any text; what this version does not know stays as it is.
    init(rawValue: String)

    /// Those that this version knows.
    static var known: [Self] { get }
}

extension OpenSet {
    /// Whether this version knows the value.
    public var isKnown: Bool { Self.known.contains(self) }

    /// The text on the wire.
    public var description: String { rawValue }
}
