package com.okpay

import com.okpay.core.CoreCallOptions
import com.okpay.models.ErrorCode
import java.time.Duration

/** What one call is told beside its parameters. */
public data class CallOptions
    @JvmOverloads
    constructor(
        /** Your own key for a write, one per logical call; a random one by default. */
        public val idempotencyKey: String? = null,
        /** For the whole call with all its attempts; the client's by default. */
        public val timeout: Duration? = null,
        /** How often it is tried at most; the client's number by default. */
        public val maxAttempts: Int? = null,
        /** Further headers, such as `traceparent`. */
        public val headers: Map<String, String> = emptyMap(),
    ) {
        public companion object {
            /** Nothing but the client's own. */
            @JvmField
            public val NONE: CallOptions = CallOptions()
        }
    }

internal fun CallOptions.core(): CoreCallOptions =
    CoreCallOptions(
        idempotencyKey,
        timeout?.milliseconds("timeout"),
        maxAttempts?.let(::count),
        headers.map { (name, value) -> Header(name, value).core() },
    )

internal fun Duration.milliseconds(param: String): ULong = notNegative(param).toMillis().toULong()

/** As the core counts it; what is longer than it can count is as long as it can. */
internal fun Duration.wholeSeconds(param: String): UInt = notNegative(param).seconds.coerceAtMost(UInt.MAX_VALUE.toLong()).toUInt()

private fun Duration.notNegative(param: String): Duration =
    if (isNegative) throw invalid(ErrorCode.INVALID_PARAMETER, "$this is before nothing", param) else this

/** A number that counts. Below zero it would come out as one of the largest. */
internal fun Int.counting(param: String): UInt = toLong().counting(param).toUInt()

/** [counting] of a longer number. */
internal fun Long.counting(param: String): ULong =
    if (this < 0) throw invalid(ErrorCode.INVALID_PARAMETER, "$this is less than nothing", param) else toULong()

internal fun count(attempts: Int): UInt =
    if (attempts < 1) throw invalid(ErrorCode.INVALID_PARAMETER, "a call has at least one attempt", "max_attempts") else attempts.toUInt()
