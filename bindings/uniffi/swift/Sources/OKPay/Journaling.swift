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

    /// Takes what the gateway says became of a call: if the journal has it open, and this is its end, it is struck off.
    func resolved(_ idempotencyKey: String, _ state: CallState, by courier: Courier) async {
        let open = try? await openCalls().first { $0.call.idempotencyKey == idempotencyKey }
        if let open, (try? courier.isEnd(open.call, state)) == true { try? await settle(idempotencyKey) }
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
    /// One journal is for one account: what was made at another gateway, or in the other mode, is not asked about, and `notExecuted` is believed of
    /// the client's own key alone.
    ///
    /// Calls that ended are struck off once all have been asked about, just before the list is given. Whoever may crash before the replies are kept
    /// gives each call an idempotency key and a reference of their own, under which it is found again.
    ///
    /// - Throws: `invalid_configuration` without a journal, `journal_failed` if it cannot be read.
    public func recover() async throws(OKPayError) -> [Recovered] {
        guard let journal = courier.journal else {
            throw .refused(.invalidConfiguration, "recovery needs a journal: Client.Settings(journal: FileJournal(url: url))", param: "journal")
        }
        var (recovered, ended): ([Recovered], [String]) = ([], [])
        for entry in try await openCalls(of: journal) {
            do throws(OKPayError) {
                let (outcome, isEnd) = try await outcome(of: entry.call)
                if isEnd { ended.append(entry.call.idempotencyKey) }
                recovered.append(Recovered(entry: entry, outcome: .success(outcome)))
            } catch {
                recovered.append(Recovered(entry: entry, outcome: .failure(error)))
            }
        }
        for key in ended { try? await journal.settle(key) }
        return recovered
    }

    /// What became of a call of the journal, as far as this client can say, and whether that is its end.
    private func outcome(of call: JournaledCall) async throws(OKPayError) -> (CallOutcome, Bool) {
        try courier.mayResolve(call)
        let outcome = try await idempotency.resolve(idempotencyKey: call.idempotencyKey)
        return (outcome, try courier.isEnd(call, outcome.state))
    }

    private func openCalls(of journal: any Journal) async throws(OKPayError) -> [JournalEntry] {
        do {
            return try await journal.openCalls()
        } catch {
            throw error as? OKPayError ?? .refused(.journalFailed, "\(error)")
        }
    }
}
