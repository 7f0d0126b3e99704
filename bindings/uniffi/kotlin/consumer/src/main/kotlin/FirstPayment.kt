import com.okpay.*
import com.okpay.models.*

suspend fun main() {
    val buyer = Client(PublishableKey(System.getenv("OKPAY_PUBLISHABLE_KEY"))) // in production, the buyer's app
    val card = buyer.paymentMethods.create(CardDetails("4242424242424242", expMonth = 12, expYear = 2040, cvc = "123"))

    Client().use { client ->
        val payment = client.payments.create(
            amount = Money("19.99", "EUR"),
            method = MethodType.CARD,
            paymentMethod = card.id,
            reference = "order-1001",
            options = CallOptions(idempotencyKey = "order-1001-charge"),
        )
        println("${payment.id} ${payment.status} ${payment.fee?.fee}")
    }
}
