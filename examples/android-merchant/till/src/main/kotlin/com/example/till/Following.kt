package com.example.till

import com.okpay.Money
import com.okpay.OkpayException
import com.okpay.checks.PaymentRequests
import com.okpay.models.CheckoutSession
import com.okpay.models.CheckoutStatus
import com.okpay.models.CoinRequest
import com.okpay.models.CryptoInstructions
import com.okpay.models.DeclineCode
import com.okpay.models.MerchantRequest
import com.okpay.models.Payment
import com.okpay.models.PaymentStatus
import com.okpay.models.QrAccount
import com.okpay.models.QrAdditional
import com.okpay.models.QrField
import com.okpay.models.QrInitiation
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.flow
import java.time.Duration
import java.time.Instant

/** What the customer sees while the till waits. */
data class Prompt(
    /** What the code holds that the customer scans: the hosted page's address, a wallet's request for coins, or the shop's code (EMVCo). */
    val qr: String,
    /** What is due, in the currency that it is paid in. */
    val due: Money,
    /** What has arrived of it by blockchain. */
    val received: Money?,
    /** How many confirmations it has, such as `1/3`; none before anything arrived. */
    val confirmations: String?,
    /** Why the last try was declined: another may follow. */
    val decline: DeclineCode?,
    /** Until when. */
    val expires: Instant,
)

/** Follows a sale to its end, a look every two seconds. A look that fails changes nothing, and is repeated. */
internal fun Till.follow(sale: Sale): Flow<SaleState> =
    flow {
        var prompt: Prompt? = null
        do {
            val state =
                try {
                    look(sale)
                } catch (error: OkpayException) {
                    if (!error.mayPass) throw error
                    SaleState.Waiting(sale, prompt, error)
                }
            emit(state)
            val goesOn = state as? SaleState.Waiting
            prompt = goesOn?.prompt
            if (goesOn != null) delay(BETWEEN_LOOKS.toMillis())
        } while (goesOn != null)
    }.distinctUntilChanged()

/** Whether another look may do better. */
private val OkpayException.mayPass: Boolean
    get() =
        when (this) {
            is OkpayException.Rejected -> status == TOO_MANY || (status ?: 0) >= FIRST_OF_SERVERS
            is OkpayException.Invalid -> false
            else -> true
        }

private val BETWEEN_LOOKS = Duration.ofSeconds(2)
private const val TOO_MANY = 429
private const val FIRST_OF_SERVERS = 500

private suspend fun Till.look(sale: Sale): SaleState {
    val id = checkNotNull(sale.id) { "a sale is followed once it is made" }
    if (sale.way != Way.CHECKOUT) return stand(sale, call { payments.retrieve(id) })
    val session = call { checkoutSessions.retrieve(id) }
    val payment = session.payment.takeIf { session.status == CheckoutStatus.COMPLETE }
    return if (payment != null) SaleState.Paid(sale, call { payments.retrieve(payment) }) else stand(sale, session)
}

private fun stand(
    sale: Sale,
    session: CheckoutSession,
): SaleState =
    when (session.status) {
        CheckoutStatus.EXPIRED -> {
            SaleState.Unpaid(sale, "expired", session.declineCode)
        }

        else -> {
            SaleState.Waiting(sale, Prompt(session.url, session.amount, null, null, session.declineCode, session.expires))
        }
    }

private fun Till.stand(
    sale: Sale,
    payment: Payment,
): SaleState =
    when (payment.status) {
        PaymentStatus.SUCCEEDED -> SaleState.Paid(sale, payment)
        PaymentStatus.FAILED, PaymentStatus.CANCELED, PaymentStatus.EXPIRED -> SaleState.Unpaid(sale, payment.status.value, payment.declineCode)
        else -> SaleState.Waiting(sale, prompt(sale, payment))
    }

private fun Till.prompt(
    sale: Sale,
    payment: Payment,
): Prompt? {
    val (crypto, expires) = payment.nextAction?.crypto to payment.expires
    return when {
        crypto != null -> coins(crypto, payment)
        sale.way == Way.WALLET && expires != null -> Prompt(shopCode(sale, payment), payment.amount, null, null, null, expires)
        else -> null
    }
}

/** The code of this one payment: the wallet finds it by its id, and shows shop, amount and reference before its owner approves. */
private fun Till.shopCode(
    sale: Sale,
    payment: Payment,
): String {
    val (name, city, country, category) = shop.sign
    val account = QrAccount(ACCOUNT, fields = listOf(QrField("00", SCHEME), QrField("01", payment.id)))
    val request =
        MerchantRequest(
            name,
            city,
            country,
            category,
            payment.amount.currency,
            listOf(account),
            initiation = QrInitiation.DYNAMIC,
            amount = payment.amount,
            additional = QrAdditional(reference = sale.reference),
        )
    return PaymentRequests.merchantQr(request)
}

/** The first of the places that are free for schemes without a number of their own, and the scheme's name. */
private const val ACCOUNT = "26"
private const val SCHEME = "com.okpay"

private fun coins(
    crypto: CryptoInstructions,
    payment: Payment,
): Prompt {
    val request = CoinRequest(crypto.network, crypto.address, amount = crypto.amountDue)
    val confirmations = "${crypto.confirmations}/${crypto.confirmationsRequired}".takeIf { payment.status == PaymentStatus.PROCESSING }
    return Prompt(PaymentRequests.coinUri(request), crypto.amountDue, payment.amountReceived, confirmations, null, crypto.expires)
}
