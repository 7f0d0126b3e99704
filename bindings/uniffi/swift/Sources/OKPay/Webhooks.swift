import Foundation
internal import OKPayCore

/// Proves webhooks with one or more secrets.
///
/// ```swift
/// let payload = try verifier.verify(body, headers: headers)  // the raw bytes, before anything parses them
/// if case .payment(let payment) = try payload.event().data { ship(payment.reference) }
/// ```
///
/// During a rotation give the new and the old secret: a webhook passes if any signature in its header was made with any of them.
public struct Verifier: Sendable {
    private let core: CoreVerifier

    /// A verifier.
    ///
    /// - Parameters:
    ///   - secrets: `whsec_…` (HMAC-SHA256) or `whpk_…` (the public key for Ed25519).
    ///   - tolerance: how far a webhook's timestamp may be from now, to either side, in whole seconds. Zero means zero, not off.
    /// - Throws: `invalid_key`.
    public init(_ secrets: String..., tolerance: Duration = .seconds(300)) throws(OKPayError) {
        try self.init(secrets: secrets, tolerance: tolerance)
    }

    /// A verifier with a list of secrets; see ``init(_:tolerance:)``.
    ///
    /// - Throws: `invalid_key`.
    public init(secrets: [String], tolerance: Duration = .seconds(300)) throws(OKPayError) {
        core = try crossing { try CoreVerifier(secrets: secrets, tolerance: tolerance.wholeSeconds) }
    }

    /// Proves a webhook and gives its payload.
    ///
    /// - Parameters:
    ///   - body: the raw bytes, before anything parsed them.
    ///   - headers: all of them, as they came.
    ///   - now: this machine's clock by default.
    /// - Throws: `webhook_header_missing`, `webhook_header_malformed`, `webhook_signature_mismatch`,
    ///   `webhook_timestamp_out_of_tolerance` or `body_too_large`.
    public func verify(_ body: Data, headers: Headers, now: Date? = nil) throws(OKPayError) -> VerifiedPayload {
        let now = now.map(Wire.millis)
        return VerifiedPayload(core: try crossing { try core.verify(body: body, headers: headers.core, now: now) })
    }
}

/// A webhook that is proven to be OKPay's. Only ``Verifier/verify(_:headers:now:)`` makes one.
public struct VerifiedPayload: Sendable {
    let core: CorePayload

    /// The id of the event, the same on every delivery: what a ``ReplayStore`` is keyed on.
    public var id: String { core.id() }

    /// When this delivery was signed.
    public var timestamp: Date { Wire.date(core.timestamp()) }

    /// The exact bytes that were signed.
    public var body: Data { core.body() }

    /// What happened, found without reading the rest.
    ///
    /// - Throws: `webhook_unreadable`.
    public func eventType() throws(OKPayError) -> EventType {
        EventType(rawValue: try crossing { try core.eventType() })
    }

    /// One field by its path, such as `data.status`, found without reading the rest; none if it is not there.
    ///
    /// - Throws: `webhook_unreadable`.
    public func field(_ path: String) throws(OKPayError) -> JSONValue? {
        guard let text = try crossing({ try core.field(path: path) }) else { return nil }
        return try Wire.read(JSONValue.self, Data(text.utf8))
    }

    /// The event, typed.
    ///
    /// - Throws: `webhook_unreadable`.
    public func event() throws(OKPayError) -> Event {
        try Wire.read(Event.self, Data(try crossing { try core.event() }.utf8))
    }
}

/// What else there is to do about webhooks.
public enum Webhooks {
    /// Where an event stands, next to the stored version of its resource.
    public enum Order: Sendable, Hashable {
        /// The very next change: take it over.
        case apply

        /// Old: change nothing.
        case stale

        /// Take it over, and fetch what was missed where each single change matters.
        case gap
    }

    /// Where an event stands, next to the stored version of its resource. Read, compare and write in one transaction.
    ///
    /// - Parameters:
    ///   - current: the version that is stored; none if there is none.
    ///   - event: the version that the event carries.
    public static func apply(current: Int?, event: Int) -> Order {
        switch coreApply(currentVersion: current.map(UInt64.init(clamping:)), eventVersion: UInt64(clamping: event)) {
        case .apply: .apply
        case .stale: .stale
        case .gap: .gap
        }
    }

    /// The three headers of a delivery as the gateway signs it; for tests of a handler.
    ///
    /// - Parameters:
    ///   - body: the bytes.
    ///   - id: the id of the event.
    ///   - secrets: `whsec_…`, several during a rotation, and `whsk_…` for Ed25519.
    ///   - timestamp: when; cut to whole seconds.
    /// - Throws: `invalid_key` or `invalid_parameter`.
    public static func sign(
        _ body: Data,
        id: String,
        secrets: [String],
        timestamp: Date = Date()
    ) throws(OKPayError) -> Headers {
        let timestamp = seconds(timestamp)
        return Headers(try crossing { try coreSignWebhook(secrets: secrets, id: id, body: body, timestamp: timestamp) })
    }

    /// The value of `webhook-signature` under one secret, for any id: as other senders of Standard Webhooks make it.
    ///
    /// - Throws: `invalid_key` or `invalid_parameter`.
    public static func signature(
        of body: Data,
        id: String,
        secret: String,
        timestamp: Date
    ) throws(OKPayError) -> String {
        let timestamp = seconds(timestamp)
        return try crossing { try coreWebhookSignature(secret: secret, id: id, body: body, timestamp: timestamp) }
    }

    /// A fresh secret `whsec_…`.
    ///
    /// - Throws: `invalid_configuration` if the system gives no random numbers.
    public static func newSecret() throws(OKPayError) -> String {
        try crossing { try coreWebhookSecret() }
    }

    /// Says why a webhook does not verify: for logs and terminals, not for the answer to whoever sent it.
    ///
    /// - Parameters:
    ///   - body: the raw bytes.
    ///   - headers: all of them.
    ///   - secrets: of this endpoint.
    ///   - now: this machine's clock by default.
    ///   - previousSecrets: those that this endpoint had before.
    ///   - otherSecrets: those of other endpoints, by a name to call them by.
    ///   - tolerance: as the ``Verifier`` has it.
    /// - Throws: nothing but a defect.
    public static func diagnose(
        _ body: Data,
        headers: Headers,
        secrets: [String],
        now: Date? = nil,
        previousSecrets: [String] = [],
        otherSecrets: [String: String] = [:],
        tolerance: Duration = .seconds(300)
    ) throws(OKPayError) -> Diagnosis {
        let others = otherSecrets.sorted { $0.key < $1.key }.map { CoreOtherSecret(name: $0.key, secret: $0.value) }
        let now = now.map(Wire.millis)
        let text = try crossing {
            try coreDiagnose(
                body: body, headers: headers.core, secrets: secrets, now: now, previousSecrets: previousSecrets,
                otherSecrets: others, tolerance: tolerance.wholeSeconds)
        }
        return try Wire.read(Diagnosis.self, Data(text.utf8))
    }
}
