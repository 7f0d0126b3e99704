@file:JvmName("Cancellation")

package com.okpay

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.TimeoutCancellationException

/**
 * The key of the write that was given up by a cancellation or an interrupt, on the exception that comes out of the method:
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
    return (listOfNotNull(own) + suppressed.mapNotNull { (it as? GivenUp)?.idempotencyKey }).distinct()
}

/** Rides on a cancellation. */
private class GivenUp(
    val idempotencyKey: String,
) : RuntimeException("a write was given up; what became of it can be resolved under the idempotency key $idempotencyKey")

/**
 * An exception of this write alone: every child of a scope is handed one and the same cancellation, which could not say whose key is whose.
 * That one is its cause, and has the keys of all: outside the scope only it is seen.
 */
internal fun CancellationException.givingUp(key: String?): CancellationException {
    if (key == null) return this
    val givenUp = GivenUp(key)
    val own = own()
    generateSequence<Throwable>(own) { it.cause }.forEach { it.addSuppressed(givenUp) }
    return own
}

/** A timeout stays one, with its scope in it, by which `withTimeoutOrNull` knows its own. */
private fun CancellationException.own(): CancellationException =
    if (this is TimeoutCancellationException) createCopy() else CancellationException(message, this)
