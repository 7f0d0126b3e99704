@file:JvmName("Cancellation")

package com.okpay

/**
 * The key of the write that was given up by a cancellation or an interrupt, on the exception that comes out of the method:
 *
 * ```
 * try {
 *     withTimeout(2.seconds) { client.payments.create(…) }
 * } catch (cancelled: CancellationException) {
 *     remember(cancelled.idempotencyKey) // what became of it? ask later: client.resolve(key)
 *     throw cancelled
 * }
 * ```
 *
 * Nothing if no write was under way. An [OkpayException] has its key as a property of its own.
 */
public val Throwable.idempotencyKey: String?
    get() = generateSequence(this) { it.cause }.flatMap { it.suppressed.asSequence() }.firstNotNullOfOrNull { (it as? GivenUp)?.idempotencyKey }

/** Rides on a cancellation, which stays the very exception that coroutines know their own by. */
private class GivenUp(
    val idempotencyKey: String,
) : RuntimeException("a write was given up; what became of it can be resolved under the idempotency key $idempotencyKey")

/** The same exception, with the key on it, and on what it was recovered from: outside a `withTimeout` only that is seen. */
internal fun Throwable.givingUp(key: String?): Throwable {
    if (key != null) {
        generateSequence(this) { it.cause }.forEach { it.addSuppressed(GivenUp(key)) }
    }
    return this
}
