import Foundation
internal import OKPayCore

/// A journal as the courier uses it. What is kept, and when it is struck off, the core says.
extension Journal {
    /// Carries a call that is on disk before its first try and struck off after its end.
    func keeping(_ call: CoreCall, _ exchange: CoreExchange, _ courier: Courier) async throws(OKPayError) -> Answer {
        let openBefore = try await recorded(JournaledCall(call))
        if openBefore { exchange.afterEarlierRun() }
        do throws(OKPayError) {
            let answer = try await courier.run(exchange)
            await close(call.idempotencyKey, openBefore, failed: nil)
            return answer
        } catch {
            await close(call.idempotencyKey, openBefore, failed: error.phase)
            throw error
        }
    }

    /// Takes what the gateway says became of a call.
    func resolved(_ idempotencyKey: String, _ state: CallState) async {
        if coreIsEnd(state: state.rawValue) { try? await settle(idempotencyKey) }
    }

    /// Where a run cannot be recorded nothing is sent, whatever a journal of the user's throws.
    private func recorded(_ call: JournaledCall) async throws(OKPayError) -> Bool {
        do {
            return try await record(call, now: Date())
        } catch {
            let told = error as? OKPayError
            let code = told?.code.rawValue ?? ErrorCode.journalFailed.rawValue
            throw OKPayError(coreNotRecorded(code: code, detail: told?.detail ?? "\(error)"))
        }
    }

    /// A call that cannot be struck off stays open in the journal, where `recover` finds it: no reason to fail what has succeeded.
    private func close(_ idempotencyKey: String, _ openBefore: Bool, failed: String?) async {
        switch coreClosing(openBefore: openBefore, failed: failed) {
        case .settle: try? await settle(idempotencyKey)
        case .withdraw: try? await withdraw(idempotencyKey)
        case .leaveOpen: break
        }
    }
}

extension Client {
    /// Resolves every call that the journal holds open, oldest first: after a crash, before anything else. A call that another process is
    /// about to send is closed by this, and refused there: share a journal only among processes that recover together.
    ///
    /// A call that ended is struck off before its reply is given. Whoever may crash before the reply is kept gives each call an idempotency
    /// key and a reference of their own, under which it is found again.
    ///
    /// - Throws: `invalid_configuration` without a journal, `journal_failed` if it cannot be read.
    public func recover() async throws(OKPayError) -> [Recovered] {
        guard let journal = courier.journal else {
            throw .refused(.invalidConfiguration, "recovery needs a journal: Client.Settings(journal: FileJournal(url: url))", param: "journal")
        }
        var recovered: [Recovered] = []
        for entry in try await openCalls(of: journal) {
            do throws(OKPayError) {
                recovered.append(Recovered(entry: entry, outcome: .success(try await resolve(entry.call.idempotencyKey))))
            } catch {
                recovered.append(Recovered(entry: entry, outcome: .failure(error)))
            }
        }
        return recovered
    }

    private func openCalls(of journal: any Journal) async throws(OKPayError) -> [JournalEntry] {
        do {
            return try await journal.openCalls()
        } catch {
            throw error as? OKPayError ?? .refused(.journalFailed, "\(error)")
        }
    }
}
