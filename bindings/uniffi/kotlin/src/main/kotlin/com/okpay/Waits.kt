package com.okpay

import com.okpay.core.CoreNext
import com.okpay.core.CoreWait
import com.okpay.models.Event
import com.okpay.models.Model
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.contentOrNull
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap

/** How long `wait` waits where nothing else is said. */
internal val WAIT_TIMEOUT: Duration = Duration.ofMinutes(10)

/** Who waits for what, by its id. */
internal class Bells {
    private val bells = ConcurrentHashMap<String, List<Channel<Unit>>>()

    /** A bell that rings during a question is heard after it. */
    fun ring(id: String) {
        bells[id]?.forEach { it.trySend(Unit) }
    }

    suspend fun <T> hearing(
        id: String,
        work: suspend (Channel<Unit>) -> T,
    ): T {
        val bell = Channel<Unit>(Channel.CONFLATED)
        bells.merge(id, listOf(bell)) { others, own -> others + own }
        try {
            return work(bell)
        } finally {
            bells.computeIfPresent(id) { _, all -> (all - bell).ifEmpty { null } }
        }
    }
}

/** The id of the resource that an event is about; nothing of an event that this version does not know. */
internal fun Event.resourceId(): String? = ((data as? Model)?.toJson()?.get("id") as? JsonPrimitive)?.contentOrNull

/** Asks until it has come to its end: [ask] carries one question, and the core says when there is another. */
internal suspend fun CoreWait.untilEnd(
    bell: Channel<Unit>,
    ask: suspend (CoreWait) -> Answer,
): Answer {
    while (true) {
        when (val next = asked(ask).fold({ core { answered(it.core()) } }, { judged(it) })) {
            is CoreNext.Done -> return next.answer.plain()
            is CoreNext.Wait -> withTimeoutOrNull(next.millis.toLong()) { bell.receive() }
        }
    }
}

private suspend fun CoreWait.asked(ask: suspend (CoreWait) -> Answer): Result<Answer> =
    try {
        Result.success(ask(this))
    } catch (error: OkpayException) {
        Result.failure(error)
    }

/** What follows from an error, if anything does; the error itself otherwise. */
private fun CoreWait.judged(error: Throwable): CoreNext {
    if (error !is OkpayException) throw error
    try {
        return core { failed(error.failure) }
    } catch (told: OkpayException) {
        throw if (told.code == error.code) error else told
    }
}
