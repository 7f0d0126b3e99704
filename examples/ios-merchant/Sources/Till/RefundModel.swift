import Foundation
import OKPay
import Observation

/// Where a refund stands.
public enum RefundState: Hashable, Sendable {
    /// The cashier looks for the payment: today's, newest first, or why they could not be read.
    case choosing([Payment], error: OKPayError?)

    /// The cashier decides how much. The refusal says why the gateway refused; nothing was given back.
    case deciding(Payment, refusal: OKPayError?)

    /// The gateway is asked to give the money back.
    case asking(RefundOrder)

    /// Given back, or on its way.
    case done(Refund)

    /// The money may be on its way or not: ``RefundModel/ask()``, and give nothing back again before.
    case unknown(RefundOrder, OKPayError)
}

/// Money back, in whole or in part.
@MainActor @Observable
public final class RefundModel {
    /// Where the refund stands.
    public private(set) var state = RefundState.choosing([], error: nil)

    private let till: Till

    /// A till that may give money back.
    public init(_ till: Till) {
        self.till = till
    }

    /// What can be given back of the payment that was chosen.
    public var left: Money? {
        guard case .deciding(let payment, _) = state else { return nil }
        return try? payment.amountCaptured - payment.amountRefunded
    }

    /// Reads today's payments.
    public func load() async {
        let midnight = till.midnight
        do throws(OKPayError) {
            let payments = try await till.call { (client) async throws(OKPayError) in
                var today: [Payment] = []
                for try await payment in client.payments.all(status: .succeeded) {
                    if payment.created < midnight { break }
                    today.append(payment)
                }
                return today
            }
            state = .choosing(payments, error: nil)
        } catch {
            state = .choosing([], error: error)
        }
    }

    /// Chooses a payment.
    public func choose(_ payment: Payment) {
        state = .deciding(payment, refusal: nil)
    }

    /// Gives back an amount, or all that is left. A second tap does nothing.
    public func refund(_ amount: Money? = nil) async {
        guard case .deciding(let payment, _) = state else { return }
        let order = RefundOrder(reference: "refund-\(UUID().uuidString.lowercased())", payment: payment.id, amount: amount)
        state = .asking(order)
        do throws(OKPayError) {
            let refund = try await till.once(.refund(order)) { (client, options) async throws(OKPayError) in
                try await client.refunds.create(
                    payment: order.payment, amount: order.amount, reference: order.reference, options: options)
            }
            state = .done(refund)
            till.notebook.settle(.refund(order))
        } catch where error.isFinal {
            state = .deciding(payment, refusal: error)
        } catch {
            state = .unknown(order, error)
        }
    }

    /// Asks what became of a refund that had no end: it was made, or else the payment is there to choose again.
    public func ask() async {
        guard case .unknown(let order, let error) = state else { return }
        do throws(OKPayError) {
            switch try await till.resolve(.refund(order)) {
            case .made(let id):
                state = .done(try await till.call { (client) async throws(OKPayError) in try await client.refunds.retrieve(id) })
            case .never:
                let payment = try await till.call { (client) async throws(OKPayError) in
                    try await client.payments.retrieve(order.payment)
                }
                state = .deciding(payment, refusal: nil)
            case .running:
                state = .unknown(order, error)
            }
        } catch {
            state = .unknown(order, error)
        }
    }
}
