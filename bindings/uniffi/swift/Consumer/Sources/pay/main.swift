import Foundation
import OKPay

let settings = ProcessInfo.processInfo.environment
let buyer = try Client(baseURL: settings["OKPAY_BASE_URL"]!, publishableKey: settings["OKPAY_PUBLISHABLE_KEY"]!)  // in the buyer's app
let details = CardDetails(number: "4242424242424242", expMonth: 12, expYear: 2030, cvc: "123")
let card = try await buyer.paymentMethods.create(card: details)

let client = try Client.fromEnvironment()  // on your server
let payment = try await client.payments.create(
    amount: Money("19.99", "EUR"),
    method: .card,
    paymentMethod: card.id,
    reference: "order-1001",
    options: CallOptions(idempotencyKey: "order-1001-charge")
)
print(payment.id, payment.status, payment.fee!.fee)
