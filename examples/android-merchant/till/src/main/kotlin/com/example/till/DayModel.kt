package com.example.till

import com.okpay.Money
import com.okpay.OkpayException
import com.okpay.models.Transaction
import com.okpay.models.TransactionType
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.takeWhile
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import java.time.Instant

/** What a day brought in one currency, of the whole account. */
data class Takings(
    /** The code. */
    val currency: String,
    /** What customers paid. */
    val payments: Money,
    /** How many payments that were. */
    val count: Int,
    /** What was given back; negative. */
    val refunds: Money,
    /** What OKPay took; negative. */
    val fees: Money,
    /** Everything else: disputes, deposits, withdrawals, … */
    val other: Money,
) {
    /** What the balance grew by. */
    val net: Money get() = payments + refunds + fees + other
}

/** What is known of today. */
sealed interface DayState {
    /** Nothing yet. */
    data object Loading : DayState

    /** The figures. */
    data class Shown(
        /** By currency, in the order of their codes. */
        val takings: List<Takings>,
        /** When they were read. */
        val read: Instant,
    ) : DayState

    /** They could not be read. */
    data class Failed(
        /** Why. */
        val error: OkpayException,
    ) : DayState
}

/** Today's takings and fees, from the movements of the balance themselves. */
class DayModel(
    private val till: Till,
    private val scope: CoroutineScope,
) {
    private val mutable = MutableStateFlow<DayState>(DayState.Loading)

    /** What is known. */
    val state: StateFlow<DayState> = mutable.asStateFlow()

    /** Reads them. */
    fun refresh() {
        scope.launch {
            mutable.value =
                try {
                    val midnight = till.midnight()
                    val today = till.call { transactions.iterate(limit = PAGE).takeWhile { it.created >= midnight }.toList() }
                    DayState.Shown(takings(today), till.clock.instant())
                } catch (error: OkpayException) {
                    DayState.Failed(error)
                }
        }
    }

    private companion object {
        const val PAGE = 100L
    }
}

/** When the shop's day began. */
internal fun Till.midnight(): Instant =
    clock
        .instant()
        .atZone(shop.zone)
        .toLocalDate()
        .atStartOfDay(shop.zone)
        .toInstant()

/** Adds movements up, a currency at a time. */
fun takings(movements: List<Transaction>): List<Takings> =
    movements.groupBy { it.amount.currency }.toSortedMap().map { (currency, own) ->
        fun sum(belongs: (TransactionType) -> Boolean) =
            own.filter { belongs(it.type) }.fold(Money.ofMinor(0, currency)) { sum, movement -> sum + movement.amount }
        Takings(
            currency,
            payments = sum { it == TransactionType.PAYMENT },
            count = own.count { it.type == TransactionType.PAYMENT },
            refunds = sum { it in REFUNDS },
            fees = sum { it in FEES },
            other = sum { it != TransactionType.PAYMENT && it !in REFUNDS && it !in FEES },
        )
    }

private val REFUNDS = setOf(TransactionType.REFUND, TransactionType.REFUND_FAILURE)
private val FEES = setOf(TransactionType.FEE, TransactionType.FEE_RETURN)
