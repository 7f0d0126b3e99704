package com.okpay.webhooks

import com.okpay.core
import com.okpay.core.CoreClaim
import com.okpay.core.CoreMemoryStore
import com.okpay.counting
import com.okpay.wholeSeconds
import java.time.Duration
import java.time.Instant

/** Proof of a claim. Only the newest claim of an id can complete or release it. */
public data class ClaimToken(
    /** The consumer that claimed. */
    public val consumer: String,
    /** The id that was claimed. */
    public val id: String,
    /** Rises with every claim of an id; an older one is refused. */
    public val fence: Long,
)

/** What a claim gives. */
public sealed interface Claim {
    /** The event is this worker's: do the work, then complete with the token. */
    public data class New(
        /** Completes or releases the claim. */
        public val token: ClaimToken,
    ) : Claim

    /** Another worker has it: answer 503. */
    public data object InProgress : Claim

    /** It has been handled: answer 200. */
    public data object Done : Claim
}

/**
 * Remembers which events were handled, so that each is handled once though it is delivered more than once and workers die.
 *
 * Claim the id of the [VerifiedPayload], do the work, complete; if the work failed, release and answer 500. Exactly once needs
 * [complete] inside the business transaction: implement this over your own database. Otherwise handlers must be idempotent.
 */
public interface ReplayStore {
    /**
     * Claims an id for a lease that is longer than the work takes.
     *
     * @param consumer who handles: each consumer handles each event once.
     */
    public fun claim(
        consumer: String,
        id: String,
        lease: Duration = Duration.ofMinutes(1),
        now: Instant? = null,
    ): Claim

    /** Marks a claimed id as handled. Throws if it was claimed again since: roll the work back. */
    public fun complete(
        token: ClaimToken,
        now: Instant? = null,
    )

    /** Gives a claimed id back unhandled, so that the next delivery can have it at once. */
    public fun release(token: ClaimToken)
}

/**
 * A replay store in memory, for one process: for tests, and for handlers that are idempotent anyway. When it is full it refuses
 * (`replay_guard_failed`); no id is pushed out before its 30 days. A capacity or a lease below zero is refused (`invalid_parameter`).
 */
public class MemoryReplayStore
    @JvmOverloads
    constructor(
        capacity: Int = 100_000,
    ) : ReplayStore {
        private val store = core { CoreMemoryStore(capacity.counting("capacity")) }

        override fun claim(
            consumer: String,
            id: String,
            lease: Duration,
            now: Instant?,
        ): Claim =
            when (val claim = core { store.claim(consumer, id, lease.wholeSeconds("lease"), now?.toEpochMilli()) }) {
                is CoreClaim.New -> Claim.New(ClaimToken(consumer, id, claim.fence.toLong()))
                CoreClaim.InProgress -> Claim.InProgress
                CoreClaim.Done -> Claim.Done
            }

        override fun complete(
            token: ClaimToken,
            now: Instant?,
        ): Unit = core { store.complete(token.consumer, token.id, token.fence.toULong(), now?.toEpochMilli()) }

        override fun release(token: ClaimToken): Unit = core { store.release(token.consumer, token.id, token.fence.toULong()) }
    }
