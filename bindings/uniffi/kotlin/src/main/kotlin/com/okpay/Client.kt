package com.okpay

import com.okpay.core.CoreCaller
import com.okpay.core.CoreSettings
import com.okpay.models.CallOutcome
import com.okpay.models.ErrorCode
import com.okpay.models.Event
import java.time.Duration

/**
 * Calls OKPay, from coroutines; [blocking] is the same for threads.
 *
 * ```
 * val client = Client(HmacKey(keyId, secret), "https://api.okpay.example", gatewayKeys)
 * val payment = client.payments.create(Money("19.99", "EUR"), MethodType.CARD, paymentMethod = card.id)
 * ```
 *
 * Coroutines and threads may share one. A coroutine that is cancelled gives its call up; what has left by then may still be executed,
 * and the exception says under which key: [idempotencyKey]. Methods may be called from the main thread: what they compute or wait for, they
 * do on [kotlinx.coroutines.Dispatchers.IO].
 */
public class Client private constructor(
    private val courier: Courier,
) : Operations(courier),
    AutoCloseable {
    private val waiting = BlockingOperations(courier)

    /**
     * Sets a client up; nothing is sent yet.
     *
     * @param credentials a [HmacKey] on servers, a [DeviceKey] on tills, a [PublishableKey] in the buyer's app; by default what
     *   `OKPAY_KEY_ID` and `OKPAY_SECRET` name.
     * @param baseUrl where the gateway is; `OKPAY_BASE_URL` by default. HTTPS, except on this machine.
     * @param gatewayKeys the gateway's public keys, `keyid=base64` with commas between; `OKPAY_GATEWAY_KEYS` by default. On this machine
     *   the sandbox is asked for its own.
     * @param insecureHost the one host that may be spoken to without TLS, with test keys: `10.0.2.2` is the Android emulator's.
     * @param timeout for a whole call with all its attempts.
     * @param maxAttempts how often a call is tried at most.
     * @param transport what carries the calls.
     * @param onAttempt is told of every attempt.
     * @param journal keeps every write from before its first try until its end, for [recover]: a [FileJournal].
     * @throws OkpayException.Invalid `invalid_configuration`, `invalid_url`, `invalid_key`.
     */
    @JvmOverloads
    public constructor(
        credentials: Credentials = Credentials.fromEnvironment(),
        baseUrl: String = environment("OKPAY_BASE_URL"),
        gatewayKeys: String? = System.getenv("OKPAY_GATEWAY_KEYS"),
        insecureHost: String? = null,
        timeout: Duration = Duration.ofSeconds(30),
        maxAttempts: Int = 3,
        transport: Transport = OkHttpTransport(),
        onAttempt: AttemptListener? = null,
        journal: Journal? = null,
    ) : this(
        Courier(
            core {
                val settings = CoreSettings(baseUrl, insecureHost, gatewayKeys, timeout.milliseconds("timeout"), count(maxAttempts))
                CoreCaller(settings, credentials.core())
            },
            "$baseUrl as $credentials",
            transport,
            onAttempt,
            journal,
        ),
    )

    /**
     * The same operations for threads that may wait: for Java, and for Kotlin without coroutines.
     *
     * An interrupt gives the call up, as an [OkpayException] with the code `cancelled`: a write that may have left is an
     * [OkpayException.OutcomeUnknown] with its key, one that has not an [OkpayException.NotSent], a read an [OkpayException.Unanswered]. The
     * thread stays interrupted: clear that with `Thread.interrupted()` before it asks what became of the write.
     */
    public fun blocking(): BlockingOperations = waiting

    /**
     * Has whoever waits for the resource of this event ask at once: for the handler of webhooks, behind the verifier. Nothing of the event is
     * handed on, so that its order does not matter. It costs next to nothing when nobody waits.
     */
    public fun notify(event: Event) {
        event.resourceId()?.let(courier.bells::ring)
    }

    /**
     * Asks the gateway what became of a call. `not_executed` is final: a key that the gateway has not seen is closed, so that a late
     * request under it is refused. A journal strikes the call off once its end is known.
     */
    public suspend fun resolve(
        idempotencyKey: String,
        options: CallOptions = CallOptions.NONE,
    ): CallOutcome = idempotency.resolve(idempotencyKey, options).also { courier.resolved(idempotencyKey, it.state) }

    /** [resolve] for threads that may wait. */
    @JvmOverloads
    public fun resolveBlocking(
        idempotencyKey: String,
        options: CallOptions = CallOptions.NONE,
    ): CallOutcome = blocking { resolve(idempotencyKey, options) }

    /**
     * Resolves every call that the journal holds open, oldest first: after a crash, before anything else. A call that another process is about
     * to send is closed by this, and refused there: share a journal only among processes that recover together.
     *
     * One journal is for one account: what was made at another gateway, or in the other mode, is not asked about, and `not_executed` is believed
     * of the client's own key alone.
     *
     * Calls that ended are struck off once all have been asked about, just before the list is given, so that a recovery that is cancelled loses
     * nothing. Whoever may crash before the replies are kept gives each call an idempotency key and a reference of their own, under which it is
     * found again.
     *
     * @throws OkpayException.Invalid `invalid_configuration` without a journal, `journal_failed` if it cannot be read.
     */
    public suspend fun recover(): List<Recovered> {
        val missing = "recovery needs a journal: Client(journal = FileJournal(path))"
        return courier.recover { idempotency.resolve(it) } ?: throw invalid(ErrorCode.INVALID_CONFIGURATION, missing, "journal")
    }

    /** [recover] for threads that may wait. */
    public fun recoverBlocking(): List<Recovered> = blocking { recover() }

    /** Ends idle connections, if the transport has any. Calls under way go on. */
    override fun close() {
        (courier.transport as? AutoCloseable)?.close()
    }

    override fun toString(): String = "Client($courier)"
}
