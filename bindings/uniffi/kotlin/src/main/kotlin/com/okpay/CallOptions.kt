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

internal fun Duration.milliseconds(param: String): ULong =
    if (isNegative) throw invalid(ErrorCode.INVALID_PARAMETER, "$this is before nothing", param) else toMillis().toULong()

internal fun count(attempts: Int): UInt =
    if (attempts < 1) throw invalid(ErrorCode.INVALID_PARAMETER, "a call has at least one attempt", "max_attempts") else attempts.toUInt()
