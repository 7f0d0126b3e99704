package com.okpay

import com.okpay.core.CoreCall
import com.okpay.core.CoreCaller
import com.okpay.core.CoreClosing
import com.okpay.core.CoreExchange
import com.okpay.core.coreClosing
import com.okpay.core.coreNotRecorded
import com.okpay.models.CallOutcome
import com.okpay.models.CallState
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.withContext
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
    // Whoever gave the call up meanwhile gets no reply: then it stays open.
    currentCoroutineContext().ensureActive()
    close(call.idempotencyKey, openBefore, null)
    return answer
}

/** Asks what became of every call that has not ended. What has ended is struck off last, so that a recovery that is broken off loses nothing. */
internal suspend fun Journal.recovered(
    caller: CoreCaller,
    ask: suspend (String) -> CallOutcome,
): List<Recovered> {
    val ended = mutableListOf<String>()
    val recovered =
        withContext(Dispatchers.IO) { openCalls() }.map { entry ->
            val call = entry.call
            try {
                core { caller.mayResolve(call.caller) }
                val outcome = ask(call.idempotencyKey)
                if (core { caller.isEnd(call.caller, outcome.state.value) }) ended += call.idempotencyKey
                Recovered.Resolved(entry, outcome)
            } catch (error: OkpayException) {
                Recovered.Unresolved(entry, error)
            }
        }
    withContext(Dispatchers.IO) { ended.forEach { struckOff { settle(it) } } }
    return recovered
}

/** Takes what the gateway says became of a call: if the journal has it open, and this is its end, it is struck off. */
internal fun Journal.resolved(
    caller: CoreCaller,
    idempotencyKey: String,
    state: CallState,
) = struckOff {
    val open = openCalls().firstOrNull { it.call.idempotencyKey == idempotencyKey }
    if (open != null && core { caller.isEnd(open.call.caller, state.value) }) settle(idempotencyKey)
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

internal fun JournaledCall.core(): CoreCall = CoreCall(operation, method, path, body, idempotencyKey, caller)

internal fun CoreCall.plain(): JournaledCall = JournaledCall(operation, method, path, body, idempotencyKey, caller)
