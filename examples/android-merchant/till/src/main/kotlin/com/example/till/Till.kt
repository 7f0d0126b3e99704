package com.example.till

import com.okpay.CallOptions
import com.okpay.Client
import com.okpay.OkpayException
import com.okpay.models.CallOutcome
import com.okpay.models.CallState
import com.okpay.models.ErrorCode
import java.time.Clock
import java.time.ZoneId

// A merchant's till, without its looks.
//
// | file | what |
// | --- | --- |
// | EnrolmentModel.kt, TillKey.kt | the device's key, and signing in with it |
// | Till.kt | a till that is signed in: calls that are made once, and resolved where their end is unknown |
// | Notebook.kt | what must survive a crash: the key id and the writes under way |
// | SaleModel.kt, Following.kt | a payment from the keypad to its end |
// | RefundModel.kt | money back, in whole or in part |
// | DayModel.kt | today's takings and fees |
//
// The models are plain classes with a StateFlow each, and the folder `ui` draws them.

/** Where the shop's gateway is, and how the shop counts. */
data class Shop(
    /** The gateway. */
    val url: String,
    /** Its public keys, `keyid=base64`; a sandbox on this machine is asked for its own. */
    val gatewayKeys: String? = null,
    /** The one host that may be spoken to without TLS: the emulator's `10.0.2.2`. */
    val insecureHost: String? = null,
    /** What the keypad types. */
    val currency: String,
    /** What the shop's own code says of it. */
    val sign: ShopSign,
    /** Where the day begins at midnight. */
    val zone: ZoneId,
)

/** A shop as its code (EMVCo) names it. */
data class ShopSign(
    /** Its name, at most 25 characters. */
    val name: String,
    /** Its city, at most 15 characters. */
    val city: String,
    /** Its country, two letters of ISO 3166-1. */
    val country: String,
    /** The kind of shop, four digits of ISO 18245. */
    val category: String,
)

/** A till that is signed in. */
class Till(
    /** The shop that it stands in. */
    val shop: Shop,
    internal val client: Client,
    /** What it must not forget. */
    val notebook: Notebook,
    internal val clock: Clock,
    private val onRevoked: (OkpayException) -> Unit,
) : AutoCloseable {
    /** Makes a call; a key that was revoked meanwhile is told to whoever signed the till in. */
    internal suspend fun <T> call(work: suspend Client.() -> T): T =
        try {
            client.work()
        } catch (error: OkpayException) {
            if (error.code == ErrorCode.KEY_REVOKED) onRevoked(error)
            throw error
        }

    /**
     * Makes a write that is never made twice: it is in the notebook before it leaves, under the key that it carries, and stays there as long
     * as its end is unknown, also if the app dies on the way.
     */
    internal suspend fun <T> once(
        intent: Intent,
        work: suspend Client.(CallOptions) -> T,
    ): T {
        notebook.keep(intent)
        try {
            return call { work(CallOptions(idempotencyKey = intent.reference)) }
        } catch (error: OkpayException) {
            if (error.isFinal) notebook.settle(intent)
            throw error
        }
    }

    /** Asks what became of a write. What was made is kept, if there is more to come of it; what never will be is settled. */
    internal suspend fun resolve(intent: Intent): Fate {
        val fate = call { resolve(intent.reference) }.fate
        when {
            fate is Fate.Made && intent is Sale -> notebook.keep(intent.copy(id = fate.id))
            fate != Fate.Running -> notebook.settle(intent)
        }
        return fate
    }

    /** Resolves every write that the app left open when it last ended. What cannot be resolved now stays, and is given back. */
    suspend fun recover(): Map<Intent, OkpayException> {
        val failed = mutableMapOf<Intent, OkpayException>()
        notebook.intents.value.filterNot { it is Sale && it.id != null }.forEach { intent ->
            try {
                resolve(intent)
            } catch (error: OkpayException) {
                failed[intent] = error
            }
        }
        return failed
    }

    /** Ends idle connections. */
    override fun close(): Unit = client.close()
}

/** Whether nothing can come of the call any more. */
internal val OkpayException.isFinal: Boolean
    get() = this is OkpayException.Rejected || this is OkpayException.Invalid || this is OkpayException.NotSent

/** What became of a write. */
internal sealed interface Fate {
    /** It made the object of this id. */
    data class Made(
        val id: String,
    ) : Fate

    /** It made nothing and never will. */
    data object Never : Fate

    /** It runs at this moment: ask again. */
    data object Running : Fate
}

/** A refusal makes nothing, and is an end all the same. */
private val CallOutcome.fate: Fate
    get() {
        val id = objectId.takeIf { state == CallState.EXECUTED && (status ?: 0) < FIRST_REFUSAL }
        val isOver = state == CallState.EXECUTED || state == CallState.NOT_EXECUTED
        return id?.let(Fate::Made) ?: if (isOver) Fate.Never else Fate.Running
    }

private const val FIRST_REFUSAL = 400
