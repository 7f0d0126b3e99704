package com.okpay

import com.okpay.core.CoreAnswer
import com.okpay.core.CoreHeader
import com.okpay.core.CoreOutcome
import com.okpay.core.CoreRequest
import com.okpay.models.ErrorCode
import java.time.Duration

/**
 * Carries one attempt of a call: [OkHttpTransport] by default.
 *
 * It sends the request as it is, once, follows no redirect, keeps nothing, and says that the request may have left whenever it is not
 * certain that it has not. It gives up after `timeout`. A coroutine that is cancelled ends the request.
 */
public fun interface Transport {
    /** Sends the request and waits for the whole answer. What it throws is taken for a lost connection, after which nothing is certain. */
    public suspend fun send(
        request: HttpRequest,
        timeout: Duration,
    ): Outcome
}

/** One header. */
public data class Header(
    /** Its name, in any case. */
    public val name: String,
    /** Its value. */
    public val value: String,
)

/** The request of one attempt. Its headers hold signatures and, of a browser, its key. */
public class HttpRequest internal constructor(
    /** `GET` or `POST`. */
    public val method: String,
    /** The whole URL. */
    public val url: String,
    /** Names in lower case, and values. */
    public val headers: List<Header>,
    /** The exact bytes. */
    public val body: ByteArray,
) {
    override fun toString(): String = "$method $url"
}

/** An answer as it came, or as it was proven. */
public class Answer(
    /** The HTTP status. */
    public val status: Int,
    /** Names and values, as they came. */
    public val headers: List<Header>,
    /** The body, as it came. */
    public val body: ByteArray,
) {
    /** The gateway's id of the request, for support. */
    public val requestId: String? get() = header("okpay-request-id")

    /** Whether it is the first answer to this key, given again. */
    public val isReplayed: Boolean get() = header("idempotency-replayed") == "true"

    /** The first value of a header, its name compared without case. */
    public fun header(name: String): String? = headers.firstOrNull { it.name.equals(name, ignoreCase = true) }?.value

    override fun toString(): String = "Answer($status, ${body.size} bytes, request $requestId)"
}

/** What one attempt came to. */
public sealed interface Outcome {
    /** An answer, of whatever kind. */
    public class Answered(
        /** As it came. */
        public val answer: Answer,
    ) : Outcome

    /** No answer, or not all of it. */
    public class Failed(
        /** Whether the request may have left this machine; yes when in doubt. */
        public val mayHaveLeft: Boolean,
        /** `connect_failed`, `connection_lost`, `timeout`, `deadline_exceeded` or `answer_incomplete`. */
        public val code: ErrorCode,
        /** The HTTP stack's own words. */
        public val detail: String,
    ) : Outcome
}

internal fun Header.core(): CoreHeader = CoreHeader(name, value)

internal fun List<Header>.core(): List<CoreHeader> = map { it.core() }

internal fun List<CoreHeader>.plain(): List<Header> = map { Header(it.name, it.value) }

internal fun CoreRequest.plain(): HttpRequest = HttpRequest(method, url, headers.plain(), body)

internal fun CoreAnswer.plain(): Answer = Answer(status.toInt(), headers.plain(), body)

internal fun Answer.core(): CoreAnswer = CoreAnswer(status.toUShort(), headers.core(), body)

internal fun Outcome.core(): CoreOutcome =
    when (this) {
        is Outcome.Answered -> CoreOutcome.Answered(answer.core())
        is Outcome.Failed -> CoreOutcome.Failed(mayHaveLeft, code.value, detail)
    }
