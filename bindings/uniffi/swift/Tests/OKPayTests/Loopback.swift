import Foundation

#if canImport(Glibc)
    import Glibc

    /// A peer that hangs up must not end the process.
    private let quietly = Int32(MSG_NOSIGNAL)
#else
    import Darwin

    private let quietly: Int32 = 0
#endif

/// What a server on this machine received.
struct Received: Sendable {
    var head: String
    var headers: [(name: String, value: String)]
    var body: Data
}

/// A server on this machine that gives each request, one a connection, the answer of `respond`, byte by byte as it is.
final class Loopback: Sendable {
    let url: String
    /// The requests, as they come.
    let received: AsyncStream<Received>
    private let socket: Int32

    init(respond: @escaping @Sendable (Received) -> Data) throws {
        #if canImport(Glibc)
            let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let socket = Darwin.socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, size) == 0 && listen(socket, 16) == 0 && getsockname(socket, address, &size) == 0
            }
        }
        guard bound else { throw Missing(name: "a port") }
        self.socket = socket
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        let (stream, continuation) = AsyncStream.makeStream(of: Received.self)
        received = stream
        Thread.detachNewThread {
            while true {
                let connection = accept(socket, nil, nil)
                if connection < 0 { return }
                Self.serve(connection, respond, continuation)
                close(connection)
            }
        }
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    private static func serve(
        _ connection: Int32, _ respond: (Received) -> Data, _ continuation: AsyncStream<Received>.Continuation
    ) {
        var data = Data()
        var received: Received?
        while received == nil {
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = recv(connection, &chunk, chunk.count, 0)
            if count <= 0 { return }
            data += chunk[..<count]
            received = parsed(data)
        }
        guard let received else { return }
        continuation.yield(received)
        var answer = respond(received)
        while !answer.isEmpty {
            let sent = answer.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, quietly) }
            if sent <= 0 { return }
            answer = answer.dropFirst(sent)
        }
        shutdown(connection, Int32(SHUT_WR))
        var rest = [UInt8](repeating: 0, count: 1024)
        while recv(connection, &rest, rest.count, 0) > 0 {}
    }

    private static func parsed(_ data: Data) -> Received? {
        guard let end = data.range(of: Data("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: data[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            return (name: parts[0], value: parts.count > 1 ? parts[1] : "")
        }
        let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        let body = data[end.upperBound...]
        return body.count < length ? nil : Received(head: lines[0], headers: headers, body: Data(body))
    }
}

/// An answer as text.
func http(_ status: String, _ headers: [String] = [], _ body: Data = Data()) -> Data {
    Data((["HTTP/1.1 \(status)"] + headers + ["content-length: \(body.count)", "connection: close", "", ""]).joined(separator: "\r\n").utf8) + body
}
