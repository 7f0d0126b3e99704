import Foundation
import OKPay
import Testing

/// Parameters in their wire form, taken as a method wants them.
struct Given {
    let params: [String: JSONValue]

    /// One of them; none if it is not given.
    func value<Value: Decodable>(_ name: String) throws -> Value {
        // A value by itself is no JSON to every decoder, so that it goes as a list of one.
        try JSONValue.array([params[name] ?? .null]).read([Value].self)[0]
    }

    /// A time; none if it is not given.
    func time(_ name: String) throws -> Date? {
        guard let text = params[name]?.string else { return nil }
        let fractional = text.contains(".")
        return try Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: fractional))
    }

    /// A time that must be there.
    func neededTime(_ name: String) throws -> Date {
        guard let time = try time(name) else { throw Missing(name: name) }
        return time
    }

    /// A reply in its wire form.
    static func wire(_ reply: some Encodable) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: try JSONEncoder().encode(reply))
    }

    /// All elements of a walk in their wire form.
    static func wire<Element: Encodable & Sendable>(all walk: Walk<Element>) async throws -> [JSONValue] {
        var all: [JSONValue] = []
        for try await element in walk {
            all.append(try wire(element))
        }
        return all
    }
}

struct UnknownOperation: Error { let name: String }

/// Runs a scenario as it is written. See `tests/scenarios/README.md`; there are no expectations in here.
final class ScenarioRunner {
    private let sandbox: Sandbox
    private var clients: [String: Client]
    private var saved: [String: JSONValue]
    private var hooks: [String: (server: Loopback, deliveries: AsyncStream<Received>.Iterator)] = [:]

    init(_ sandbox: Sandbox) throws {
        self.sandbox = sandbox
        // To ask for the keys would take from the little time that some calls are given.
        let settings = Client.Settings(gatewayKeys: try sandbox.detail("gateway_keys"))
        clients = ["secret": try sandbox.client(settings), "publishable": try sandbox.browser()]
        saved = sandbox.details.members
    }

    func run(_ scenario: JSONValue) async throws {
        for (number, written) in (scenario["steps"]?.elements ?? []).enumerated() {
            let step = try filled(written)
            let (result, failed) = try await ended(step)
            let (place, end) = ("step \(number + 1): \(try written.text)", try result.text)
            try #require(failed == step.has("error"), "\(place) ended in \(end)")
            for (path, value) in (step["expect"]?.members ?? [:]).merging(step["error"]?.members ?? [:], uniquingKeysWith: { $1 }) {
                try #require(Self.at(result, path) == value, "\(place): \(path) in \(end)")
            }
            for (name, path) in step["save"]?.members ?? [:] {
                saved[name] = Self.at(result, path.string ?? "")
            }
        }
    }

    private func ended(_ step: JSONValue) async throws -> (JSONValue, failed: Bool) {
        do {
            return (try await done(step), false)
        } catch let error as OKPayError {
            return (.object([
                "phase": .string(error.phase),
                "code": .string(error.code.rawValue),
                "status": error.status.map { .number(Decimal($0)) } ?? .null,
                "param": error.param.map(JSONValue.string) ?? .null,
                "decline_code": error.declineCode.map { .string($0.rawValue) } ?? .null,
                "object": error.objectID.map(JSONValue.string) ?? .null,
                "state": error.state.map(JSONValue.string) ?? .null,
                "idempotency_key": error.idempotencyKey.map(JSONValue.string) ?? .null,
                "request_id": error.requestID.map(JSONValue.string) ?? .null,
            ]), true)
        }
    }

    private func done(_ step: JSONValue) async throws -> JSONValue {
        let given = Given(params: step["params"]?.members ?? [:])
        if let operation = step["call"]?.string {
            return try await call(operation, client(step), step["id"]?.string ?? "", given, options(step))
        } else if let operation = step["walk"]?.string {
            let items = try await walk(operation, client(step), given, options(step))
            let distinct = Set(items.compactMap { $0["id"]?.string }).count
            let (count, ids) = (JSONValue.number(Decimal(items.count)), JSONValue.number(Decimal(distinct)))
            return .object(["count": count, "distinct": ids, "items": .array(items)])
        } else if let operation = step["wait"]?.string {
            let timeout = Duration.milliseconds(step["timeout_ms"]?.integer ?? 600_000)
            return try await wait(for: operation, client(step), step["id"]?.string ?? "", timeout)
        } else if let key = step["resolve"]?.string {
            return try Given.wire(await client(step).resolve(key))
        } else if let name = step["device"]?.string {
            return try await device(name, step)
        } else if let control = step["control"]?.string?.split(separator: " ").map(String.init) {
            return try await sandbox.control(control[0], control[1], step["body"] ?? .object([:]))
        } else if let name = step["listen"]?.string {
            return try listen(name)
        } else if let name = step["delivery"]?.string {
            guard let delivery = await hooks[name]?.deliveries.next() else { throw Missing(name: name) }
            return try Given.wire(try read(delivery.body, Headers(delivery.headers), step))
        } else if let body = step["webhook"] {
            let body = Data(try body.text.utf8)
            let headers = try Webhooks.sign(body, id: try step.text("id"), secrets: [try step.text("secret")])
            let event = try read(body, headers, step)
            var wire = try Given.wire(event).members
            if case .unknown = event.data { wire["known"] = .bool(false) } else { wire["known"] = .bool(true) }
            return .object(wire)
        }
        throw Missing(name: "what to do")
    }

    private func device(_ name: String, _ step: JSONValue) async throws -> JSONValue {
        let seed = try Data(hex: try step.text("seed"))
        var params = step["params"]?.members ?? [:]
        params["public_key"] = .string(try Ed25519Key(id: "new", seed: seed).publicKey.bytes.base64EncodedString())
        let device = try await call("devices.create", client(step), "", Given(params: params), options(step))
        let key = try Ed25519Key(id: try device.text("id"), seed: seed)
        clients[name] = try Client(baseURL: try sandbox.detail("url"), key: .ed25519(key))
        return device
    }

    private func listen(_ name: String) throws -> JSONValue {
        let server = try Loopback { _ in http("200 OK") }
        hooks[name] = (server, server.received.makeAsyncIterator())
        saved[name] = .string(server.url + "/hook")
        return .null
    }

    private func read(_ body: Data, _ headers: Headers, _ step: JSONValue) throws -> Event {
        try Verifier(try step.text("secret")).verify(body, headers: headers).event()
    }

    private func client(_ step: JSONValue) throws -> Client {
        guard let client = clients[step["as"]?.string ?? "secret"] else { throw Missing(name: "as") }
        return client
    }

    private func options(_ step: JSONValue) -> CallOptions {
        CallOptions(
            idempotencyKey: step["key"]?.string,
            timeout: step["timeout_ms"]?.integer.map { .milliseconds($0) },
            maxAttempts: step["max_attempts"]?.integer
        )
    }

    private func filled(_ value: JSONValue) throws -> JSONValue {
        switch value {
        case .object(let members): return .object(try members.mapValues(filled))
        case .array(let elements): return .array(try elements.map(filled))
        case .string(let text) where text.hasPrefix("$"):
            guard let kept = saved[String(text.dropFirst())] else { throw Missing(name: text) }
            return kept
        default: return value
        }
    }

    /// The value at a path; null where there is none.
    private static func at(_ value: JSONValue, _ path: String) -> JSONValue {
        path.split(separator: ".").reduce(value) { value, name in
            let name = name.replacingOccurrences(of: "~1", with: ".")
            return Int(name).flatMap { value[$0] } ?? value[name] ?? .null
        }
    }
}

@Suite struct Scenarios {
    static let files = (try? FileManager.default.contentsOfDirectory(atPath: repository.appendingPathComponent("tests/scenarios").path))?
        .filter { $0.hasSuffix(".json") }.sorted() ?? []

    @Test func thereAreScenarios() {
        #expect(Self.files.count >= 11)
    }

    @Test(arguments: files) func runsAsWritten(_ file: String) async throws {
        try await Sandbox.run { sandbox in
            let scenario = try json("tests/scenarios/\(file)")
            try await ScenarioRunner(sandbox).run(scenario)
            try Conformance.report("scenarios/\(file)", "steps", scenario["steps"]?.elements.count ?? 0)
        }
    }
}
