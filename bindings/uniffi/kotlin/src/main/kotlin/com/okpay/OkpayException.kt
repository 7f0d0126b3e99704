package com.okpay

import com.okpay.core.CoreFailure
import com.okpay.models.Advice
import com.okpay.models.DeclineCode
import com.okpay.models.ErrorCode

/**
 * Every error of the SDK. The class says what may be done next, [code] says what happened:
 *
 * ```
 * try {
 *     client.payments.create(…)
 * } catch (error: OkpayException.Rejected) { // the gateway said no, provably
 *     println("${error.code} ${error.declineCode}")
 * } catch (error: OkpayException.OutcomeUnknown) { // it may have happened
 *     client.resolve(error.idempotencyKey!!)
 * }
 * ```
 */
public sealed class OkpayException(
    internal val failure: CoreFailure,
    cause: Throwable?,
) : RuntimeException(failure.text(), cause) {
    /** A value was refused here, before anything was sent: mend it and call again. */
    public class Invalid internal constructor(
        failure: CoreFailure,
        cause: Throwable? = null,
    ) : OkpayException(failure, cause) {
        /** A refusal of your own in the form of the SDK's, so that a screen has one kind to show: a disk that is full, say. */
        @JvmOverloads
        public constructor(code: ErrorCode, detail: String, suggestedAction: String, cause: Throwable? = null) :
            this(failure("invalid", code, detail, null, suggestedAction), cause)
    }

    /** The call did not leave this machine; nothing happened, and it may be made again. */
    public class NotSent internal constructor(
        failure: CoreFailure,
        cause: Throwable? = null,
    ) : OkpayException(failure, cause)

    /** The gateway said no, provably and for this very call: nothing was executed, or what was executed is this refusal. */
    public class Rejected internal constructor(
        failure: CoreFailure,
        cause: Throwable? = null,
    ) : OkpayException(failure, cause)

    /** A write may or may not have happened. Resolve it by its [idempotencyKey]; never repeat it under a new key before. */
    public class OutcomeUnknown internal constructor(
        failure: CoreFailure,
        cause: Throwable? = null,
    ) : OkpayException(failure, cause)

    /** A read got no usable answer. It changed nothing, and may be repeated. */
    public class Unanswered internal constructor(
        failure: CoreFailure,
        cause: Throwable? = null,
    ) : OkpayException(failure, cause)

    /** Something was not what it claims to be: do not act on it. */
    public class Verification internal constructor(
        failure: CoreFailure,
        cause: Throwable? = null,
    ) : OkpayException(failure, cause)

    /** `invalid`, `not_sent`, `rejected`, `outcome_unknown`, `unanswered` or `verification`: the class as a text, for logs. */
    public val phase: String get() = failure.phase

    /** The stable code to branch on. */
    public val code: ErrorCode get() = ErrorCode(failure.code)

    /** For people: what, where and what to do. Not part of the contract. */
    public val detail: String get() = failure.detail

    /** The field or fact at fault, as a path such as `amount.currency`. */
    public val param: String? get() = failure.param

    /** Why a payment was declined. */
    public val declineCode: DeclineCode? get() = failure.declineCode?.let(::DeclineCode)

    /** The object that was made all the same: the payment that was declined, which another card may still pay. */
    public val objectId: String? get() = failure.`object`

    /** Of what was waited for, the last state that was read. */
    public val state: String? get() = failure.state

    /** The HTTP status, if an answer came. */
    public val status: Int? get() = failure.status?.toInt()

    /** The gateway's id of the request, for support. */
    public val requestId: String? get() = failure.requestId

    /** The key of the call, under which an unknown outcome can be resolved. */
    public val idempotencyKey: String? get() = failure.idempotencyKey

    /** What to do next, in one English sentence; [advice] says more, in two languages. */
    public val suggestedAction: String get() = failure.suggestedAction

    /** What the merchant does about it, in the language of a locale such as `en` or `zh-CN`. */
    @JvmOverloads
    public fun advice(locale: String = "en"): Advice = Advices.forError(this, locale)
}

private fun CoreFailure.text(): String =
    buildString {
        append("$detail ($code)")
        param?.let { append(" at $it") }
        declineCode?.let { append(", decline $it") }
        state?.let { append(", state $it") }
        requestId?.let { append(", request $it") }
        idempotencyKey?.let { append(", idempotency key $it") }
    }

/** The exception of a failure. A phase of a core that is newer than this file says least, and so the most careful class holds. */
internal fun CoreFailure.exception(cause: Throwable? = null): OkpayException =
    when (phase) {
        "invalid" -> OkpayException.Invalid(this, cause)
        "not_sent" -> OkpayException.NotSent(this, cause)
        "rejected" -> OkpayException.Rejected(this, cause)
        "unanswered" -> OkpayException.Unanswered(this, cause)
        "verification" -> OkpayException.Verification(this, cause)
        else -> OkpayException.OutcomeUnknown(this, cause)
    }

/** A value that is refused on this side of the core. */
internal fun invalid(
    code: ErrorCode,
    detail: String,
    param: String? = null,
    cause: Throwable? = null,
): OkpayException = failure("invalid", code, detail, param, "Mend the value and call again; nothing was sent.").exception(cause)

/** A failure that this side of the core tells of, as the core would. */
internal fun failure(
    phase: String,
    code: ErrorCode,
    detail: String,
    param: String?,
    suggestedAction: String,
): CoreFailure =
    CoreFailure(
        phase = phase,
        code = code.value,
        detail = detail,
        param = param,
        declineCode = null,
        `object` = null,
        state = null,
        status = null,
        requestId = null,
        idempotencyKey = null,
        suggestedAction = suggestedAction,
    )
