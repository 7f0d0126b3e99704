package com.okpay

import com.okpay.core.CoreCaller
import com.okpay.core.CoreExchange
import com.okpay.core.CoreFailure
import com.okpay.core.CoreNext
import com.okpay.core.CoreOutcome
import com.okpay.core.CoreRequest
import com.okpay.models.CallOutcome
import com.okpay.models.CallState
import com.okpay.models.ErrorCode
import com.okpay.models.Model
import com.okpay.models.Page
import com.okpay.models.given
import com.okpay.models.parseObject
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

/** The send loop: sends, sleeps as told, asks the core. It decides nothing about payments. */
internal class Courier(
    private val caller: CoreCaller,
    private val name: String,
    val transport: Transport,
    private val onAttempt: AttemptListener?,
    private val journal: Journal?,
) {
    /** Who waits for what. */
    val bells = Bells()

    /** Reads until it has come to its end. */
    suspend fun <T : Model> wait(
        operation: String,
        read: (JsonObject) -> T,
        id: String,
        timeout: Duration,
        options: CallOptions,
    ): T =
        withContext(Dispatchers.IO) {
            core { caller.wait(operation, id, timeout.milliseconds("timeout"), options.core()) }.use { wait ->
                bells.hearing(id) { bell ->
                    val answer = wait.untilEnd(bell) { core { it.question() }.use { exchange -> attemptUntilEnd(Run(exchange)) } }
                    read(answer, null, read)
                }
            }
        }

    suspend fun <T : Model> run(
        operation: String,
        read: (JsonObject) -> T,
        id: String?,
        params: Model?,
        options: CallOptions,
    ): T = call(operation, read, id, params?.toJson(), options)

    /** Strikes off what the gateway says has ended. */
    suspend fun resolved(
        idempotencyKey: String,
        state: CallState,
    ) {
        journal?.let { withContext(Dispatchers.IO) { it.resolved(caller, idempotencyKey, state) } }
    }

    /** What became of every call that has not ended; nothing without a journal. */
    suspend fun recover(ask: suspend (String) -> CallOutcome): List<Recovered>? = journal?.recovered(caller, ask)

    /** All elements of all pages, each page fetched when it is needed. */
    fun <T, P> walk(
        operation: String,
        read: (JsonObject) -> P,
        params: Model,
        options: CallOptions,
    ): Flow<T> where P : Model, P : Page<T> =
        flow {
            var json: JsonObject? = params.toJson()
            while (json != null) {
                val page = call(operation, read, null, json, options)
                page.data.forEach { emit(it) }
                json = page.next?.let { after -> JsonObject(params.toJson() + ("after" to JsonPrimitive(after))) }
            }
        }

    fun <T, P> walkBlocking(
        operation: String,
        read: (JsonObject) -> P,
        params: Model,
        options: CallOptions,
    ): Iterable<T> where P : Model, P : Page<T> =
        Iterable {
            iterator {
                var json: JsonObject? = params.toJson()
                while (json != null) {
                    val asked = json
                    val page = blocking { call(operation, read, null, asked, options) }
                    yieldAll(page.data)
                    json = page.next?.let { after -> JsonObject(params.toJson() + ("after" to JsonPrimitive(after))) }
                }
            }
        }

    private suspend fun <T : Model> call(
        operation: String,
        read: (JsonObject) -> T,
        id: String?,
        params: JsonObject?,
        options: CallOptions,
    ): T {
        val text = params?.let { given(it).toString() }
        val exchange = core { caller.begin(operation, id, text, options.core()) }
        return exchange.use {
            val run = Run(exchange)
            try {
                withContext(Dispatchers.IO) { read(journal.keeping(exchange) { attemptUntilEnd(run) }, run.key, read) }
            } catch (cancelled: CancellationException) {
                throw if (run.key == null) cancelled else cancelled.givingUp(run.givenUp())
            }
        }
    }

    private suspend fun attemptUntilEnd(run: Run): Answer =
        core(run.key) {
            learnKeys(run.exchange)
            while (true) {
                when (val next = run.next { attempt(run.exchange, it) }) {
                    is CoreNext.Done -> return next.answer.plain()
                    is CoreNext.Wait -> delay(next.millis.toLong())
                }
            }
            @Suppress("UNREACHABLE_CODE")
            error("the loop has no other end")
        }

    /** On this machine the sandbox is asked for its keys, before the first call and out of its time. */
    private suspend fun learnKeys(exchange: CoreExchange) {
        val discovery = caller.discovery() ?: return
        exchange.learnKeys(carried(discovery.plain(), exchange.left()).core())
    }

    private suspend fun attempt(
        exchange: CoreExchange,
        request: CoreRequest,
    ): CoreOutcome {
        val started = System.nanoTime()
        val outcome = carried(request.plain(), exchange.left()).core()
        onAttempt?.let { listener ->
            val elapsed = Duration.ofNanos(System.nanoTime() - started)
            listener.tell(exchange.report(outcome, elapsed.toMillis().toULong()))
        }
        return outcome
    }

    /** Whatever goes wrong in a transport, and is not this coroutine's own cancellation, is the attempt's outcome. */
    private suspend fun carried(
        request: HttpRequest,
        timeout: Duration,
    ): Outcome {
        if (timeout.isZero) {
            return Outcome.Failed(false, ErrorCode.DEADLINE_EXCEEDED, "the time of the call was spent before this attempt was sent")
        }
        return try {
            transport.send(request, timeout)
        } catch (error: Exception) {
            currentCoroutineContext().ensureActive()
            Outcome.Failed(true, ErrorCode.CONNECTION_LOST, "the transport failed: $error")
        }
    }

    /** The model of a proven answer, which the core has checked: what cannot be read of it is a defect, and no refusal. */
    private fun <T : Model> read(
        answer: Answer,
        key: String?,
        read: (JsonObject) -> T,
    ): T =
        try {
            read(parseObject(answer.body.decodeToString())).also { it.answer = answer }
        } catch (error: Exception) {
            throw defect(error, key)
        }

    override fun toString(): String = name
}

private fun CoreExchange.left(): Duration = Duration.ofMillis(timeLeft().toLong())

/** A call on its way, and what it means for it to be given up. */
private class Run(
    val exchange: CoreExchange,
) {
    /** The key of a write. */
    val key: String? = exchange.idempotencyKey()

    /** From before an attempt is sent until it is known that another follows. */
    @Volatile
    private var isUnderWay = false

    suspend fun next(attempt: suspend (CoreRequest) -> CoreOutcome): CoreNext {
        val request = exchange.request()
        // Whoever has given up while a person was asked to sign does not want it sent.
        currentCoroutineContext().ensureActive()
        isUnderWay = true
        return exchange.conclude(attempt(request)).also { isUnderWay = it is CoreNext.Done }
    }

    /** An attempt that is under way may have left, as far as anybody can tell; and a proven reply may not have been handed out. */
    fun givenUp(): CoreFailure =
        try {
            core(key) {
                exchange.conclude(CoreOutcome.Failed(isUnderWay, ErrorCode.CANCELLED.value, "the caller gave the call up"))
                exchange.cancelled()
            }
        } catch (error: OkpayException) {
            error.failure
        }
}

/**
 * Runs a suspending call on a thread that may wait. An interrupt becomes an error of the SDK's, since Java does not compile a `catch` of what
 * no method declares, and stays on the thread.
 */
internal fun <T> blocking(work: suspend () -> T): T =
    try {
        runBlocking { work() }
    } catch (interrupted: InterruptedException) {
        Thread.currentThread().interrupt()
        throw interrupted.end()
    }
