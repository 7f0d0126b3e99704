package com.okpay

import com.okpay.core.CoreCall
import com.okpay.core.CoreClosing
import com.okpay.core.CoreExchange
import com.okpay.core.coreClosing
import com.okpay.core.coreIsEnd
import com.okpay.core.coreNotRecorded
import com.okpay.models.CallState
import java.time.Instant
import java.util.logging.Level
import java.util.logging.Logger

/** Runs a call that is on disk before its first try and struck off after its end. What is kept, and when it is struck off, the core says. */
internal suspend fun Journal?.keeping(
    exchange: CoreExchange,
    run: suspend () -> Answer,
): Answer {
    val call = this?.let { core { exchange.toRecord() } }?.plain()
    if (this == null || call == null) return run()
    val openBefore = recorded(call)
    if (openBefore) core { exchange.afterEarlierRun() }
    val answer =
        try {
            run()
        } catch (error: OkpayException) {
            close(call.idempotencyKey, openBefore, error.phase)
            throw error
        }
    close(call.idempotencyKey, openBefore, null)
    return answer
}

/** Takes what the gateway says became of a call. */
internal fun Journal.resolved(
    idempotencyKey: String,
    state: CallState,
) {
    if (core { coreIsEnd(state.value) }) struckOff { settle(idempotencyKey) }
}

/** Where a run cannot be recorded nothing is sent, whatever a journal of the user's throws. */
private fun Journal.recorded(call: JournaledCall): Boolean =
    try {
        record(call, Instant.now())
    } catch (error: Exception) {
        val (code, detail) = if (error is OkpayException) error.code.value to error.detail else "journal_failed" to error.toString()
        throw core { coreNotRecorded(code, detail) }.exception(error)
    }

private fun Journal.close(
    idempotencyKey: String,
    openBefore: Boolean,
    failed: String?,
) {
    when (core { coreClosing(openBefore, failed) }) {
        CoreClosing.SETTLE -> struckOff { settle(idempotencyKey) }
        CoreClosing.WITHDRAW -> struckOff { withdraw(idempotencyKey) }
        CoreClosing.LEAVE_OPEN -> Unit
    }
}

/** A call that cannot be struck off stays open in the journal, where `recover` finds it: no reason to fail what has succeeded. */
private fun struckOff(work: () -> Unit) {
    try {
        work()
    } catch (error: Exception) {
        Logger.getLogger("com.okpay").log(Level.WARNING, "a call that has ended stays open in the journal", error)
    }
}

internal fun JournaledCall.core(): CoreCall = CoreCall(operation, method, path, body, idempotencyKey)

internal fun CoreCall.plain(): JournaledCall = JournaledCall(operation, method, path, body, idempotencyKey)
