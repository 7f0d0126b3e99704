import Foundation
import OKPay
import Testing

/// `wait`: woken by an event, given up, out of time.
@Suite struct Waits {
    @Test func anEventWakesWhoeverWaits() async throws {
        try await Sandbox.run { sandbox in
            let (deposit, event) = try await Self.deposit(sandbox)
            let (client, questions) = try Self.observed(sandbox)
            var asked = questions.makeAsyncIterator()
            let waiting = Task { try await client.deposits.wait(deposit.id, timeout: .seconds(300)) }
            _ = await asked.next()
            // Unwoken, so many questions would take minutes.
            for _ in 0..<12 {
                client.notify(event)
                #expect(await asked.next() == "deposits.retrieve")
            }
            _ = try await sandbox.client().deposits.cancel(deposit.id)
            client.notify(event)
            #expect(try await waiting.value.status == .canceled)
            client.notify(event)
            let (_, answer) = try await client.withAnswer { (client) async throws(OKPayError) in try await client.deposits.wait(deposit.id) }
            #expect(answer?.status == 200)
        }
    }

    @Test func aTaskMayGiveUp() async throws {
        try await Sandbox.run { sandbox in
            let (deposit, _) = try await Self.deposit(sandbox)
            let (client, questions) = try Self.observed(sandbox)
            var asked = questions.makeAsyncIterator()
            let waiting = Task { try await client.deposits.wait(deposit.id) }
            _ = await asked.next()
            waiting.cancel()
            let end = await waiting.result
            #expect(throws: OKPayError.self) { try end.get() }
            if case .failure(let error) = end { #expect((error as? OKPayError)?.code == .cancelled) }
        }
    }

    @Test func timeThatIsOverSaysWhereItStands() async throws {
        try await Sandbox.run { sandbox in
            let (deposit, _) = try await Self.deposit(sandbox)
            let client = try sandbox.client()
            _ = try await client.deposits.retrieve(deposit.id)
            let error = await failure { try await client.deposits.wait(deposit.id, timeout: .seconds(5)) }
            #expect(error?.phase == "unanswered" && error?.code == .waitTimedOut)
            #expect(error?.objectID == deposit.id && error?.state == "pending")
            #expect(error?.description.contains("state pending") == true)
        }
    }

    /// A deposit of which nothing was seen yet, and the event of it.
    private static func deposit(_ sandbox: Sandbox) async throws -> (Deposit, Event) {
        let client = try sandbox.client()
        let made = try await client.deposits.create(amount: try Money("5.00", "EUR"), method: .bankTransfer)
        let event = try await client.events.list().data.first {
            if case .deposit(let deposit) = $0.data { deposit.id == made.id } else { false }
        }
        return (made, try #require(event))
    }

    /// A client, and the questions that it asks.
    private static func observed(_ sandbox: Sandbox) throws -> (Client, AsyncStream<String>) {
        let (questions, asked) = AsyncStream.makeStream(of: String.self)
        return (try sandbox.client(Client.Settings(onAttempt: { asked.yield($0.operation) })), questions)
    }
}
