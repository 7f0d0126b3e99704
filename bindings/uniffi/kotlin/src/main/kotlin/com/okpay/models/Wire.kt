package com.okpay.models

import com.okpay.Money
import com.okpay.core
import com.okpay.core.coreTime
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.boolean
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import java.time.Instant
import java.time.format.DateTimeFormatterBuilder

// How values look on the wire: models and money as objects, times as RFC 3339. Amounts are texts, so that no number is ever a fraction.

private val milliseconds = DateTimeFormatterBuilder().appendInstant(3).toFormatter()

internal fun parseObject(text: String): JsonObject = Json.parseToJsonElement(text).jsonObject

internal fun jsonOf(vararg members: Pair<String, Any?>): JsonObject = JsonObject(members.associate { (name, value) -> name to wire(value) })

/** What JSON has for a value. */
internal fun wire(value: Any?): JsonElement =
    when (value) {
        null -> JsonNull
        is JsonElement -> value
        is String -> JsonPrimitive(value)
        is Long -> JsonPrimitive(value)
        is Boolean -> JsonPrimitive(value)
        is OpenSet -> JsonPrimitive(value.value)
        is Instant -> JsonPrimitive(milliseconds.format(value))
        is Money -> value.toJson()
        is Model -> value.toJson()
        is EventData -> value.toJson()
        is List<*> -> JsonArray(value.map(::wire))
        is Map<*, *> -> JsonObject(value.entries.associate { (name, member) -> name.toString() to wire(member) })
        else -> throw IllegalArgumentException("${value.javaClass.name} has no place on the wire")
    }

/** Without what is not given: the gateway refuses fields that it does not know, and so what a later version adds is left off. */
internal fun given(element: JsonElement): JsonElement =
    when (element) {
        is JsonObject -> JsonObject(element.filterValues { it !is JsonNull }.mapValues { given(it.value) })
        is JsonArray -> JsonArray(element.map(::given))
        else -> element
    }

internal inline fun <T> JsonObject.required(
    name: String,
    read: (JsonElement) -> T,
): T = read(getValue(name))

internal inline fun <T> JsonObject.optional(
    name: String,
    read: (JsonElement) -> T,
): T? = this[name]?.takeUnless { it is JsonNull }?.let(read)

internal inline fun <T> JsonObject.list(
    name: String,
    read: (JsonElement) -> T,
): List<T> = optional(name) { it.jsonArray.map(read) } ?: emptyList()

internal fun JsonObject.texts(name: String): Map<String, String> =
    optional(name) { it.jsonObject.mapValues { (_, text) -> text.text() } } ?: emptyMap()

internal fun JsonElement.text(): String = jsonPrimitive.content

internal fun JsonElement.whole(): Long = jsonPrimitive.long

internal fun JsonElement.truth(): Boolean = jsonPrimitive.boolean

internal fun JsonElement.tree(): JsonObject = jsonObject

/** As the core reads it, which has let it through: RFC 3339 has more forms than `java.time` takes. */
internal fun JsonElement.time(): Instant = Instant.ofEpochMilli(core { coreTime(text()) })

/** The text of a model that holds a secret. */
internal fun shown(
    name: String,
    vararg fields: Pair<String, Any?>,
): String = fields.joinToString(", ", "$name(", ")") { (field, value) -> "$field=$value" }

internal fun hidden(secret: Any?): String? = secret?.let { "…" }
