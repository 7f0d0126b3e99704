package com.example.till

import com.okpay.Client
import com.okpay.Credentials
import com.okpay.HmacKey
import com.okpay.Money
import com.okpay.OkHttpTransport
import com.okpay.PublishableKey
import com.okpay.Transport
import com.okpay.models.CardDetails
import com.okpay.models.Device
import com.okpay.models.DeviceLimits
import com.okpay.models.MethodType
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import org.junit.jupiter.api.Assertions.assertTrue
import java.io.File
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.nio.file.Files
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.Signature
import java.time.Clock
import java.time.Duration
import java.time.ZoneOffset
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds

fun euros(amount: String) = Money(amount, "EUR")

/** A till's key in the JDK's hands: signed by another implementation than the SDK's own, as on a phone. */
class JdkKey : TillKey {
    private var pair = made()

    override val publicKey: ByteArray get() =
        pair.public.encoded
            .takeLast(PUBLIC_BYTES)
            .toByteArray()

    override fun sign(bytes: ByteArray): ByteArray =
        Signature.getInstance("Ed25519").run {
            initSign(pair.private)
            update(bytes)
            sign()
        }

    override fun renew() {
        pair = made()
    }

    private fun made(): KeyPair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair()

    private companion object {
        const val PUBLIC_BYTES = 32
    }
}

/** A running `okpay sandbox`, with the merchant's server and the customer. */
class Sandbox : AutoCloseable {
    private val process: Process
    private val details: JsonObject

    init {
        val program = checkNotNull(System.getenv("OKPAY_PROGRAM")) { "OKPAY_PROGRAM names the program okpay: cargo build -p okpay-cli" }
        process = ProcessBuilder(program, "sandbox", "--json", "--port", "0").redirectError(ProcessBuilder.Redirect.INHERIT).start()
        details = Json.parseToJsonElement(process.inputReader().readLine()).jsonObject
    }

    val url: String get() = text("url")

    /** The merchant's server. */
    val server = Client(HmacKey(text("key_id"), text("secret")), url)

    /** Registers a till's key, as a server does. */
    suspend fun register(
        publicKey: String,
        limits: DeviceLimits,
    ): Device = server.devices.create("Till 7", publicKey, limits, OPERATIONS)

    /** The customer opens the page that the code holds, and pays by card. */
    suspend fun pay(
        sale: Sale,
        card: String = "4242424242424242",
    ) {
        val buyer = Client(PublishableKey(text("publishable_key")), url)
        val token = buyer.use { it.paymentMethods.create(CardDetails(card, expMonth = 12, expYear = 2040, cvc = "123")).id }
        server.checkoutSessions.confirm(sale.id!!, MethodType.CARD, paymentMethod = token)
    }

    /** The customer's wallet sends coins. */
    fun send(
        sale: Sale,
        amount: Money,
        confirmations: Int,
    ) = control("POST", "/sandbox/payments/${sale.id}/receive", """{"amount": ${amount.toJson()}, "confirmations": $confirmations}""")

    /** The customer's wallet asks its owner, who decides. */
    fun decide(
        sale: Sale,
        approve: Boolean,
    ) = control("POST", "/sandbox/payments/${sale.id}/authenticate", """{"approve": $approve}""")

    fun advance(time: Duration) = control("POST", "/sandbox/clock/advance", """{"seconds": ${time.seconds}}""")

    /** The sandbox's own time. */
    fun clock(): Clock {
        val offset = control("GET", "/sandbox/clock").getValue("offset_ms").jsonPrimitive.long
        return Clock.offset(Clock.systemUTC(), Duration.ofMillis(offset))
    }

    fun fault(
        kind: String,
        on: String,
        count: Int = 1,
    ) = control("POST", "/sandbox/faults", """{"kind": "$kind", "on": "$on", "count": $count, "delay_ms": 60000}""")

    fun clearFaults() = control("POST", "/sandbox/faults/clear")

    /** How often an operation was executed. */
    fun executed(operation: String): Int =
        control("GET", "/sandbox/requests")[operation]
            ?.jsonObject
            ?.get("executed")
            ?.jsonPrimitive
            ?.int ?: 0

    private fun control(
        verb: String,
        path: String,
        body: String = "{}",
    ): JsonObject {
        val publisher = if (verb == "GET") BodyPublishers.noBody() else BodyPublishers.ofString(body)
        val request = HttpRequest.newBuilder(URI(url + path)).method(verb, publisher)
        request.header("Authorization", "Bearer ${text("control_token")}").header("Content-Type", "application/json")
        val answer = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString())
        assertTrue(answer.statusCode() in 200..299) { "$verb $path: ${answer.body()}" }
        return Json.parseToJsonElement(answer.body()) as? JsonObject ?: JsonObject(emptyMap())
    }

    private fun text(name: String): String = (details.getValue(name) as JsonPrimitive).content

    override fun close() {
        server.close()
        process.destroy()
        assertTrue(process.waitFor(30, TimeUnit.SECONDS))
    }

    private companion object {
        val OPERATIONS =
            listOf(
                "checkout_sessions.create",
                "checkout_sessions.retrieve",
                "checkout_sessions.expire",
                "payments.create",
                "payments.retrieve",
                "payments.cancel",
                "payments.list",
                "refunds.create",
                "refunds.retrieve",
                "transactions.list",
            )
    }
}

/** A phone with the till's app on it: what stays when the app ends is the key and the notebook's file. */
class Phone(
    val sandbox: Sandbox,
    private val test: TestScope,
) {
    private val key = JdkKey()
    private val file = Files.createTempDirectory("till").resolve("notebook.json").toFile()
    private var process = Job()

    /** The app's scope, which ends with it. */
    var scope = CoroutineScope(test.coroutineContext + process)
        private set

    /** How the app reaches the gateway. */
    var transport: Transport = OkHttpTransport()
    var maxAttempts = 3

    fun enrolment() = EnrolmentModel(shop(), key, Notebook(file), scope, sandbox.clock(), ::client)

    /** The app starts, is registered by the server if it is new, and signs in. */
    suspend fun signIn(limits: DeviceLimits = LIMITS): Till {
        val model = enrolment()
        val new = model.state.value as Enrolment.New
        if (file.exists()) model.start() else model.signIn(sandbox.register(new.publicKey, limits).id)
        return model.state.of<Enrolment.SignedIn>().till
    }

    /** The system ends the app, whatever it is doing. */
    suspend fun kill() {
        process.cancel()
        process.children.forEach { it.join() }
        process = Job()
        scope = CoroutineScope(test.coroutineContext + process)
    }

    /** The disk is full, or has room again: where the notebook would write is something that it cannot write to. */
    fun fillDisk(isFull: Boolean = true) {
        val draft = File("$file.new")
        assertTrue(if (isFull) draft.mkdir() else draft.delete())
    }

    /** What the file says, read as at the next start. */
    fun notebook() = Notebook(file)

    private fun client(credentials: Credentials) = Client(credentials, sandbox.url, transport = transport, maxAttempts = maxAttempts)

    private fun shop() = Shop(sandbox.url, currency = "EUR", sign = SIGN, zone = ZoneOffset.UTC)

    companion object {
        val SIGN = ShopSign("The Corner Shop", "Dublin", "IE", "5411")
        val LIMITS = DeviceLimits(payment = euros("100.00"), refund = euros("20.00"), refundsPerDay = euros("30.00"))
    }
}

/** The next state of a kind, of those that fit. */
suspend inline fun <reified T> StateFlow<*>.of(crossinline fits: (T) -> Boolean = { true }): T = filterIsInstance<T>().first { fits(it) }

/** Types an amount on the keypad and charges it. */
fun SaleModel.charge(
    amount: String,
    way: Way = Way.CHECKOUT,
) {
    amount.filter { it != '.' }.forEach { press(it.digitToInt()) }
    charge(way)
}

/** A sale that is paid by card. */
suspend fun SaleModel.paid(
    phone: Phone,
    amount: String,
): SaleState.Paid {
    charge(amount)
    val waiting = state.of<SaleState.Waiting> { it.prompt != null }
    phone.sandbox.pay(waiting.sale)
    return state.of()
}

/** Runs a test with a phone and a gateway of its own. */
fun withPhone(test: suspend TestScope.(Phone) -> Unit) =
    Sandbox().use { sandbox ->
        runTest(timeout = 60.seconds) {
            val phone = Phone(sandbox, this)
            test(phone)
            phone.kill()
        }
    }
