import Foundation
internal import OKPayCore

/// The intent of one call, the same on every try.
public struct JournaledCall: Sendable, Hashable, CustomStringConvertible {
    /// The operation, such as `payments.create`.
    public let operation: String

    /// `POST`, for only what may change something is journaled.
    public let method: String

    /// The path with its query.
    public let path: String

    /// The exact body, JSON. Without one are operations that take none, and those that take a password, a PIN or a code.
    public let body: String?

    /// The key of the call.
    public let idempotencyKey: String

    /// Who made it: the gateway's URL and the id of the key, with a space between. A journal that does not keep it is believed to be of this very
    /// account.
    public let caller: String?

    /// A call, as a journal of one's own reads it again.
    public init(operation: String, method: String, path: String, body: String?, idempotencyKey: String, caller: String?) {
        self.operation = operation
        self.method = method
        self.path = path
        self.body = body
        self.idempotencyKey = idempotencyKey
        self.caller = caller
    }

    /// Without the body, which may hold what a log must not.
    public var description: String { "\(operation), \(method) \(path), key \(idempotencyKey)" }

    init(_ core: CoreCall) {
        self.init(
            operation: core.operation, method: core.method, path: core.path, body: core.body, idempotencyKey: core.idempotencyKey,
            caller: core.caller
        )
    }

    var core: CoreCall {
        CoreCall(operation: operation, method: method, path: path, body: body, idempotencyKey: idempotencyKey, caller: caller)
    }
}

/// A call that was begun and, as far as the journal knows, has not ended.
public struct JournalEntry: Sendable, Hashable {
    /// The intent. It holds no secret and no card number.
    public let call: JournaledCall

    /// When it was first begun.
    public let recorded: Date

    /// An entry, as a journal of one's own gives it.
    public init(call: JournaledCall, recorded: Date) {
        self.call = call
        self.recorded = recorded
    }
}

/// Keeps every write from before its first try until its end, so that none is lost track of in a crash. ``FileJournal`` is one; over a
/// database that several processes share you may make your own.
///
/// A key may be run more than once: again after an unknown outcome, or by two tasks at a time. The call stays open until one of its runs has
/// a proven end, or all have sent nothing.
public protocol Journal: Sendable {
    /// Records a run of a call, and tells whether the same call was open already, so that an earlier run may have left this machine. When it
    /// returns the entry is on disk. If it throws, nothing is sent: it does if the key is open with another call.
    func record(_ call: JournaledCall, now: Date) async throws -> Bool

    /// Strikes a call off whose end is proven.
    func settle(_ idempotencyKey: String) async throws

    /// Takes back one `record`, whose run changed nothing. The call is struck off unless another run of it is open.
    func withdraw(_ idempotencyKey: String) async throws

    /// Every call that has not ended, oldest first.
    func openCalls() async throws -> [JournalEntry]
}

/// A journal in a text file, for one process at a time, until it is let go of. After `record` the entry survives a power cut.
///
/// What was struck off is on disk once the system has written it: after a power cut such a call may be open again, and recovery asks once more
/// what became of it. The file grows by two lines a call and is written anew at opening, and in between when it has grown. After a write that
/// failed the next use opens it again, so that a disk which was full for a while does no lasting harm.
///
/// Beside the file are `….lock`, by which a second process is refused, and for a moment `….new`. Keep them in the app's own folder: iOS ends an
/// app that is suspended while it holds a lock in a folder which a group of apps shares.
public final class FileJournal: Journal {
    private let core: CoreFileJournal

    /// Opens the file, or makes it.
    ///
    /// - Throws: `journal_failed`, naming the file: it cannot be written, is open elsewhere, or is no journal.
    public init(url: URL) throws(OKPayError) {
        core = try crossing { try CoreFileJournal(path: url.path) }
    }

    /// Records a run of a call.
    ///
    /// - Throws: `journal_failed` if it is not on disk, or if the key is open with another call.
    public func record(_ call: JournaledCall, now: Date) async throws(OKPayError) -> Bool {
        try await written { try $0.record(call: call.core, now: Wire.millis(now)) }
    }

    /// Strikes a call off.
    ///
    /// - Throws: `journal_failed`.
    public func settle(_ idempotencyKey: String) async throws(OKPayError) {
        try await written { try $0.settle(idempotencyKey: idempotencyKey) }
    }

    /// Takes one run back.
    ///
    /// - Throws: `journal_failed`.
    public func withdraw(_ idempotencyKey: String) async throws(OKPayError) {
        try await written { try $0.withdraw(idempotencyKey: idempotencyKey) }
    }

    /// Every open call, oldest first.
    ///
    /// - Throws: `journal_failed`.
    public func openCalls() async throws(OKPayError) -> [JournalEntry] {
        let entries = try await written { try $0.openCalls() }
        return entries.map { JournalEntry(call: JournaledCall($0.call), recorded: Wire.date($0.recorded)) }
    }

    /// On a thread that no other task needs, for it waits for the disk.
    private func written<Value: Sendable>(_ work: @escaping @Sendable (CoreFileJournal) throws -> Value) async throws(OKPayError) -> Value {
        let core = core
        let done = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Result { try work(core) })
            }
        }
        return try crossing { try done.get() }
    }
}

/// A call that a crash had left open, and what became of it.
public struct Recovered: Sendable {
    /// The call. If it was not executed, making it again is the caller's choice, under a new key.
    public let entry: JournalEntry

    /// What became of it; or why that could not be learnt, and then it stays open.
    public let outcome: Result<CallOutcome, OKPayError>
}
