package com.okpay

import com.okpay.core.CoreAttemptReport
import com.okpay.models.ErrorCode
import java.time.Duration
import java.util.logging.Level
import java.util.logging.Logger

/** Is told of every attempt of a call, for logs and metrics. What it throws is logged and changes nothing. */
public fun interface AttemptListener {
    /** An attempt has ended. It is called on the thread that carries the call, which waits for it. */
    public fun attempted(report: AttemptReport)
}

/** What one attempt came to. It holds no secret and nothing of the body. */
public data class AttemptReport(
    /** The operation, such as `payments.create`. */
    public val operation: String,
    /** `GET` or `POST`. */
    public val method: String,
    /** The path of the table, such as `/v1/payments/{id}`. */
    public val urlTemplate: String,
    /** The attempt, from 1. */
    public val attempt: Int,
    /** The HTTP status, if an answer came. */
    public val status: Int?,
    /** The code of the failure, if none came. */
    public val failure: ErrorCode?,
    /** The gateway's id of the request. */
    public val requestId: String?,
    /** `Deprecation` (RFC 9745). */
    public val deprecation: String?,
    /** `Sunset` (RFC 8594). */
    public val sunset: String?,
    /** How long the answer asks to wait before the next attempt. */
    public val retryAfter: Duration?,
    /** From sending to the end of the answer. */
    public val elapsed: Duration,
)

internal fun AttemptListener.tell(core: CoreAttemptReport) {
    val report =
        AttemptReport(
            core.operation,
            core.method,
            core.urlTemplate,
            core.attempt.toInt(),
            core.status?.toInt(),
            core.failure?.let(::ErrorCode),
            core.requestId,
            core.deprecation,
            core.sunset,
            core.retryAfter?.let { Duration.ofMillis(it.toLong()) },
            Duration.ofMillis(core.elapsed.toLong()),
        )
    try {
        attempted(report)
    } catch (error: Exception) {
        Logger.getLogger("com.okpay").log(Level.WARNING, "a listener of attempts failed", error)
    }
}
