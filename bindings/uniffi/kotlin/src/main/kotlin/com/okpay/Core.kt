package com.okpay

import com.okpay.core.CoreException
import com.okpay.core.CoreFailure
import com.okpay.core.InternalException
import com.okpay.models.ErrorCode
import java.nio.charset.CharacterCodingException

/**
 * Runs what crosses into the core, and turns what may come back into an [OkpayException].
 *
 * @param key the key of the write that is under way, of which nobody knows what became after a defect in its middle.
 */
internal inline fun <T> core(
    key: String? = null,
    work: () -> T,
): T {
    NativeLibrary.locate()
    try {
        return work()
    } catch (error: CoreException) {
        throw exception(error, key)
    } catch (error: InternalException) {
        throw defect(error, key)
    } catch (error: CharacterCodingException) {
        throw if (key == null) invalid(ErrorCode.INVALID_PARAMETER, NO_CHARACTER, cause = error) else defect(error, key)
    } catch (error: LinkageError) {
        throw NativeLibrary.unusable(error)
    }
}

internal const val NO_CHARACTER: String = "a text holds half of a surrogate pair, which is no character"

/** Whatever ends a write, its key is in the error. */
internal fun exception(
    error: CoreException,
    key: String?,
): OkpayException =
    when (error) {
        is CoreException.Failed -> error.failure.run { copy(idempotencyKey = idempotencyKey ?: key) }.exception()
    }

/** A panic that the core did not turn into an error itself. */
internal fun defect(
    error: Throwable,
    key: String?,
): OkpayException {
    val phase = if (key == null) "invalid" else "outcome_unknown"
    val action = if (key == null) "Report it, with the stack trace." else "Resolve the call by its key, and report the defect."
    val detail = "a defect of the SDK: ${error.message}"
    return CoreFailure(phase, "sdk_panicked", detail, null, null, null, null, null, null, key, action).exception(error)
}
