@file:JvmName("Cancellation")

package com.okpay

import com.okpay.core.CoreFailure
import com.okpay.models.ErrorCode
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.TimeoutCancellationException

/**
 * The key of the write that was given up by a cancellation, on the exception that comes out of the method:
 *
 * ```
 * try {
 *     client.payments.create(…)
 * } catch (cancelled: CancellationException) {
 *     remember(cancelled.idempotencyKey) // what became of it? ask later: client.resolve(key)
 *     throw cancelled
 * }
 * ```
 *
 * Nothing if no write was under way. Caught outside a scope or a `withTimeout`, one exception may speak for several writes, of which this is
 * one: there only [idempotencyKeys] is right. Of an [OkpayException] it is the key that it has as a property.
 */
public val Throwable.idempotencyKey: String?
    get() = idempotencyKeys.firstOrNull()

/**
 * The keys of all the writes that an exception speaks for: one when it comes out of the method, and outside a scope or a `withTimeout` one for
 * each write that was given up in it. Empty if no write was under way.
 */
public val Throwable.idempotencyKeys: List<String>
    get() = generateSequence(this) { it.cause }.map { it.keys() }.firstOrNull { it.isNotEmpty() }.orEmpty()

private fun Throwable.keys(): List<String> {
    val own = (this as? OkpayException)?.idempotencyKey
    return (listOfNotNull(own) + suppressed.mapNotNull { (it as? GivenUp)?.failure?.idempotencyKey }).distinct()
}

/** Rides on a cancellation, and says what the write came to. */
private class GivenUp(
    val failure: CoreFailure,
) : RuntimeException("a write was given up; what became of it can be resolved under the idempotency key ${failure.idempotencyKey}")

/**
 * An exception of this write alone: every child of a scope is handed one and the same cancellation, which could not say whose key is whose.
 * That one is its cause, and has the keys of all: outside the scope only it is seen.
 */
internal fun CancellationException.givingUp(failure: CoreFailure): CancellationException {
    val givenUp = GivenUp(failure)
    val own = own()
    generateSequence<Throwable>(own) { it.cause }.forEach { it.addSuppressed(givenUp) }
    return own
}

/** A timeout stays one, with its scope in it, by which `withTimeoutOrNull` knows its own. */
private fun CancellationException.own(): CancellationException =
    if (this is TimeoutCancellationException) createCopy() else CancellationException(message, this)

/** The error of the one call of a thread that was interrupted: its own if it had come to one, else what it means to be given up. */
internal fun InterruptedException.end(): OkpayException {
    suppressed.firstNotNullOfOrNull { it as? OkpayException }?.let { return it }
    val write = suppressed.firstNotNullOfOrNull { (it as? GivenUp)?.failure }
    return (write ?: readGivenUp()).exception(this)
}

private fun readGivenUp(): CoreFailure =
    failure(
        phase = "unanswered",
        code = ErrorCode.CANCELLED,
        detail = "the thread was interrupted while it waited",
        param = null,
        suggestedAction = "Call again if the answer is still wanted; nothing was changed.",
    )
