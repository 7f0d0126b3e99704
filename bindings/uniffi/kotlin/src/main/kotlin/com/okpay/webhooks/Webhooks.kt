package com.okpay.webhooks

import com.okpay.core
import com.okpay.core.CoreOrdering
import com.okpay.core.CoreOtherSecret
import com.okpay.core.coreApply
import com.okpay.core.coreDiagnose
import com.okpay.core.coreSignWebhook
import com.okpay.core.coreWebhookSecret
import com.okpay.core.coreWebhookSignature
import com.okpay.counting
import com.okpay.models.Diagnosis
import com.okpay.models.parseObject
import com.okpay.wholeSeconds
import java.time.Duration
import java.time.Instant

/** What an event means for the version of its resource that is kept. */
public enum class Ordering {
    /** The next one: apply it. */
    APPLY,

    /** Older than what is kept, or the same: ignore it. */
    STALE,

    /** Newer, and some are missing between: apply it, and fetch where needed. */
    GAP,
}

/** Webhooks signed, ordered and diagnosed. */
public object Webhooks {
    /**
     * The headers of a delivery, by name in lower case, under one or more secrets (`whsec_…`, and `whsk_…` for Ed25519).
     *
     * @throws com.okpay.OkpayException.Invalid `invalid_key`, `invalid_parameter`.
     */
    @JvmStatic
    @JvmOverloads
    public fun signDelivery(
        secrets: List<String>,
        id: String,
        body: ByteArray,
        timestamp: Instant = Instant.now(),
    ): Map<String, String> = core { coreSignWebhook(secrets, id, body, timestamp.epochSecond) }.associate { it.name to it.value }

    /**
     * The value of `webhook-signature` under one secret, for any id and time.
     *
     * @throws com.okpay.OkpayException.Invalid `invalid_key`, `invalid_parameter`.
     */
    @JvmStatic
    public fun signature(
        secret: String,
        id: String,
        body: ByteArray,
        timestamp: Instant,
    ): String = core { coreWebhookSignature(secret, id, body, timestamp.epochSecond) }

    /** A fresh secret, `whsec_…`. */
    @JvmStatic
    public fun secret(): String = core { coreWebhookSecret() }

    /**
     * Orders the events of one resource by its version, which rises by one with every change. Compare and set in your own transaction.
     *
     * @param currentVersion the version that is kept; nothing if none is.
     * @param eventVersion the version in the event.
     * @throws com.okpay.OkpayException.Invalid `invalid_parameter` for a version below zero.
     */
    @JvmStatic
    public fun apply(
        currentVersion: Long?,
        eventVersion: Long,
    ): Ordering =
        when (core { coreApply(currentVersion?.counting("current_version"), eventVersion.counting("event_version")) }) {
            CoreOrdering.APPLY -> Ordering.APPLY
            CoreOrdering.STALE -> Ordering.STALE
            CoreOrdering.GAP -> Ordering.GAP
        }

    /**
     * Says why a webhook does not verify: for logs and terminals, not for the answer to whoever sent it.
     *
     * @param previousSecrets secrets that this endpoint had before.
     * @param otherSecrets secrets of other endpoints, by a name to call them by.
     * @throws com.okpay.OkpayException.Invalid `invalid_key` for a secret that is none; `invalid_parameter` for a tolerance below zero.
     */
    @JvmStatic
    @JvmOverloads
    public fun diagnose(
        body: ByteArray,
        headers: Map<String, *>,
        secrets: List<String>,
        now: Instant? = null,
        previousSecrets: List<String> = emptyList(),
        otherSecrets: Map<String, String> = emptyMap(),
        tolerance: Duration = Duration.ofMinutes(5),
    ): Diagnosis {
        val others = otherSecrets.map { (name, secret) -> CoreOtherSecret(name, secret) }
        val moment = now?.toEpochMilli()
        val told = core { coreDiagnose(body, headers.core(), secrets, moment, previousSecrets, others, tolerance.wholeSeconds("tolerance")) }
        return Diagnosis.fromJson(parseObject(told))
    }
}
