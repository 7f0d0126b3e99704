import Foundation
internal import OKPayCore

/// An answer of the gateway as it came.
public struct Answer: Sendable, Hashable {
    /// The HTTP status.
    public var status: Int

    /// Names and values, as they came.
    public var headers: Headers

    /// The whole body.
    public var body: Data

    /// An answer, as a ``Transport`` gives it.
    public init(status: Int, headers: Headers, body: Data) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The gateway's id of the request, for support.
    public var requestID: String? { headers["okpay-request-id"] }

    /// Whether it is the first answer to this key, given again.
    public var isReplayed: Bool { headers["idempotency-replayed"] == "true" }

    init(_ core: CoreAnswer) {
        self.init(status: Int(core.status), headers: Headers(core.headers), body: core.body)
    }

    var core: CoreAnswer {
        CoreAnswer(status: UInt16(clamping: status), headers: headers.core, body: body)
    }
}

/// What one attempt came to, for logs and metrics. Nothing in it is secret.
public struct AttemptReport: Sendable, Hashable {
    /// The operation, such as `payments.create`.
    public let operation: String

    /// `GET` or `POST`.
    public let method: String

    /// The path of the table, such as `/v1/payments/{id}`: it holds no id, so that it serves as a label.
    public let urlTemplate: String

    /// The attempt, from 1.
    public let attempt: Int

    /// The HTTP status, if an answer came.
    public let status: Int?

    /// The code of the failure, if none came.
    public let failure: ErrorCode?

    /// The gateway's id of the request.
    public let requestID: String?

    /// How long the gateway asks to wait before another try (`Retry-After`, or the reset of a spent `RateLimit`).
    public let retryAfter: Duration?

    /// Since when the endpoint is deprecated (RFC 9745), as the gateway wrote it.
    public let deprecation: String?

    /// When it goes (RFC 8594), as the gateway wrote it.
    public let sunset: String?

    /// From sending to the end of the answer.
    public let elapsed: Duration

    init(_ core: CoreAttemptReport) {
        operation = core.operation
        method = core.method
        urlTemplate = core.urlTemplate
        attempt = Int(core.attempt)
        status = core.status.map(Int.init)
        failure = core.failure.map(ErrorCode.init(rawValue:))
        requestID = core.requestId
        retryAfter = core.retryAfter.map(Duration.upTo)
        deprecation = core.deprecation
        sunset = core.sunset
        elapsed = .upTo(milliseconds: core.elapsed)
    }
}
