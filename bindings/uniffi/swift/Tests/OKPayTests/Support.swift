import Foundation
import OKPay

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The root of the repository.
let repository = (0..<6).reduce(URL(fileURLWithPath: #filePath)) { folder, _ in folder.deletingLastPathComponent() }

/// JSON of a file.
func json(_ path: String) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: repository.appendingPathComponent(path)))
}

/// A file of `tests/vectors/`.
func vectors(_ name: String) -> JSONValue {
    // A test that has no vectors must not pass for want of cases.
    try! json("tests/vectors/\(name).json")
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

    /// As JSON text.
    var text: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
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

/// What the tests have run, told to the table of conformance.
enum Conformance {
    private static let lock = NSLock()
    nonisolated(unsafe) private static var counts: [String: [String: Int]] = ["vectors": [:], "scenarios": [:]]

    /// Counts a case of a file that has passed.
    static func passed(_ kind: String, _ file: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["OKPAY_CONFORMANCE"] else { return }
        try lock.withLock {
            counts[kind, default: [:]][file, default: 0] += 1
            var report: [String: JSONValue] = ["language": .string("swift")]
            for (kind, files) in counts {
                report[kind] = .object(files.mapValues { .number(Decimal($0)) })
            }
            let file = URL(fileURLWithPath: folder).appendingPathComponent("swift.json")
            try Data(try JSONValue.object(report).text.utf8).write(to: file)
        }
    }
}
