package com.okpay

import com.okpay.models.Device
import com.okpay.models.Model
import com.okpay.models.OpenSet
import com.okpay.models.UnknownData
import com.okpay.models.jsonOf
import com.okpay.webhooks.Verifier
import com.okpay.webhooks.Webhooks
import com.sun.net.httpserver.HttpServer
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.boolean
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import org.junit.jupiter.api.Assertions.assertEquals
import java.lang.reflect.InvocationTargetException
import java.net.InetSocketAddress
import java.time.Duration
import java.time.Instant
import java.util.Base64
import java.util.HexFormat
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.reflect.KCallable
import kotlin.reflect.KClass
import kotlin.reflect.KFunction
import kotlin.reflect.KType
import kotlin.reflect.full.callSuspendBy
import kotlin.reflect.full.companionObject
import kotlin.reflect.full.companionObjectInstance
import kotlin.reflect.full.functions
import kotlin.reflect.full.isSubclassOf
import kotlin.reflect.full.memberProperties
import kotlin.reflect.full.primaryConstructor
import kotlin.reflect.full.valueParameters

/** Runs a scenario as it is written. See `tests/scenarios/README.md`; there are no expectations in here. */
class Scenario(
    private val sandbox: Sandbox,
    private val isBlocking: Boolean,
) : AutoCloseable {
    private val clients = mutableMapOf("secret" to sandbox.client(), "publishable" to sandbox.browser())
    private val saved: MutableMap<String, JsonElement> = sandbox.details.mapValues { JsonPrimitive(it.value) }.toMutableMap()
    private val hooks = mutableMapOf<String, Hook>()

    fun run(scenario: JsonObject) =
        scenario.getValue("steps").jsonArray.forEachIndexed { number, written ->
            val step = filled(written).jsonObject
            val place = "step ${number + 1}: $written"
            val (result, error) =
                try {
                    wire(act(step.keys.first(), step)) to null
                } catch (raised: OkpayException) {
                    JsonNull to told(raised)
                }
            assertEquals("error" in step, error != null) { "$place: ${error ?: result}" }
            val expected = step["expect"]?.jsonObject.orEmpty() + step["error"]?.jsonObject.orEmpty()
            expected.forEach { (path, value) -> assertEquals(value, at(error ?: result, path)) { "$place: $path" } }
            step["save"]?.jsonObject.orEmpty().forEach { (name, path) -> saved[name] = at(result, path.string) }
        }

    private fun act(
        kind: String,
        step: JsonObject,
    ): Any? =
        when (kind) {
            "call" -> {
                call(step.string("call")!!, step)
            }

            "walk" -> {
                walked(call(step.string("walk")!!.replaceAfter('.', "iterate"), step))
            }

            "wait" -> {
                call(step.string("wait")!!.replaceAfter('.', "wait"), step)
            }

            "resolve" -> {
                runBlocking { client(step).resolve(step.string("resolve")!!) }
            }

            "device" -> {
                device(step)
            }

            "control" -> {
                step.string("control")!!.split(" ").let { (verb, path) -> sandbox.control(verb, path, (step["body"] ?: "{}").toString()) }
            }

            "listen" -> {
                Hook().also { hook ->
                    hooks[step.string("listen")!!] = hook
                    saved[step.string("listen")!!] = JsonPrimitive(hook.url)
                }
            }

            "delivery" -> {
                val (headers, body) = hooks.getValue(step.string("delivery")!!).received.poll(30, TimeUnit.SECONDS)!!
                Verifier(step.string("secret")!!).verify(body, headers).event()
            }

            else -> {
                webhook(step)
            }
        }

    private fun call(
        operation: String,
        step: JsonObject,
    ): Any? {
        val (group, method) = operation.split(".").map(::camel)
        val operations: Any = if (isBlocking) client(step).blocking() else client(step)
        val owner =
            operations::class
                .memberProperties
                .first { it.name == group }
                .getter
                .call(operations)!!
        val function = owner::class.functions.first { it.name == method && it.valueParameters.any { value -> value.name == "options" } }
        val fields = step["params"]?.jsonObject.orEmpty()
        val arguments =
            function.valueParameters.mapNotNull { parameter ->
                when (parameter.name) {
                    "id" -> parameter to step.string("id")
                    "options" -> parameter to options(step)
                    "timeout" -> step["timeout_ms"]?.let { parameter to Duration.ofMillis(it.jsonPrimitive.long) }
                    "params" -> parameter to made(parameter.type.classifier as KClass<*>, fields)
                    else -> fields.entries.find { camel(it.key) == parameter.name }?.let { parameter to converted(it.value, parameter.type) }
                }
            }
        return unwrapped { function.called(mapOf(function.parameters.first() to owner) + arguments) }
    }

    private fun client(step: JsonObject) = clients.getValue(step.string("as") ?: "secret")

    private fun device(step: JsonObject): Any? {
        val seed = HexFormat.of().parseHex(step.string("seed"))
        val public = Base64.getEncoder().encodeToString(Ed25519Key("new", seed).publicKey.bytes)
        val params = JsonObject(step.getValue("params").jsonObject + ("public_key" to JsonPrimitive(public)))
        val device = call("devices.create", JsonObject(step + ("params" to params))) as Device
        clients[step.string("device")!!] = Client(Ed25519Key(device.id, seed), sandbox.url)
        return device
    }

    private fun options(step: JsonObject) =
        CallOptions(
            step.string("key"),
            step["timeout_ms"]?.let { Duration.ofMillis(it.jsonPrimitive.long) },
            step["max_attempts"]?.jsonPrimitive?.int,
        )

    private fun walked(items: Any?): JsonObject {
        val list = (if (items is Flow<*>) runBlocking { items.toList() } else (items as Iterable<*>).toList()).map(::wire)
        val distinct = list.map { it.jsonObject["id"] }.distinct().size
        return jsonOf("count" to list.size.toLong(), "distinct" to distinct.toLong(), "items" to list)
    }

    private fun webhook(step: JsonObject): JsonObject {
        val (id, secret, body) = Triple(step.string("id")!!, step.string("secret")!!, step.getValue("webhook").toString().toByteArray())
        val now = Instant.ofEpochSecond(Instant.now().epochSecond)
        val signature = Webhooks.signature(secret, id, body, now)
        val headers = mapOf("webhook-id" to id, "webhook-timestamp" to "${now.epochSecond}", "webhook-signature" to signature)
        val event = Verifier(secret).verify(body, headers, now).event()
        return JsonObject(event.toJson() + ("known" to JsonPrimitive(event.data !is UnknownData)))
    }

    private fun filled(value: JsonElement): JsonElement =
        when {
            value is JsonObject -> JsonObject(value.mapValues { filled(it.value) })
            value is JsonArray -> JsonArray(value.map(::filled))
            value is JsonPrimitive && value.isString && value.content.startsWith("$") -> saved.getValue(value.content.drop(1))
            else -> value
        }

    override fun close() {
        hooks.values.forEach { it.server.stop(0) }
        clients.values.forEach { it.close() }
    }
}

private fun told(error: OkpayException): JsonObject =
    jsonOf(
        "phase" to error.phase,
        "code" to error.code,
        "status" to error.status?.toLong(),
        "param" to error.param,
        "decline_code" to error.declineCode,
        "object" to error.objectId,
        "state" to error.state,
        "idempotency_key" to error.idempotencyKey,
        "request_id" to error.requestId,
    )

private fun wire(value: Any?): JsonElement =
    when (value) {
        is Model -> value.toJson()
        is JsonElement -> value
        else -> JsonNull
    }

private fun camel(name: String): String = Regex("_(.)").replace(name) { it.groupValues[1].uppercase() }

/** The value at a path; nothing where there is none. */
private fun at(
    value: JsonElement,
    path: String,
): JsonElement =
    path.split(".").map { it.replace("~1", ".") }.fold(value) { place, name ->
        when (place) {
            is JsonArray -> place.getOrNull(name.toInt())
            is JsonObject -> place[name]
            else -> null
        } ?: JsonNull
    }

/** A model of parameters. */
private fun made(
    model: KClass<*>,
    fields: Map<String, JsonElement>,
): Any? {
    val constructor = model.primaryConstructor!!
    val given =
        constructor.parameters.mapNotNull { parameter ->
            fields.entries.find { camel(it.key) == parameter.name }?.let { parameter to it.value }
        }
    return unwrapped { constructor.called(given.associate { (parameter, value) -> parameter to converted(value, parameter.type) }) }
}

/** What a user would write for a value of the wire form. */
private fun converted(
    value: JsonElement,
    type: KType,
): Any? {
    val kind = type.classifier as KClass<*>
    return when {
        kind == String::class -> {
            value.string
        }

        kind == Long::class -> {
            value.jsonPrimitive.long
        }

        kind == Boolean::class -> {
            value.jsonPrimitive.boolean
        }

        kind == Instant::class -> {
            Instant.parse(value.string)
        }

        kind == Money::class -> {
            Money.fromJson(value.jsonObject)
        }

        kind == List::class -> {
            value.jsonArray.map { converted(it, type.arguments.single().type!!) }
        }

        kind == Map::class -> {
            value.jsonObject.mapValues { it.value.string }
        }

        kind.isSubclassOf(OpenSet::class) -> {
            kind.primaryConstructor!!.call(value.string)
        }

        else -> {
            unwrapped {
                kind.companionObject!!
                    .functions
                    .first { it.name == "fromJson" }
                    .call(kind.companionObjectInstance, value.jsonObject)
            }
        }
    }
}

private fun KCallable<*>.called(arguments: Map<kotlin.reflect.KParameter, Any?>): Any? =
    if (this is KFunction<*> && isSuspend) runBlocking { callSuspendBy(arguments) } else callBy(arguments)

private fun unwrapped(work: () -> Any?): Any? =
    try {
        work()
    } catch (error: InvocationTargetException) {
        throw error.targetException
    }

/** A receiver of webhooks that answers 200 and keeps what came. */
class Hook {
    val received = LinkedBlockingQueue<Pair<Map<String, List<String>>, ByteArray>>()
    val server: HttpServer = HttpServer.create(InetSocketAddress("127.0.0.1", 0), 0)
    val url get() = "http://127.0.0.1:${server.address.port}/hook"

    init {
        server.createContext("/hook") { exchange ->
            received.add(exchange.requestHeaders.toMap() to exchange.requestBody.readAllBytes())
            exchange.sendResponseHeaders(200, -1)
            exchange.close()
        }
        server.start()
    }
}
