import Foundation
internal import OKPayCore

/// Calls OKPay. A value that tasks may share.
///
/// ```swift
/// let client = try Client(baseURL: url, key: .hmac(HMACKey(id: keyID, secret: secret)))
/// let payment = try await client.payments.retrieve("pay_…")
/// ```
///
/// A call runs to its end over all its attempts: it is signed anew each time, tried again where that is safe, and its answer is believed
/// only if the gateway signed it. A task that is cancelled gives its call up; what has left by then may still be executed, and the error
/// (`cancelled`) carries the idempotency key to ``resolve(_:options:)``.
public struct Client: Sendable {
    let courier: Courier
    let observed: Observed?

    /// What is the same for all calls.
    public struct Settings: Sendable {
        /// The gateway's public keys, by which answers are proven: `keyid=base64` with commas between. Those of a sandbox on this
        /// machine are asked for.
        public var gatewayKeys: String?

        /// The one host that may be spoken to without TLS, with test keys.
        public var insecureHost: String?

        /// For a whole call with all its attempts.
        public var timeout: Duration

        /// How often a call is tried at most.
        public var maxAttempts: Int

        /// Added to `User-Agent`, such as `bookshop/2.1`.
        public var userAgent: String?

        /// What sends.
        public var transport: any Transport

        /// Is told of every attempt.
        public var onAttempt: (@Sendable (AttemptReport) -> Void)?

        /// Keeps every write from before its first try until its end, for ``Client/recover()``: a ``FileJournal``.
        public var journal: (any Journal)?

        /// The settings, with their defaults.
        public init(
            gatewayKeys: String? = nil,
            insecureHost: String? = nil,
            timeout: Duration = .seconds(30),
            maxAttempts: Int = 3,
            userAgent: String? = nil,
            transport: any Transport = URLSessionTransport(),
            onAttempt: (@Sendable (AttemptReport) -> Void)? = nil,
            journal: (any Journal)? = nil
        ) {
            self.gatewayKeys = gatewayKeys
            self.insecureHost = insecureHost
            self.timeout = timeout
            self.maxAttempts = maxAttempts
            self.userAgent = userAgent
            self.transport = transport
            self.onAttempt = onAttempt
            self.journal = journal
        }
    }

    /// A server's client, or a device's.
    ///
    /// - Throws: `invalid_url`, `invalid_key` or `invalid_configuration`.
    public init(baseURL: String, key: SigningKey, settings: Settings = Settings()) throws(OKPayError) {
        try self.init(baseURL, .key(key: key.core), settings, mayWait: key.mayWait)
    }

    /// A client that may do what a buyer's app or browser may.
    ///
    /// - Parameters:
    ///   - baseURL: where the gateway is.
    ///   - publishableKey: `okp_test_pk_…` or `okp_live_pk_…`; public.
    ///   - clientSecret: of the one checkout session that the key is used for.
    ///   - settings: what is the same for all calls.
    /// - Throws: `invalid_url`, `invalid_key` or `invalid_configuration`.
    public init(
        baseURL: String,
        publishableKey: String,
        clientSecret: String? = nil,
        settings: Settings = Settings()
    ) throws(OKPayError) {
        try self.init(baseURL, .publishable(key: publishableKey, clientSecret: clientSecret), settings, mayWait: false)
    }

    /// A server's client from `OKPAY_BASE_URL`, `OKPAY_KEY_ID`, `OKPAY_SECRET` and `OKPAY_GATEWAY_KEYS`, which `okpay sandbox` prints.
    ///
    /// - Throws: `invalid_configuration` with the name of what is missing, `invalid_url` or `invalid_key`.
    public static func fromEnvironment(_ settings: Settings = Settings()) throws(OKPayError) -> Client {
        var settings = settings
        settings.gatewayKeys = settings.gatewayKeys ?? ProcessInfo.processInfo.environment["OKPAY_GATEWAY_KEYS"]
        let key = try HMACKey(id: variable("OKPAY_KEY_ID"), secret: variable("OKPAY_SECRET"))
        return try Client(baseURL: variable("OKPAY_BASE_URL"), key: .hmac(key), settings: settings)
    }

    private static func variable(_ name: String) throws(OKPayError) -> String {
        if let value = ProcessInfo.processInfo.environment[name], !value.isEmpty { return value }
        let detail = "set \(name); `okpay sandbox` prints it for a gateway on this machine"
        throw .refused(.invalidConfiguration, detail, param: name)
    }

    private init(_ baseURL: String, _ credentials: CoreCredentials, _ settings: Settings, mayWait: Bool) throws(OKPayError) {
        courier = try Courier(baseURL, credentials, settings, signingMayWait: mayWait)
        observed = nil
    }

    private init(courier: Courier, observed: Observed) {
        self.courier = courier
        self.observed = observed
    }

    /// The public name of the key.
    public var keyID: String { courier.keyID }

    /// Asks the gateway what became of a call.
    ///
    /// `not_executed` is final: a key that the gateway has not seen is closed, so that a late request under it is refused.
    /// A journal strikes the call off once its end is known.
    ///
    /// - Throws: by phase; see ``OKPayError``.
    public func resolve(
        _ idempotencyKey: String,
        options: CallOptions = CallOptions()
    ) async throws(OKPayError) -> CallOutcome {
        let outcome = try await idempotency.resolve(idempotencyKey: idempotencyKey, options: options)
        await courier.journal?.resolved(idempotencyKey, outcome.state, by: courier)
        return outcome
    }

    /// Makes a call, and gives the proven answer beside its reply.
    ///
    /// ```swift
    /// let (payment, answer) = try await client.withAnswer { try await $0.payments.retrieve("pay_…") }
    /// print(answer?.requestID as Any)
    /// ```
    ///
    /// - Parameter call: makes the call with the client that it is given. Of several calls the last answer is given.
    /// - Throws: what the call throws.
    public func withAnswer<Reply, Failure: Error>(
        _ call: (Client) async throws(Failure) -> Reply
    ) async throws(Failure) -> (reply: Reply, answer: Answer?) {
        let observed = Observed()
        let reply = try await call(Client(courier: courier, observed: observed))
        return (reply, observed.answer)
    }

    /// Runs an operation of the table.
    func run<Reply: Decodable>(
        _ operation: String,
        id: String? = nil,
        params: Params = [:],
        options: CallOptions
    ) async throws(OKPayError) -> Reply {
        let exchange = try courier.begin(operation, id: id, params: try params.text(), options: options)
        let answer = try await courier.finish(exchange)
        observed?.answer = answer
        return try Wire.reply(answer, writing: exchange.idempotencyKey())
    }
}

/// What one call may be told beside its parameters.
public struct CallOptions: Sendable, Hashable {
    /// Your own key for a write, one per logical call; a random one by default.
    public var idempotencyKey: String?

    /// For the whole call with all its attempts; the client's by default.
    public var timeout: Duration?

    /// How often it is tried at most; the client's number by default.
    public var maxAttempts: Int?

    /// Further headers, such as `traceparent`.
    public var headers: Headers

    /// The options, all of them at the client's defaults.
    public init(idempotencyKey: String? = nil, timeout: Duration? = nil, maxAttempts: Int? = nil, headers: Headers = [:]) {
        self.idempotencyKey = idempotencyKey
        self.timeout = timeout
        self.maxAttempts = maxAttempts
        self.headers = headers
    }

    var core: CoreCallOptions {
        CoreCallOptions(
            idempotencyKey: idempotencyKey,
            timeout: timeout?.wholeMilliseconds,
            maxAttempts: maxAttempts.map(UInt32.init(clamping:)),
            headers: headers.core
        )
    }
}

/// The last answer to a client that is observed.
final class Observed: @unchecked Sendable {
    private let lock = NSLock()
    private var last: Answer?

    var answer: Answer? {
        get { lock.withLock { last } }
        set { lock.withLock { last = newValue } }
    }
}
