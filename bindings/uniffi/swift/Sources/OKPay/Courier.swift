import Foundation
internal import OKPayCore

#if os(Linux)
    let platform = "linux"
#else
    let platform = "apple"
#endif

/// Carries calls: sends, sleeps as told, and asks the core. It decides nothing.
final class Courier: Sendable {
    private let caller: CoreCaller
    private let transport: any Transport
    private let onAttempt: (@Sendable (AttemptReport) -> Void)?
    private let agent: String
    private let signingMayWait: Bool
    private let discovery = Discovery()

    /// Where writes are kept.
    let journal: (any Journal)?

    /// Who waits for what.
    let bells = Bells()

    init(
        _ baseURL: String,
        _ credentials: CoreCredentials,
        _ settings: Client.Settings,
        signingMayWait: Bool
    ) throws(OKPayError) {
        let core = CoreSettings(
            baseUrl: baseURL,
            insecureHost: settings.insecureHost,
            gatewayKeys: settings.gatewayKeys,
            timeout: settings.timeout.wholeMilliseconds,
            maxAttempts: UInt32(clamping: settings.maxAttempts)
        )
        caller = try crossing { try CoreCaller(settings: core, credentials: credentials) }
        transport = settings.transport
        onAttempt = settings.onAttempt
        journal = settings.journal
        agent = ["okpay-swift/\(coreVersion())", platform, settings.userAgent].compactMap { $0 }.joined(separator: " ")
        self.signingMayWait = signingMayWait
    }

    var keyID: String { caller.keyId() }

    /// Begins a call.
    func begin(_ operation: String, id: String?, params: String?, options: CallOptions) throws(OKPayError) -> CoreExchange {
        try crossing { try caller.begin(operation: operation, id: id, params: params, options: options.core) }
    }

    /// Runs a call that has begun to its end, in the journal where there is one.
    func finish(_ exchange: CoreExchange) async throws(OKPayError) -> Answer {
        guard let journal, let call = exchange.toRecord() else { return try await run(exchange) }
        return try await journal.keeping(call, exchange, self)
    }

    /// Whether this client may ask what became of a call of the journal.
    func mayResolve(_ call: JournaledCall) throws(OKPayError) {
        try crossing { try caller.mayResolve(madeBy: call.caller) }
    }

    /// Whether a state that the gateway told this client is the end of a call of the journal.
    func isEnd(_ call: JournaledCall, _ state: CallState) throws(OKPayError) -> Bool {
        try crossing { try caller.isEnd(madeBy: call.caller, state: state.rawValue) }
    }

    /// Begins to wait.
    func begin(_ operation: String, _ id: String, _ timeout: Duration, _ options: CallOptions) throws(OKPayError) -> CoreWait {
        try crossing {
            try caller.wait(operation: operation, id: id, timeout: timeout.wholeMilliseconds, options: options.core)
        }
    }

    /// Carries a call that has begun.
    func run(_ exchange: CoreExchange) async throws(OKPayError) -> Answer {
        let key = exchange.idempotencyKey()
        try await learnKeys(exchange, key)
        while true {
            try goOn(exchange, key)
            let request = try await signed(exchange, key)
            // A person may have taken their time over it, and given the call up in the end.
            try goOn(exchange, key)
            let outcome = await attempt(exchange, request)
            switch try crossing(writing: key, { try exchange.conclude(outcome: outcome) }) {
            case .done(let answer): return Answer(answer)
            case .wait(let millis): try? await Task.sleep(for: .upTo(milliseconds: millis))
            }
        }
    }

    /// Ends a call that is given up while no attempt is under way.
    private func goOn(_ exchange: CoreExchange, _ key: String?) throws(OKPayError) {
        if Task.isCancelled { throw OKPayError(exchange.cancelled(), writing: key) }
    }

    /// The request of the next attempt. Where a person may be asked first, a thread waits that no other task needs.
    private func signed(_ exchange: CoreExchange, _ key: String?) async throws(OKPayError) -> CoreRequest {
        guard signingMayWait else { return try crossing(writing: key) { try exchange.request() } }
        let made = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Result { try exchange.request() })
            }
        }
        return try crossing(writing: key) { try made.get() }
    }

    private func attempt(_ exchange: CoreExchange, _ request: CoreRequest) async -> CoreOutcome {
        let clock = ContinuousClock()
        let started = clock.now
        let outcome = await sent(request, within: .upTo(milliseconds: exchange.timeLeft()))
        if let onAttempt {
            let elapsed = (clock.now - started).wholeMilliseconds
            onAttempt(AttemptReport(exchange.report(outcome: outcome, elapsed: elapsed)))
        }
        return outcome
    }

    /// Sends, and gives up when the time is spent or the caller's task is cancelled.
    private func sent(_ request: CoreRequest, within timeLeft: Duration) async -> CoreOutcome {
        guard timeLeft > .zero else {
            let detail = "the time of the call was spent before this attempt was sent"
            return TransportFailure(mayHaveLeft: false, code: .deadlineExceeded, detail: detail).outcome
        }
        let request = TransportRequest(request, agent: agent, timeLeft: timeLeft)
        let outcome = await withTaskGroup(of: CoreOutcome?.self) { group in
            group.addTask { await self.carried(request) }
            group.addTask {
                // Ended early, by the answer or by the caller, it says nothing.
                guard (try? await Task.sleep(for: timeLeft)) != nil else { return nil }
                let detail = "no answer within the \(timeLeft.wholeMilliseconds) ms that were left"
                return TransportFailure(mayHaveLeft: true, code: .deadlineExceeded, detail: detail).outcome
            }
            var first: CoreOutcome?
            for await outcome in group where first == nil && outcome != nil {
                first = outcome
                group.cancelAll()
            }
            return first
        }
        if let outcome, case .answered = outcome { return outcome }
        let cancelled = TransportFailure(mayHaveLeft: true, code: .cancelled, detail: "the caller gave the call up").outcome
        return Task.isCancelled ? cancelled : outcome ?? cancelled
    }

    private func carried(_ request: TransportRequest) async -> CoreOutcome {
        do {
            return .answered(answer: try await transport.send(request).core)
        } catch let failure as TransportFailure {
            return failure.outcome
        } catch {
            return TransportFailure(mayHaveLeft: true, code: .connectionLost, detail: "\(error)").outcome
        }
    }

    /// On this machine the sandbox is asked for its keys, before the first call; calls that begin meanwhile wait for the same answer.
    private func learnKeys(_ exchange: CoreExchange, _ key: String?) async throws(OKPayError) {
        guard let request = caller.discovery() else { return }
        let outcome = await discovery.outcome { await self.sent(request, within: .seconds(10)) }
        try crossing(writing: key) { try exchange.learnKeys(outcome: outcome) }
    }
}

/// One question at a time, whoever asks.
private actor Discovery {
    private var underWay: Task<CoreOutcome, Never>?

    func outcome(_ ask: @escaping @Sendable () async -> CoreOutcome) async -> CoreOutcome {
        let question = underWay ?? Task { await ask() }
        underWay = question
        let outcome = await question.value
        underWay = nil
        return outcome
    }
}
