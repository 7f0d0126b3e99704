package com.example.till

import com.okpay.Money
import com.okpay.OkpayException
import com.okpay.models.ErrorCode
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.withContext
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import java.io.File
import java.io.FileOutputStream
import java.io.IOException
import java.nio.file.Files
import java.nio.file.StandardCopyOption.ATOMIC_MOVE
import java.nio.file.StandardCopyOption.REPLACE_EXISTING

/** How a customer pays. */
enum class Way {
    /** By whatever the hosted page offers, on the customer's own phone: a card, say. */
    CHECKOUT,

    /** In USDT over TRON. */
    USDT,

    /** In bitcoin. */
    BTC,

    /** From the customer's OKPay wallet, which scans the shop's own code (EMVCo). */
    WALLET,
}

/** A write that the till wants made, once. */
sealed interface Intent {
    /** The till's own mark, which is the idempotency key of the call, too: one text to find everything by. */
    val reference: String
}

/** A payment to be taken. */
data class Sale(
    override val reference: String,
    /** What the customer owes. */
    val amount: Money,
    /** How it is paid. */
    val way: Way,
    /** The checkout session or the payment; none as long as the gateway has not told of it. */
    val id: String? = null,
) : Intent

/** Money to be given back. */
data class RefundOrder(
    override val reference: String,
    /** Of which payment. */
    val payment: String,
    /** How much; all that is left where it does not say. */
    val amount: Money?,
) : Intent

/**
 * What the till must not forget: the key id that it signs under, and every write whose end is not known. One small file, put in place as a
 * whole and synced before a call leaves. Where it cannot be written, the disk being full, nothing leaves: `notebook_not_written`.
 */
class Notebook(
    private val file: File,
) {
    private var page = if (file.exists()) read(file) else Page()
    private val mutable = MutableStateFlow(page.intents)

    /** The writes that are not settled, oldest first. */
    val intents: StateFlow<List<Intent>> = mutable.asStateFlow()

    /** The name that the gateway gave the till's key; none before the till is registered. */
    val keyId: String? get() = synchronized(this) { page.keyId }

    /** Remembers the key id, or that there is none. */
    suspend fun register(keyId: String?): Unit = write { it.copy(keyId = keyId) }

    /** Writes an intent down, in place of what was known of it. */
    suspend fun keep(intent: Intent): Unit = write { it.copy(intents = it.without(intent) + intent) }

    /**
     * Forgets an intent that has come to its end. If the file cannot be written now, it is with the next change; an app that starts before
     * finds the intent there and asks what became of it, which does no harm.
     */
    suspend fun settle(intent: Intent) {
        val settle = { page: Page -> page.copy(intents = page.without(intent)) }
        try {
            write(settle)
        } catch (_: OkpayException.Invalid) {
            synchronized(this) { show(settle(page)) }
        }
    }

    private suspend fun write(change: (Page) -> Page) =
        withContext(Dispatchers.IO) {
            try {
                replace(change)
            } catch (error: IOException) {
                val detail = "the till's notebook $file cannot be written: ${error.message}"
                throw OkpayException.Invalid(ErrorCode("notebook_not_written"), detail, "Make room, and try again.", error)
            }
        }

    @Synchronized
    private fun replace(change: (Page) -> Page) {
        val changed = change(page)
        save(changed)
        show(changed)
    }

    private fun save(changed: Page) {
        val draft = File("$file.new")
        FileOutputStream(draft).use { out ->
            out.write(changed.toJson().toString().toByteArray())
            out.fd.sync()
        }
        Files.move(draft.toPath(), file.toPath(), ATOMIC_MOVE, REPLACE_EXISTING)
    }

    private fun show(changed: Page) {
        page = changed
        mutable.value = changed.intents
    }

    private data class Page(
        val keyId: String? = null,
        val intents: List<Intent> = emptyList(),
    ) {
        fun without(intent: Intent) = intents.filterNot { it.reference == intent.reference }

        fun toJson() = JsonObject(mapOf("key_id" to JsonPrimitive(keyId), "intents" to JsonArray(intents.map(::written))))
    }

    private companion object {
        fun read(file: File): Page {
            val json = Json.parseToJsonElement(file.readText()).jsonObject
            return Page(json.text("key_id"), json.getValue("intents").jsonArray.map { intent(it.jsonObject) })
        }

        fun written(intent: Intent): JsonObject =
            when (intent) {
                is Sale -> written(intent, intent.amount, "way" to intent.way.name, "id" to intent.id)
                is RefundOrder -> written(intent, intent.amount, "payment" to intent.payment)
            }

        fun written(
            intent: Intent,
            amount: Money?,
            vararg rest: Pair<String, String?>,
        ): JsonObject {
            val texts = mapOf("reference" to intent.reference, *rest).mapValues { JsonPrimitive(it.value) }
            return JsonObject(texts + ("amount" to (amount?.toJson() ?: JsonNull)))
        }

        fun intent(json: JsonObject): Intent {
            val reference = json.getValue("reference").jsonPrimitive.content
            val amount = (json["amount"] as? JsonObject)?.let(Money::fromJson)
            val payment = json.text("payment")
            return when {
                payment != null -> RefundOrder(reference, payment, amount)
                else -> Sale(reference, checkNotNull(amount), Way.valueOf(json.getValue("way").jsonPrimitive.content), json.text("id"))
            }
        }

        fun JsonObject.text(name: String): String? = this[name]?.jsonPrimitive?.contentOrNull
    }
}
