package com.example.till

import com.okpay.Client
import com.okpay.Money
import com.okpay.OkpayException
import com.okpay.models.Payment
import com.okpay.models.PaymentStatus
import com.okpay.models.Refund
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.takeWhile
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import java.time.Instant
import java.util.UUID

/** Where a refund stands. */
sealed interface RefundState {
    /** The cashier looks for the payment. */
    data class Choosing(
        /** Today's, newest first. */
        val payments: List<Payment> = emptyList(),
        /** Why they could not be read. */
        val error: OkpayException? = null,
    ) : RefundState

    /** The cashier decides how much. */
    data class Deciding(
        /** Of this. */
        val payment: Payment,
        /** Why the gateway refused; nothing was given back. */
        val refusal: OkpayException? = null,
    ) : RefundState {
        /** What can be given back of it. */
        val left: Money get() = payment.amountCaptured - payment.amountRefunded
    }

    /** The gateway is asked to give the money back. */
    data class Asking(
        /** What is asked for. */
        val order: RefundOrder,
    ) : RefundState

    /** Given back, or on its way. */
    data class Done(
        /** With its status. */
        val refund: Refund,
    ) : RefundState

    /** The money may be on its way or not: [RefundModel.ask], and give nothing back again before. */
    data class Unknown(
        /** What was asked for. */
        val order: RefundOrder,
        /** What went wrong. */
        val error: OkpayException,
    ) : RefundState
}

/** Money back, in whole or in part. */
class RefundModel(
    private val till: Till,
    private val scope: CoroutineScope,
) {
    private val mutable = MutableStateFlow<RefundState>(RefundState.Choosing())

    /** Where the refund stands. */
    val state: StateFlow<RefundState> = mutable.asStateFlow()

    /** Reads today's payments. */
    fun load() {
        scope.launch {
            mutable.value =
                try {
                    val midnight = till.midnight()
                    RefundState.Choosing(till.call { paidSince(midnight) })
                } catch (error: OkpayException) {
                    RefundState.Choosing(error = error)
                }
        }
    }

    /** Chooses a payment. */
    fun choose(payment: Payment) {
        mutable.value = RefundState.Deciding(payment)
    }

    /** Gives back [amount], or all that is left. A second tap does nothing. */
    fun refund(amount: Money? = null) {
        val deciding = mutable.value as? RefundState.Deciding ?: return
        val order = RefundOrder("refund-${UUID.randomUUID()}", deciding.payment.id, amount)
        if (mutable.compareAndSet(deciding, RefundState.Asking(order))) scope.launch { mutable.value = given(order, deciding) }
    }

    /** Asks what became of a refund that had no end. */
    fun ask() {
        val unknown = mutable.value as? RefundState.Unknown ?: return
        scope.launch { mutable.value = found(unknown) }
    }

    private suspend fun given(
        order: RefundOrder,
        deciding: RefundState.Deciding,
    ): RefundState =
        try {
            val refund = till.once(order) { options -> refunds.create(order.payment, order.amount, reference = order.reference, options = options) }
            till.notebook.settle(order)
            RefundState.Done(refund)
        } catch (error: OkpayException) {
            if (error.isFinal) deciding.copy(refusal = error) else RefundState.Unknown(order, error)
        }

    /** The refund, if it was made; else the payment is there to choose again. */
    private suspend fun found(unknown: RefundState.Unknown): RefundState =
        try {
            val order = unknown.order
            when (val fate = till.resolve(order)) {
                is Fate.Made -> RefundState.Done(till.call { refunds.retrieve(fate.id) })
                Fate.Never -> RefundState.Deciding(till.call { payments.retrieve(order.payment) })
                Fate.Running -> unknown
            }
        } catch (error: OkpayException) {
            unknown.copy(error = error)
        }
}

private suspend fun Client.paidSince(moment: Instant): List<Payment> =
    payments.iterate(status = PaymentStatus.SUCCEEDED).takeWhile { it.created >= moment }.toList()
