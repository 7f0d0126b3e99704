import Foundation
internal import OKPayCore

/// Every error of the SDK, named by what it means for the caller: the case says what may be done next, ``Failure/code`` what happened.
///
/// ```swift
/// do {
///     payment = try await client.payments.create(amount: amount, method: .card, paymentMethod: card)
/// } catch .rejected(let failure) {  // the gateway said no, provably
///     print(failure.code, failure.declineCode as Any)
/// } catch .outcomeUnknown(let failure) {  // it may have happened: ask, do not pay again
///     outcome = try await client.resolve(failure.idempotencyKey!)
/// }
/// ```
///
/// The members of the failure are the error's own, too: `error.code`.
@dynamicMemberLookup
public enum OKPayError: Error, Sendable, Hashable {
    /// A value was refused here, before anything was sent: mend it and call again.
    case invalid(Failure)

    /// The call did not leave this machine; nothing happened, and it may be made again.
    case notSent(Failure)

    /// The gateway said no, provably and for this very call: nothing was executed, or what was executed is this refusal.
    case rejected(Failure)

    /// A write may or may not have happened. Resolve it by its key; never repeat it under a new one before.
    case outcomeUnknown(Failure)

    /// A read got no usable answer. It changed nothing, and may be repeated.
    case unanswered(Failure)

    /// Something was not what it claims to be: do not act on it.
    case verification(Failure)

    /// What an error says.
    public struct Failure: Sendable, Hashable {
        /// The stable code to branch on.
        public var code: ErrorCode

        /// For people: what, where and what to do. Not part of the contract.
        public var detail: String

        /// The field or fact at fault, as a path such as `amount.currency`.
        public var param: String?

        /// Why a payment was declined.
        public var declineCode: DeclineCode?

        /// The object that was made all the same: the payment that was declined, which another card may still pay.
        public var objectID: String?

        /// Of what was waited for, the last state that was read.
        public var state: String?

        /// The HTTP status, if an answer came.
        public var status: Int?

        /// The gateway's id of the request, for support.
        public var requestID: String?

        /// The key of the call, under which an unknown outcome can be resolved.
        public var idempotencyKey: String?

        /// What to do next, in one English sentence; ``OKPayError/advice(locale:)`` says more, in two languages.
        public var suggestedAction: String

        /// A failure of one's own, for tests and for a ``ReplayStore``.
        public init(
            code: ErrorCode,
            detail: String,
            param: String? = nil,
            declineCode: DeclineCode? = nil,
            objectID: String? = nil,
            state: String? = nil,
            status: Int? = nil,
            requestID: String? = nil,
            idempotencyKey: String? = nil,
            suggestedAction: String = ""
        ) {
            self.code = code
            self.detail = detail
            self.param = param
            self.declineCode = declineCode
            self.objectID = objectID
            self.state = state
            self.status = status
            self.requestID = requestID
            self.idempotencyKey = idempotencyKey
            self.suggestedAction = suggestedAction
        }
    }

    /// What it says.
    public var failure: Failure {
        switch self {
        case .invalid(let failure), .notSent(let failure), .rejected(let failure), .outcomeUnknown(let failure),
            .unanswered(let failure), .verification(let failure):
            failure
        }
    }

    /// Its case as a text: `invalid`, `not_sent`, `rejected`, `outcome_unknown`, `unanswered` or `verification`.
    public var phase: String {
        switch self {
        case .invalid: "invalid"
        case .notSent: "not_sent"
        case .rejected: "rejected"
        case .outcomeUnknown: "outcome_unknown"
        case .unanswered: "unanswered"
        case .verification: "verification"
        }
    }

    /// A member of the failure.
    public subscript<Value>(dynamicMember member: KeyPath<Failure, Value>) -> Value {
        failure[keyPath: member]
    }
}

extension OKPayError: LocalizedError, CustomStringConvertible {
    /// Everything that a log needs, in one line.
    public var description: String {
        let place = failure.param.map { " at \($0)" } ?? ""
        let rest = [
            failure.declineCode.map { "decline \($0)" },
            failure.state.map { "state \($0)" },
            failure.requestID.map { "request \($0)" },
            failure.idempotencyKey.map { "idempotency key \($0)" },
        ]
        return (["\(failure.detail) (\(failure.code))\(place)"] + rest.compactMap { $0 }).joined(separator: ", ")
    }

    /// What happened, for `localizedDescription`. English; ``advice(locale:)`` has other languages.
    public var errorDescription: String? { failure.detail }

    /// What to do next.
    public var recoverySuggestion: String? { failure.suggestedAction }
}

extension OKPayError {
    /// A value that this package refuses itself.
    static func refused(_ code: ErrorCode, _ detail: String, param: String? = nil) -> Self {
        let action = "Mend the value and call again; nothing was sent."
        return .invalid(Failure(code: code, detail: detail, param: param, suggestedAction: action))
    }

    /// A defect of the SDK itself, which must not end the app. In the middle of a write it is not known what became of it.
    static func defect(_ error: any Error, writing key: String?) -> Self {
        let action = "Report this with the version of the SDK; resolve the call by its key if it was a write."
        let failure = Failure(code: ErrorCode(rawValue: "sdk_panicked"), detail: "the SDK failed: \(error)", idempotencyKey: key, suggestedAction: action)
        return key == nil ? .invalid(failure) : .outcomeUnknown(failure)
    }

    /// What core says. `key` is that of the write which is under way, where the failure does not tell it.
    init(_ failure: CoreFailure, writing key: String? = nil) {
        let told = Failure(
            code: ErrorCode(rawValue: failure.code),
            detail: failure.detail,
            param: failure.param,
            declineCode: failure.declineCode.map(DeclineCode.init(rawValue:)),
            objectID: failure.object,
            state: failure.state,
            status: failure.status.map(Int.init),
            requestID: failure.requestId,
            idempotencyKey: failure.idempotencyKey ?? key,
            suggestedAction: failure.suggestedAction
        )
        switch failure.phase {
        case "invalid": self = .invalid(told)
        case "not_sent": self = .notSent(told)
        case "rejected": self = .rejected(told)
        case "unanswered": self = .unanswered(told)
        case "verification": self = .verification(told)
        // The one that promises nothing.
        default: self = .outcomeUnknown(told)
        }
    }

    /// As core takes it back, for advice.
    var core: CoreFailure {
        CoreFailure(
            phase: phase,
            code: failure.code.rawValue,
            detail: failure.detail,
            param: failure.param,
            declineCode: failure.declineCode?.rawValue,
            object: failure.objectID,
            state: failure.state,
            status: failure.status.flatMap(UInt16.init(exactly:)),
            requestId: failure.requestID,
            idempotencyKey: failure.idempotencyKey,
            suggestedAction: failure.suggestedAction
        )
    }
}

/// Runs core's work: whatever comes out of it is an ``OKPayError``. `key` is that of the write which is under way.
func crossing<Value>(writing key: String? = nil, _ work: () throws -> Value) throws(OKPayError) -> Value {
    do {
        return try work()
    } catch let error as OKPayError {
        throw error
    } catch CoreError.Failed(let failure) {
        throw OKPayError(failure, writing: key)
    } catch {
        throw OKPayError.defect(error, writing: key)
    }
}
