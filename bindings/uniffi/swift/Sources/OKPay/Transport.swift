import Foundation
internal import OKPayCore

/// Carries one attempt of a call. ``URLSessionTransport`` by default.
///
/// An implementation sends the request as it is, once, follows no redirect, keeps neither cookies nor answers, reads at most
/// ``TransportRequest/largestAnswer`` bytes, and ends soon when its task is cancelled. It decides nothing about payments.
public protocol Transport: Sendable {
    /// Sends the request and waits for the whole answer, of whatever status.
    ///
    /// - Throws: ``TransportFailure``. Any other error counts as a request that may have left.
    func send(_ request: TransportRequest) async throws -> Answer
}

/// The request of one attempt.
public struct TransportRequest: Sendable {
    /// More than this is no answer of the gateway: 8 MiB.
    public static let largestAnswer = 8 * 1024 * 1024

    /// `GET` or `POST`.
    public let method: String

    /// The whole URL; the signature is over this very text.
    public let url: String

    /// Names in lower case, and values.
    public let headers: Headers

    /// The exact bytes.
    public let body: Data

    /// What is left of the call's time. The client ends the attempt by itself then, by cancelling its task.
    public let timeLeft: Duration

    init(_ core: CoreRequest, agent: String, timeLeft: Duration) {
        method = core.method
        url = core.url
        // The digest is over the bytes as they are, and so nothing may be compressed on the way.
        headers = Headers(core.headers).adding(["accept-encoding": "identity", "user-agent": agent])
        body = core.body
        self.timeLeft = timeLeft
    }
}

extension TransportRequest: CustomStringConvertible, CustomReflectable {
    /// The method and the URL: headers and body hold secrets.
    public var description: String { "\(method) \(url)" }

    /// The method and the URL: headers and body hold secrets.
    public var customMirror: Mirror { Mirror(self, children: ["method": method, "url": url]) }
}

/// Why no answer came.
public struct TransportFailure: Error, Sendable, Hashable {
    /// Whether the request may have left this machine; `false` only when it is certain that it has not.
    public var mayHaveLeft: Bool

    /// `connect_failed`, `connection_lost`, `timeout` or `answer_incomplete`.
    public var code: ErrorCode

    /// The HTTP stack's own words.
    public var detail: String

    /// A failure.
    public init(mayHaveLeft: Bool, code: ErrorCode, detail: String) {
        self.mayHaveLeft = mayHaveLeft
        self.code = code
        self.detail = detail
    }

    var outcome: CoreOutcome {
        .failed(mayHaveLeft: mayHaveLeft, code: code.rawValue, detail: detail)
    }
}
