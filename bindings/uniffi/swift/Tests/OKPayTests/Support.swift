import Foundation
import OKPay
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The root of the repository.
let repository = (0..<6).reduce(URL(fileURLWithPath: #filePath)) { folder, _ in folder.deletingLastPathComponent() }

/// JSON of a file.
func json(_ path: String) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: repository.appendingPathComponent(path)))
}

extension JSONValue {
    /// The elements of an array.
    var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }

    /// The members of an object.
    var members: [String: JSONValue] { if case .object(let members) = self { members } else { [:] } }

    /// The text that must be there.
    func text(_ name: String) throws -> String {
        guard let text = self[name]?.string else { throw Missing(name: name) }
        return text
    }

    /// The whole number that must be there.
    func number(_ name: String) throws -> Int {
        guard let number = self[name]?.integer else { throw Missing(name: name) }
        return number
    }

    /// Whether there is something under the name.
    func has(_ name: String) -> Bool { self[name] ?? .null != .null }

    /// As JSON text, the same each time.
    var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    /// As a model.
    func read<Model: Decodable>(_ kind: Model.Type = Model.self) throws -> Model {
        try JSONDecoder().decode(kind, from: try JSONEncoder().encode(self))
    }
}

struct Missing: Error { let name: String }

extension Data {
    /// From hexadecimal digits.
    init(hex: String) throws {
        let digits = Array(hex)
        guard digits.count.isMultiple(of: 2) else { throw Missing(name: "a digit") }
        self = try Data(stride(from: 0, to: digits.count, by: 2).map { place in
            guard let byte = UInt8(String(digits[place...place + 1]), radix: 16) else { throw Missing(name: "a digit") }
            return byte
        })
    }
}

/// The code of the error that must come.
func code(_ work: () throws -> some Any) -> String? {
    do {
        _ = try work()
        return nil
    } catch let error as OKPayError {
        return error.code.rawValue
    } catch {
        return "\(error)"
    }
}

/// Runs every case of a list of `tests/vectors/`, and reports how many have passed; see the README there. The entries of an object are
/// arrays of their name and their value.
func each(_ file: String, _ list: String, _ run: (JSONValue) async throws -> Void) async throws {
    let found = list.split(separator: ".").reduce(try json("tests/vectors/\(file).json")) { $0[String($1)] ?? .null }
    let cases = found.elements + found.members.map { .array([.string($0.key), $0.value]) }
    try #require(!cases.isEmpty)
    for row in cases {
        do {
            try await run(row)
        } catch {
            Issue.record(error, "\(file), \(list): \((try? row.text) ?? "")")
            return
        }
    }
    try Conformance.report("vectors/\(file).json", list, cases.count)
}

/// What the tests have run, told to the table of conformance.
enum Conformance {
    private static let lock = NSLock()

    /// So many cases of a list have passed.
    static func report(_ file: String, _ list: String, _ cases: Int) throws {
        guard let path = ProcessInfo.processInfo.environment["OKPAY_CONFORMANCE"] else { return }
        let line: JSONValue = .object(["file": .string(file), "list": .string(list), "cases": .number(Decimal(cases))])
        try lock.withLock {
            let report = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try report.seekToEnd()
            try report.write(contentsOf: Data((try line.text + "\n").utf8))
            try report.close()
        }
    }
}
