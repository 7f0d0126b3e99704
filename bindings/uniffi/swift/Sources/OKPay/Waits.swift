import Foundation
internal import OKPayCore

extension Client {
    /// Has whoever waits for the resource of this event ask at once: for the handler of webhooks, behind the verifier.
    ///
    /// Nothing of the event is handed on, so that its order does not matter. It costs next to nothing when nobody waits.
    public func notify(_ event: Event) {
        if !courier.bells.isEmpty, let id = event.resourceID { courier.bells.ring(id) }
    }

    /// Reads by an operation of the table until its status is an end.
    func wait<Reply: Decodable>(
        _ operation: String,
        id: String,
        timeout: Duration,
        options: CallOptions
    ) async throws(OKPayError) -> Reply {
        let answer = try await courier.wait(operation, id: id, timeout: timeout, options: options)
        observed?.answer = answer
        return try Wire.reply(answer, writing: nil)
    }
}

extension Courier {
    func wait(_ operation: String, id: String, timeout: Duration, options: CallOptions) async throws(OKPayError) -> Answer {
        let wait = try begin(operation, id, timeout, options)
        let bell = bells.place(id)
        defer { bells.leave(id, bell) }
        while true {
            switch try await next(wait) {
            case .done(let answer): return Answer(answer)
            case .wait(let millis): await bell.heard(within: .upTo(milliseconds: millis))
            }
        }
    }

    /// What follows from the next question.
    private func next(_ wait: CoreWait) async throws(OKPayError) -> CoreNext {
        switch await answer(to: wait) {
        case .success(let answer): try crossing { try wait.answered(answer: answer.core) }
        case .failure(let error): try crossing { try wait.failed(failure: error.core) }
        }
    }

    private func answer(to wait: CoreWait) async -> Result<Answer, OKPayError> {
        do throws(OKPayError) {
            return .success(try await run(try crossing { try wait.question() }))
        } catch {
            return .failure(error)
        }
    }
}

extension Event {
    /// The id of the resource.
    var resourceID: String? {
        struct Identified: Decodable { let id: String? }
        guard let text = try? JSONEncoder().encode(data) else { return nil }
        return try? JSONDecoder().decode(Identified.self, from: text).id
    }
}

/// Who waits for what, by its id.
final class Bells: @unchecked Sendable {
    private let lock = NSLock()
    private var bells: [String: [Bell]] = [:]

    var isEmpty: Bool { lock.withLock { bells.isEmpty } }

    func place(_ id: String) -> Bell {
        let bell = Bell()
        lock.withLock { bells[id, default: []].append(bell) }
        return bell
    }

    func leave(_ id: String, _ bell: Bell) {
        lock.withLock {
            let others = bells[id]?.filter { $0 !== bell } ?? []
            bells[id] = others.isEmpty ? nil : others
        }
    }

    func ring(_ id: String) {
        for bell in lock.withLock({ bells[id] ?? [] }) { bell.ring() }
    }
}

/// Wakes one who waits. A bell that rings during a question is heard after it.
final class Bell: @unchecked Sendable {
    private let lock = NSLock()
    private var hasRung = false
    private var pause: Task<Void, Never>?

    func ring() {
        lock.withLock {
            hasRung = true
            pause?.cancel()
        }
    }

    /// Until it rings, the time is over, or the caller gives up, of which the next question tells.
    func heard(within time: Duration) async {
        let pause = begin(time)
        await withTaskCancellationHandler {
            await pause.value
        } onCancel: {
            pause.cancel()
        }
        lock.withLock { hasRung = false }
    }

    private func begin(_ time: Duration) -> Task<Void, Never> {
        lock.withLock {
            let begun = Task { _ = try? await Task.sleep(for: time) }
            if hasRung { begun.cancel() }
            pause = begun
            return begun
        }
    }
}
