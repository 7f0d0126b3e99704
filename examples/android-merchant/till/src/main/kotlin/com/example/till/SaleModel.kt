package com.example.till

import com.okpay.CallOptions
import com.okpay.Client
import com.okpay.Money
import com.okpay.OkpayException
import com.okpay.models.DeclineCode
import com.okpay.models.MethodType
import com.okpay.models.Network
import com.okpay.models.Payment
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch
import java.util.UUID

/** Where a sale stands. */
sealed interface SaleState {
    /** The cashier types an amount. */
    data class Typing(
        /** So far. */
        val amount: Money,
        /** Why the sale before was not made; nothing was charged. */
        val refusal: OkpayException? = null,
    ) : SaleState

    /** The gateway is asked to make the payment. */
    data class Asking(
        /** What is asked for. */
        val sale: Sale,
    ) : SaleState

    /** The customer pays. */
    data class Waiting(
        /** What for. */
        val sale: Sale,
        /** What to show; none until the gateway was seen. */
        val prompt: Prompt?,
        /** Why the last look failed; the till goes on looking. */
        val trouble: OkpayException? = null,
    ) : SaleState

    /** Paid. */
    data class Paid(
        /** What for. */
        val sale: Sale,
        /** With its fee and net. */
        val payment: Payment,
    ) : SaleState

    /** Not paid, and it will not be. */
    data class Unpaid(
        /** What for. */
        val sale: Sale,
        /** `expired`, `canceled` or `failed`. */
        val status: String,
        /** Why the last try was declined. */
        val decline: DeclineCode?,
    ) : SaleState

    /** The gateway may have made the payment or not: [SaleModel.ask], and charge nothing again before. */
    data class Unknown(
        /** What for. */
        val sale: Sale,
        /** What went wrong. */
        val error: OkpayException,
    ) : SaleState
}

/** One sale after another, from the keypad to the receipt. */
class SaleModel(
    private val till: Till,
    private val scope: CoroutineScope,
) {
    private val mutable = MutableStateFlow<SaleState>(nothing())
    private var following: Job? = null

    /** Where the sale stands. */
    val state: StateFlow<SaleState> = mutable.asStateFlow()

    /** At the start of the app: what was open when it ended is resolved, and the sale under way goes on. */
    fun start() {
        scope.launch {
            till.recover()
            next()
        }
    }

    /** A digit of the keypad: 1, 9, 9, 9 is 19.99. More than ten digits are not taken. */
    fun press(digit: Int): Unit = type { typed -> if (typed < MOST) typed * BASE + digit else typed }

    /** Takes the last digit back. */
    fun erase(): Unit = type { typed -> typed / BASE }

    /** Charges what was typed. A second tap does nothing: the first has left the keypad. */
    fun charge(way: Way) {
        val typing = mutable.value as? SaleState.Typing ?: return
        val sale = Sale(newReference(), typing.amount, way)
        if (typing.amount.minorUnits > 0 && mutable.compareAndSet(typing, SaleState.Asking(sale))) work(sale) { make(sale) }
    }

    /** Asks what became of a sale whose making had no end. */
    fun ask() {
        val unknown = mutable.value as? SaleState.Unknown ?: return
        work(unknown.sale) { found(unknown) }
    }

    /** Gives up a sale that is not paid; one that was paid in the same moment is paid. */
    fun cancel() {
        val waiting = mutable.value as? SaleState.Waiting ?: return
        work(waiting.sale) {
            try {
                till.call { giveUp(waiting.sale) }
            } catch (error: OkpayException.Rejected) {
                // Whatever it is by now, the next look tells.
            }
            waiting.sale
        }
    }

    /** Goes on after an end: to a sale that is still open, or back to the keypad. After one that cannot be seen, the keypad it is. */
    fun next() {
        val before = mutable.value
        if (before is SaleState.Asking || before is SaleState.Waiting) return
        mutable.value = nothing()
        val open =
            till.notebook.intents.value
                .firstNotNullOfOrNull { intent -> (intent as? Sale)?.takeIf { it.id != null } }
        if (open != null && before !is SaleState.Unknown) work(open) { open }
    }

    private fun nothing(refusal: OkpayException? = null) = SaleState.Typing(Money.ofMinor(0, till.shop.currency), refusal)

    private fun type(change: (Long) -> Long) {
        val typing = mutable.value as? SaleState.Typing ?: return
        mutable.value = SaleState.Typing(Money.ofMinor(change(typing.amount.minorUnits), till.shop.currency))
    }

    /** Has a sale made, found or given up, and follows it from there. */
    private fun work(
        sale: Sale,
        first: suspend () -> Sale?,
    ) {
        following?.cancel()
        following =
            scope.launch {
                try {
                    val made = first()
                    if (made == null) mutable.value = nothing() else follow(made)
                } catch (error: OkpayException) {
                    val open =
                        till.notebook.intents.value
                            .find { it.reference == sale.reference } as? Sale
                    mutable.value = if (open == null) nothing(error) else SaleState.Unknown(open, error)
                }
            }
    }

    private suspend fun follow(sale: Sale) =
        till.follow(sale).collect { state ->
            if (state is SaleState.Paid || state is SaleState.Unpaid) till.notebook.settle(sale)
            mutable.value = state
        }

    private suspend fun make(sale: Sale): Sale {
        val id = till.once(sale) { options -> create(sale, options) }
        return sale.copy(id = id).also { till.notebook.keep(it) }
    }

    /** The sale, if it was made; none if it never will be. */
    private suspend fun found(unknown: SaleState.Unknown): Sale? {
        val id = unknown.sale.id
        val fate = if (id != null) Fate.Made(id) else till.resolve(unknown.sale)
        return when (fate) {
            is Fate.Made -> unknown.sale.copy(id = fate.id)
            Fate.Never -> null
            Fate.Running -> throw unknown.error
        }
    }

    private companion object {
        const val BASE = 10
        const val MOST = 1_000_000_000L
    }
}

private suspend fun Client.create(
    sale: Sale,
    options: CallOptions,
): String =
    when (sale.way) {
        Way.CHECKOUT -> {
            checkoutSessions.create(sale.amount, expiresIn = LIFETIME_SECONDS, reference = sale.reference, options = options).id
        }

        Way.USDT -> {
            payments.create(sale.amount, MethodType.USDT, network = Network.TRON, reference = sale.reference, options = options).id
        }

        Way.BTC -> {
            payments.create(sale.amount, MethodType.BTC, reference = sale.reference, options = options).id
        }

        Way.WALLET -> {
            payments.create(sale.amount, MethodType.BALANCE, reference = sale.reference, options = options).id
        }
    }

private suspend fun Client.giveUp(sale: Sale) {
    val (id, options) = checkNotNull(sale.id) to CallOptions(idempotencyKey = "${sale.reference}-cancel")
    if (sale.way == Way.CHECKOUT) checkoutSessions.expire(id, options) else payments.cancel(id, options = options)
}

/** Short enough for the reference of a shop's code, and random enough to be no other sale's. */
private fun newReference(): String {
    val digits = UUID.randomUUID().toString().filter { it != '-' }
    return "till-" + digits.take(RANDOM_DIGITS)
}

private const val RANDOM_DIGITS = 20

/** As long as a customer stands at a till. */
private const val LIFETIME_SECONDS = 900L
