import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The platform's own HTTP: no redirects, no cookies, no cache, no stored credentials.
///
/// Outside Apple's platforms, Foundation (that of Swift 6.0 at least) ends the process at a 401 whose `WWW-Authenticate` ends in a bare
/// word, such as `Bearer`. The gateway sends none; where something between might, give the client another ``Transport``.
public final class URLSessionTransport: Transport {
    private let session: URLSession
    private let carrier = Carrier()

    /// Sets a session up.
    ///
    /// - Parameter configuration: where other than the default is needed, such as a proxy; not one for the background, which carries
    ///   files only. It stays as it is: in a copy of it, what is kept between requests is switched off.
    public init(configuration: URLSessionConfiguration = .ephemeral) {
        // An object, which others may be using.
        let configuration = configuration.copy() as? URLSessionConfiguration ?? configuration
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        configuration.urlCache = nil
        configuration.httpCookieStorage = nil
        configuration.httpShouldSetCookies = false
        configuration.httpCookieAcceptPolicy = .never
        configuration.urlCredentialStorage = nil
        #if canImport(Darwin)
            // To wait for a network is the call's business, which has a deadline.
            configuration.waitsForConnectivity = false
        #endif
        session = URLSession(configuration: configuration, delegate: carrier, delegateQueue: nil)
    }

    deinit {
        // A session keeps its delegate until then.
        session.finishTasksAndInvalidate()
    }

    /// Sends the request and waits for the whole answer.
    public func send(_ request: TransportRequest) async throws -> Answer {
        guard let url = URL(string: request.url), url.absoluteString == request.url else {
            throw TransportFailure(mayHaveLeft: false, code: .connectFailed, detail: "\(request.url) is no URL here")
        }
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let task = session.dataTask(with: foundation(request, url))
                carrier.begin(task, continuation)
                cancellation.starts(task)
            }
        } onCancel: {
            cancellation.cancel()
        }
    }

    private func foundation(_ request: TransportRequest, _ url: URL) -> URLRequest {
        // Apple's timer starts anew with every byte: the deadline is the client's, and this only bounds what nobody waits for any more.
        var made = URLRequest(url: url, timeoutInterval: TimeInterval(request.timeLeft.components.seconds + 1))
        made.httpMethod = request.method
        made.httpShouldHandleCookies = false
        for header in request.headers.pairs {
            made.setValue(header.value, forHTTPHeaderField: header.name)
        }
        made.httpBody = request.body.isEmpty ? nil : request.body
        return made
    }
}

/// Cancels a task that may not be there yet.
private final class Cancellation: @unchecked Sendable {
    /// Guards what follows it.
    private let lock = NSLock()
    private var task: URLSessionTask?
    private var isCancelled = false

    func starts(_ task: URLSessionTask) {
        let isCancelled = lock.withLock {
            self.task = task
            return self.isCancelled
        }
        if isCancelled { task.cancel() }
        task.resume()
    }

    func cancel() {
        let task = lock.withLock {
            isCancelled = true
            return self.task
        }
        task?.cancel()
    }
}

/// Gathers the answers of a session's tasks.
private final class Carrier: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    private struct Pending {
        let continuation: CheckedContinuation<Answer, any Error>
        var body = Data()
        var isTooLarge = false
        var hasLeft = false
    }

    /// Guards what follows it.
    private let lock = NSLock()
    private var pending: [Int: Pending] = [:]
    private var hasConnected = false

    func begin(_ task: URLSessionTask, _ continuation: CheckedContinuation<Answer, any Error>) {
        lock.withLock { pending[task.taskIdentifier] = Pending(continuation: continuation) }
    }

    /// A redirect is an answer like any other: the signature is over one URL.
    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest,
        completionHandler: @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    #if canImport(FoundationNetworking)
        /// A challenge is an answer like any other, and is asked about when all of it is there: without credentials this Foundation's own
        /// handling would leave the task as it is, and the call waiting. Apple's gives the answer by itself.
        func urlSession(
            _ session: URLSession,
            task: URLSessionTask,
            didReceive challenge: URLAuthenticationChallenge,
            completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
        ) {
            urlSession(session, task: task, didCompleteWithError: nil)
            completionHandler(.cancelAuthenticationChallenge, nil)
        }
    #endif

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooLarge = lock.withLock {
            hasConnected = true
            pending[dataTask.taskIdentifier]?.body.append(data)
            let size = pending[dataTask.taskIdentifier]?.body.count ?? 0
            pending[dataTask.taskIdentifier]?.isTooLarge = size > TransportRequest.largestAnswer
            return size > TransportRequest.largestAnswer
        }
        if isTooLarge { dataTask.cancel() }
    }

    #if canImport(Darwin)
        func urlSession(_ session: URLSession, task: URLSessionTask, didFinishCollecting metrics: URLSessionTaskMetrics) {
            let hasLeft = metrics.transactionMetrics.contains { $0.requestStartDate != nil }
            lock.withLock { pending[task.taskIdentifier]?.hasLeft = hasLeft }
        }
    #endif

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let (ended, mayHaveBeenReused) = lock.withLock {
            let before = hasConnected
            hasConnected = hasConnected || task.response != nil
            return (pending.removeValue(forKey: task.taskIdentifier), before)
        }
        guard let ended else { return }
        if ended.isTooLarge {
            let detail = "the answer is past \(TransportRequest.largestAnswer) bytes"
            ended.continuation.resume(throwing: TransportFailure(mayHaveLeft: true, code: .answerIncomplete, detail: detail))
        } else if let error {
            ended.continuation.resume(throwing: failure(error, hasLeft: ended.hasLeft, hasAnswered: task.response != nil, mayHaveBeenReused))
        } else if let response = task.response as? HTTPURLResponse {
            ended.continuation.resume(returning: Answer(status: response.statusCode, headers: headers(response), body: ended.body))
        } else {
            let detail = "the answer is not one of HTTP"
            ended.continuation.resume(throwing: TransportFailure(mayHaveLeft: true, code: .connectionLost, detail: detail))
        }
    }

    private func headers(_ response: HTTPURLResponse) -> Headers {
        let pairs = response.allHeaderFields.compactMap { name, value in (name as? String).map { ($0, "\(value)") } }
        return Headers(Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
    }

    /// What an error of the platform means. That nothing has left is said only of those that come before a request is written.
    private func failure(_ error: any Error, hasLeft: Bool, hasAnswered: Bool, _ mayHaveBeenReused: Bool) -> TransportFailure {
        let code = (error as? URLError)?.code ?? .unknown
        let detail = "\(error.localizedDescription) (\(code.rawValue))"
        #if canImport(Darwin)
            let isCertain = unsent.contains(code) && !hasLeft && !hasAnswered
        #else
            // libcurl writes a request again by itself where a kept connection turns out to be closed, and tells only of the last try.
            let isCertain = unsent.contains(code) && !hasAnswered && !mayHaveBeenReused
        #endif
        if unsent.contains(code) {
            return TransportFailure(mayHaveLeft: !isCertain, code: .connectFailed, detail: detail)
        }
        let known: ErrorCode = code == .timedOut ? .timeout : hasAnswered ? .answerIncomplete : .connectionLost
        return TransportFailure(mayHaveLeft: true, code: known, detail: detail)
    }
}

/// What fails before a connection is there to write on.
private let unsent: Set<URLError.Code> = [
    .badURL, .unsupportedURL, .cannotFindHost, .cannotConnectToHost, .dnsLookupFailed, .notConnectedToInternet,
    .internationalRoamingOff, .callIsActive, .dataNotAllowed, .appTransportSecurityRequiresSecureConnection,
    .secureConnectionFailed, .serverCertificateHasBadDate, .serverCertificateUntrusted, .serverCertificateHasUnknownRoot,
    .serverCertificateNotYetValid,
]
