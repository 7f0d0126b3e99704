import Foundation
internal import OKPayCore

/// Requests and answers, signed and proven by yourself, for those who bring their own HTTP (RFC 9421, RFC 9530).
///
/// ```swift
/// let headers: Headers = ["content-type": "application/json", "idempotency-key": "\"order-1001\""]
/// let signature = try Signing.sign(method: "POST", url: url, headers: headers, body: body, key: .hmac(key))
/// ```
///
/// Times are whole seconds on the wire; a `Date` is cut to them.
public enum Signing {
    /// The request that an answer is to.
    public struct AnsweredRequest: Sendable, Hashable {
        /// Its nonce.
        public var nonce: String

        /// The id of the key that it was proven with.
        public var keyID: String

        /// A request.
        public init(nonce: String, keyID: String) {
            self.nonce = nonce
            self.keyID = keyID
        }

        var core: CoreAnsweredRequest { CoreAnsweredRequest(nonce: nonce, keyId: keyID) }
    }

    /// What ``Signing/verify(method:url:headers:body:key:now:)-(_,_,_,_,PublicKey,_)`` has proven. Use the nonce up until
    /// ``nonceKeptUntil``, or the request can be sent again.
    public struct ProvenRequest: Sendable, Hashable {
        /// The key that signed.
        public let keyID: String

        /// `hmac-sha256` or `ed25519`.
        public let algorithm: String

        /// When it was signed.
        public let created: Date

        /// When it ends.
        public let expires: Date

        /// Good for one request only.
        public let nonce: String

        /// Until when the nonce must be remembered.
        public let nonceKeptUntil: Date

        /// The idempotency key without its quotes, if there is one.
        public let idempotencyKey: String?

        init(_ core: CoreProvenRequest) {
            keyID = core.keyId
            algorithm = core.algorithm
            created = Wire.date(core.created * 1000)
            expires = Wire.date(core.expires * 1000)
            nonce = core.nonce
            nonceKeptUntil = Wire.date(core.nonceKeptUntil * 1000)
            idempotencyKey = core.idempotencyKey
        }
    }

    /// What ``Signing/verify(_:keys:to:)`` has proven.
    public struct ProvenAnswer: Sendable, Hashable {
        /// When the gateway signed it.
        public let created: Date

        /// The gateway's key that signed it.
        public let keyID: String

        /// The request that it says it is to; without one it is not proven to belong to any.
        public let request: AnsweredRequest?
    }

    /// Signs a request and gives the headers to add: `content-digest` (with a body), `signature-input` and `signature`.
    ///
    /// - Parameters:
    ///   - method: `GET` or `POST`.
    ///   - url: the whole URL.
    ///   - headers: what is sent with it. `content-type` is covered if there is a body, `idempotency-key` if it is among them, in the
    ///     form that it has on the wire: in quotes.
    ///   - body: the exact bytes.
    ///   - key: what signs.
    ///   - created: now by default.
    ///   - nonce: 128 random bits in base64url by default; never the same twice.
    /// - Throws: `invalid_url`, `idempotency_key_invalid`, `invalid_parameter` or `signing_failed`.
    public static func sign(
        method: String,
        url: String,
        headers: Headers,
        body: Data,
        key: SigningKey,
        created: Date? = nil,
        nonce: String? = nil
    ) throws(OKPayError) -> Headers {
        let created = created.map(seconds)
        return Headers(
            try crossing {
                try coreSignRequest(
                    method: method, url: url, headers: headers.core, body: body, key: key.core, created: created, nonce: nonce)
            })
    }

    /// Which key a request says that it was signed with, to look it up; nothing is proven by it.
    ///
    /// - Throws: `unauthenticated` or `signature_invalid`.
    public static func claimedKeyID(
        method: String,
        url: String,
        headers: Headers,
        body: Data
    ) throws(OKPayError) -> String {
        try crossing { try coreClaimedKeyId(method: method, url: url, headers: headers.core, body: body) }
    }

    /// Proves the signature, body and time of a request with a shared secret.
    ///
    /// - Parameters:
    ///   - method: its method.
    ///   - url: the whole URL, under the receiver's own public base URL.
    ///   - headers: all of them.
    ///   - body: the raw bytes.
    ///   - key: the key of ``claimedKeyID(method:url:headers:body:)``.
    ///   - now: this machine's clock by default.
    /// - Throws: `unauthenticated`, `signature_invalid`, `digest_mismatch`, `clock_skew` or `idempotency_key_unsigned`.
    public static func verify(
        method: String,
        url: String,
        headers: Headers,
        body: Data,
        key: HMACKey,
        now: Date? = nil
    ) throws(OKPayError) -> ProvenRequest {
        try verify(method, url, headers, body, key.core, nil, now)
    }

    /// Proves the signature, body and time of a request with a device's public key. See the one for ``HMACKey``.
    ///
    /// - Throws: `unauthenticated`, `signature_invalid`, `digest_mismatch`, `clock_skew` or `idempotency_key_unsigned`.
    public static func verify(
        method: String,
        url: String,
        headers: Headers,
        body: Data,
        key: PublicKey,
        now: Date? = nil
    ) throws(OKPayError) -> ProvenRequest {
        try verify(method, url, headers, body, nil, try key.core, now)
    }

    private static func verify(
        _ method: String,
        _ url: String,
        _ headers: Headers,
        _ body: Data,
        _ key: CoreKey?,
        _ publicKey: CorePublicKey?,
        _ now: Date?
    ) throws(OKPayError) -> ProvenRequest {
        let now = now.map(seconds)
        return ProvenRequest(
            try crossing {
                try coreVerifyRequest(
                    method: method, url: url, headers: headers.core, body: body, key: key, publicKey: publicKey, now: now)
            })
    }

    /// Signs an answer as the gateway does, for tests, and gives the headers to add.
    ///
    /// - Parameters:
    ///   - answer: its status, its `content-type` and its body are covered.
    ///   - key: the gateway's.
    ///   - created: now by default.
    ///   - request: the request that it is to.
    /// - Throws: `invalid_key` or `invalid_parameter`.
    public static func sign(
        _ answer: Answer,
        key: Ed25519Key,
        created: Date? = nil,
        to request: AnsweredRequest? = nil
    ) throws(OKPayError) -> Headers {
        let (core, created) = (answer.core, created.map(seconds))
        return Headers(
            try crossing {
                try coreSignAnswer(
                    status: core.status, headers: core.headers, body: core.body, key: key.core, created: created,
                    request: request?.core)
            })
    }

    /// Proves that an answer is the gateway's, whole and, with `request`, made for it.
    ///
    /// - Parameters:
    ///   - answer: as it came.
    ///   - keys: the gateway's public keys, as `OKPAY_GATEWAY_KEYS` has them.
    ///   - request: the request that it must be to.
    /// - Throws: `answer_unsigned`, `answer_signature_invalid`, `untrusted_key`, `digest_mismatch` or `answer_for_other_request`.
    public static func verify(
        _ answer: Answer,
        keys: String,
        to request: AnsweredRequest? = nil
    ) throws(OKPayError) -> ProvenAnswer {
        let core = answer.core
        let proven = try crossing {
            try coreVerifyAnswer(
                status: core.status, headers: core.headers, body: core.body, keys: keys, request: request?.core)
        }
        let answered = proven.request.map { AnsweredRequest(nonce: $0.nonce, keyID: $0.keyId) }
        return ProvenAnswer(created: Wire.date(proven.created * 1000), keyID: proven.keyId, request: answered)
    }

    /// The field `content-digest` of a body (RFC 9530, SHA-256).
    ///
    /// - Throws: nothing but a defect.
    public static func contentDigest(_ body: Data) throws(OKPayError) -> String {
        try crossing { try coreContentDigest(body: body) }
    }

    /// The SHA-256 of a file's content, 64 hexadecimal digits: what the field `sha256` of an attachment, a document of identity or a file of
    /// evidence takes. The file itself stays where it is.
    ///
    /// - Throws: nothing but a defect.
    public static func fileDigest(_ content: Data) throws(OKPayError) -> String {
        try crossing { try coreFileDigest(content: content) }
    }

    /// Proves that a body is the one of a `content-digest`.
    ///
    /// - Throws: `digest_mismatch`.
    public static func verifyContentDigest(_ field: String, body: Data) throws(OKPayError) {
        try crossing { try coreVerifyContentDigest(field: field, body: body) }
    }
}

/// Whole seconds since 1970, as signatures have them.
func seconds(_ date: Date) -> Int64 {
    let millis = Wire.millis(date)
    return millis >= 0 ? millis / 1000 : (millis - 999) / 1000
}
