import Foundation
import OKPay

/// What the customer sees while the till waits.
public struct Prompt: Hashable, Sendable {
    /// What the code holds that the customer scans: the hosted page's address, a wallet's request for coins, or the shop's code (EMVCo).
    public var qr: String

    /// What is due, in the currency that it is paid in.
    public var due: Money

    /// What has arrived of it by blockchain.
    public var received: Money?

    /// How many confirmations it has, such as `1/3`; none before anything arrived.
    public var confirmations: String?

    /// Why the last try was declined: another may follow.
    public var decline: DeclineCode?

    /// Until when.
    public var expires: Date
}

extension Till {
    /// Follows a sale to its end, a look every two seconds, and tells of each. A look that fails changes nothing, and is repeated.
    func follow(_ sale: Sale, _ tell: (SaleState) -> Void) async throws(OKPayError) {
        var prompt: Prompt?
        while !Task.isCancelled {
            let state = try await look(sale, prompt)
            tell(state)
            guard case .waiting(_, let seen, _) = state else { return notebook.settle(.sale(sale)) }
            prompt = seen
            // Ended early, it is the end of the loop as well.
            try? await Task.sleep(for: betweenLooks)
        }
    }

    private func look(_ sale: Sale, _ before: Prompt?) async throws(OKPayError) -> SaleState {
        do throws(OKPayError) {
            let sign = shop.sign
            return try await call { (client) async throws(OKPayError) in try await client.look(sale, sign) }
        } catch {
            guard error.mayPass else { throw error }
            return .waiting(sale, before, trouble: error)
        }
    }
}

extension OKPayError {
    /// Whether another look may do better.
    fileprivate var mayPass: Bool {
        switch self {
        case .rejected(let failure): failure.status == 429 || failure.status ?? 0 >= 500
        case .invalid: false
        default: true
        }
    }
}

extension Client {
    fileprivate func look(_ sale: Sale, _ sign: ShopSign) async throws(OKPayError) -> SaleState {
        let id = sale.id ?? ""
        if sale.way != .checkout { return try SaleState(sale, try await payments.retrieve(id), sign) }
        let session = try await checkoutSessions.retrieve(id)
        guard session.status == .complete, let payment = session.payment else { return SaleState(sale, session) }
        return .paid(sale, try await payments.retrieve(payment))
    }
}

extension SaleState {
    fileprivate init(_ sale: Sale, _ session: CheckoutSession) {
        switch session.status {
        case .expired:
            self = .unpaid(sale, status: "expired", decline: session.declineCode)
        default:
            let prompt = Prompt(qr: session.url, due: session.amount, decline: session.declineCode, expires: session.expires)
            self = .waiting(sale, prompt, trouble: nil)
        }
    }

    fileprivate init(_ sale: Sale, _ payment: Payment, _ sign: ShopSign) throws(OKPayError) {
        switch payment.status {
        case .succeeded: self = .paid(sale, payment)
        case .failed, .canceled, .expired:
            self = .unpaid(sale, status: payment.status.rawValue, decline: payment.declineCode)
        default: self = .waiting(sale, try Prompt(sale, payment, sign), trouble: nil)
        }
    }
}

extension Prompt {
    fileprivate init?(_ sale: Sale, _ payment: Payment, _ sign: ShopSign) throws(OKPayError) {
        if let crypto = payment.nextAction?.crypto {
            try self.init(coins: crypto, payment)
        } else if sale.way == .wallet, let expires = payment.expires {
            self.init(qr: try sign.code(for: payment, sale.reference), due: payment.amount, expires: expires)
        } else {
            return nil
        }
    }

    private init(coins crypto: CryptoInstructions, _ payment: Payment) throws(OKPayError) {
        let request = CoinRequest(network: crypto.network, address: crypto.address, amount: crypto.amountDue)
        let confirmations = "\(crypto.confirmations)/\(crypto.confirmationsRequired)"
        self.init(
            qr: try PaymentRequests.uri(request), due: crypto.amountDue, received: payment.amountReceived,
            confirmations: payment.status == .processing ? confirmations : nil, expires: crypto.expires)
    }
}

extension ShopSign {
    /// The code of this one payment: the wallet finds it by its id, and shows shop, amount and reference before its owner approves.
    fileprivate func code(for payment: Payment, _ reference: String) throws(OKPayError) -> String {
        // 26 is the first of the places that are free for schemes without a number of their own.
        let account = QRAccount(id: "26", fields: [QRField(id: "00", value: "com.okpay"), QRField(id: "01", value: payment.id)])
        let request = MerchantRequest(
            name: name, city: city, country: country, category: category, currency: payment.amount.currency, accounts: [account],
            additional: QRAdditional(reference: reference), amount: payment.amount, initiation: .dynamic)
        return try PaymentRequests.merchantCode(request)
    }
}
