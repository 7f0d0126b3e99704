import Foundation
internal import OKPayCore

/// Proof of a claim. Only the newest claim of an id can complete or release it.
public struct ClaimToken: Sendable, Hashable {
    /// The consumer that claimed.
    public let consumer: String

    /// The id that was claimed.
    public let id: String

    /// Rises with every claim of an id; an older one is refused.
    public let fence: UInt64

    /// A token, as a store of one's own gives it.
    public init(consumer: String, id: String, fence: UInt64) {
        self.consumer = consumer
        self.id = id
        self.fence = fence
    }
}

/// What a claim gives.
public enum Claim: Sendable, Hashable {
    /// The event is this worker's: do the work, then complete with the token.
    case new(ClaimToken)

    /// Another worker has it: answer 503.
    case inProgress

    /// It has been handled: answer 200.
    case done
}

/// Remembers which events were handled, so that each is handled once though it is delivered more than once and workers die.
///
/// The id must be that of the ``VerifiedPayload``, which is signed. A handler, step by step: verify; claim; in one transaction of the
/// business database read the resource's version, ``Webhooks/apply(current:event:)``, do the work, and complete; if the work failed,
/// release and answer 500. With a store that is not in that transaction a handler must be idempotent, since the process may die between
/// the work and the completion.
public protocol ReplayStore: Sendable {
    /// Claims an id for so long: longer than the work takes.
    func claim(_ id: String, consumer: String, lease: Duration, now: Date?) async throws -> Claim

    /// Marks a claimed id as handled. Throws if it was claimed again since: roll the work back.
    func complete(_ token: ClaimToken, now: Date?) async throws

    /// Gives a claimed id back unhandled, so that the next delivery can have it at once.
    func release(_ token: ClaimToken) async throws
}

extension ReplayStore {
    /// Claims an id for a minute, as of now.
    public func claim(_ id: String, consumer: String) async throws -> Claim {
        try await claim(id, consumer: consumer, lease: .seconds(60), now: nil)
    }

    /// Marks a claimed id as handled now.
    public func complete(_ token: ClaimToken) async throws {
        try await complete(token, now: nil)
    }
}

/// A replay guard in memory, for one process: for tests, and for handlers that are idempotent anyway.
///
/// When it is full it refuses; no id is pushed out before its 30 days.
public struct MemoryReplayStore: ReplayStore {
    private let core: CoreMemoryStore

    /// A store for so many ids.
    public init(capacity: Int = 100_000) {
        core = CoreMemoryStore(capacity: UInt32(clamping: capacity))
    }

    /// Claims an id for so many whole seconds.
    ///
    /// - Throws: `replay_guard_failed` if the store is full.
    public func claim(_ id: String, consumer: String, lease: Duration, now: Date?) throws(OKPayError) -> Claim {
        let now = now.map(Wire.millis)
        let claim = try crossing { try core.claim(consumer: consumer, id: id, lease: lease.wholeSeconds, now: now) }
        return switch claim {
        case .new(let fence): .new(ClaimToken(consumer: consumer, id: id, fence: fence))
        case .inProgress: .inProgress
        case .done: .done
        }
    }

    /// Marks a claimed id as handled.
    ///
    /// - Throws: `replay_guard_failed` if a later claim has it.
    public func complete(_ token: ClaimToken, now: Date?) throws(OKPayError) {
        let now = now.map(Wire.millis)
        try crossing { try core.complete(consumer: token.consumer, id: token.id, fence: token.fence, now: now) }
    }

    /// Gives a claimed id back.
    ///
    /// - Throws: `replay_guard_failed` if a later claim has it.
    public func release(_ token: ClaimToken) throws(OKPayError) {
        try crossing { try core.release(consumer: token.consumer, id: token.id, fence: token.fence) }
    }
}
