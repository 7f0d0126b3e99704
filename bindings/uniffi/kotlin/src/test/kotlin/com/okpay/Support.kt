package com.okpay

import com.okpay.models.CardDetails
import com.okpay.models.parseObject
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.assertThrows
import java.io.File
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.util.concurrent.TimeUnit

/** The root of the repository. */
val repository: File = generateSequence(File("").absoluteFile) { it.parentFile }.first { File(it, "tests/vectors").isDirectory }

fun vectors(name: String): JsonObject = parseObject(File(repository, "tests/vectors/$name.json").readText())

val JsonElement.string: String get() = jsonPrimitive.content

fun JsonObject.string(name: String): String? = this[name]?.takeIf { it is JsonPrimitive && it.isString }?.string

fun codeOf(raising: () -> Any?): String = assertThrows<OkpayException> { raising() }.code.value

/** A running `okpay sandbox`. */
class Sandbox : AutoCloseable {
    private val process: Process
    val details: Map<String, String>

    init {
        val program = System.getenv("OKPAY_PROGRAM") ?: File(repository, "target/debug/okpay").path
        process = ProcessBuilder(program, "sandbox", "--json", "--port", "0").redirectError(ProcessBuilder.Redirect.INHERIT).start()
        details = parseObject(process.inputReader().readLine()).filterValues { it is JsonPrimitive }.mapValues { it.value.string }
    }

    val url: String get() = details.getValue("url")

    fun key() = HmacKey(details.getValue("key_id"), details.getValue("secret"))

    fun client(
        transport: Transport = OkHttpTransport(),
        maxAttempts: Int = 3,
        onAttempt: AttemptListener? = null,
    ) = Client(key(), url, transport = transport, maxAttempts = maxAttempts, onAttempt = onAttempt)

    fun browser(clientSecret: String? = null) = Client(PublishableKey(details.getValue("publishable_key"), clientSecret), url)

    /** The token of a card. */
    fun card(number: String = "4242424242424242"): String =
        runBlocking { browser().paymentMethods.create(card = CardDetails(number, 12, 2040, "123")).id }

    /** Asks a control endpoint. */
    fun control(
        verb: String,
        path: String,
        body: String = "{}",
    ): JsonObject {
        val publisher = if (verb == "GET") BodyPublishers.noBody() else BodyPublishers.ofString(body)
        val request =
            java.net.http.HttpRequest
                .newBuilder(URI(url + path))
                .method(verb, publisher)
        request.header("Authorization", "Bearer ${details["control_token"]}").header("Content-Type", "application/json")
        val answer = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString())
        assertTrue(answer.statusCode() in 200..299) { "$verb $path: ${answer.body()}" }
        return parseObject(answer.body())
    }

    fun fault(
        kind: String,
        on: String,
        delay: Int = 0,
    ) = control("POST", "/sandbox/faults", """{"kind": "$kind", "on": "$on"${if (delay > 0) ", \"delay_ms\": $delay" else ""}}""")

    /** How often an operation was executed. */
    fun executed(operation: String): Int =
        control("GET", "/sandbox/requests")[operation]
            ?.jsonObject
            ?.get("executed")
            ?.string
            ?.toInt() ?: 0

    override fun close() {
        process.destroy()
        assertTrue(process.waitFor(30, TimeUnit.SECONDS))
    }

    companion object {
        /** One gateway that tests share which do not count. */
        val shared: Sandbox by lazy {
            Sandbox().also { sandbox -> Runtime.getRuntime().addShutdownHook(Thread { sandbox.process.destroy() }) }
        }
    }
}

/** Reports a list of cases that have passed, as `tests/vectors/README.md` has it. */
fun ran(
    file: String,
    list: String,
    cases: Int,
) {
    val report = System.getenv("OKPAY_CONFORMANCE") ?: return
    File(report).appendText("""{"file": "$file", "list": "$list", "cases": $cases}""" + "\n")
}
