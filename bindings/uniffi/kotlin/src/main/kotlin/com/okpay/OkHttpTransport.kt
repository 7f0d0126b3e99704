package com.okpay

import com.okpay.core.coreVersion
import com.okpay.models.ErrorCode
import kotlinx.coroutines.suspendCancellableCoroutine
import okhttp3.Call
import okhttp3.Callback
import okhttp3.Dispatcher
import okhttp3.Interceptor
import okhttp3.MediaType
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody
import okhttp3.Response
import okio.BufferedSink
import java.io.IOException
import java.io.InterruptedIOException
import java.net.SocketTimeoutException
import java.time.Duration
import java.util.concurrent.SynchronousQueue
import java.util.concurrent.ThreadPoolExecutor
import java.util.concurrent.TimeUnit
import kotlin.coroutines.resume

/**
 * OkHttp, told to do nothing by itself: no second try, no redirect, no cache, no compression. An answer is read up to 8 MiB.
 *
 * @param base your own client, for proxies, pinned certificates or a network of your choice; connections and threads are shared with it.
 * @param userAgent is added to `User-Agent`, such as `bookshop/2.1`.
 */
public class OkHttpTransport
    @JvmOverloads
    constructor(
        base: OkHttpClient? = null,
        userAgent: String? = null,
    ) : Transport,
        AutoCloseable {
        private val isOwn = base == null
        private val agent =
            listOfNotNull("okpay-kotlin/${core { coreVersion() }} java/${System.getProperty("java.version")}", userAgent).joinToString(" ")
        private val http =
            (base?.newBuilder() ?: own())
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .followSslRedirects(false)
                .cache(null)
                .addNetworkInterceptor(watch)
                .build()

        override suspend fun send(
            request: HttpRequest,
            timeout: Duration,
        ): Outcome {
            val departure = Departure()
            val call =
                try {
                    http.newCall(built(request, departure))
                } catch (error: IllegalArgumentException) {
                    return Outcome.Failed(false, ErrorCode.CONNECT_FAILED, "OkHttp does not take the request: ${error.message}")
                }
            call.timeout().timeout(timeout.toMillis().coerceAtLeast(1), TimeUnit.MILLISECONDS)
            return suspendCancellableCoroutine { continuation ->
                continuation.invokeOnCancellation { call.cancel() }
                call.enqueue(Ending(departure) { continuation.resume(it) })
            }
        }

        private fun built(
            request: HttpRequest,
            departure: Departure,
        ): Request {
            val builder = Request.Builder().url(request.url).tag(Departure::class.java, departure)
            // OkHttp decompresses only what it asked for by itself; the signature is over the bytes that come.
            builder.header("Accept-Encoding", "identity").header("User-Agent", agent)
            request.headers.forEach { builder.addHeader(it.name, it.value) }
            return builder.method(request.method, if (request.method == "POST") Bytes(request.body) else null).build()
        }

        /** Ends idle connections, unless they are those of a client that was given. Calls under way go on; idle threads end by themselves. */
        override fun close() {
            // Not the threads: without them a call under way could not be tried again.
            if (isOwn) http.connectionPool.evictAll()
        }

        private companion object {
            const val MAX_ANSWER = 8L * 1024 * 1024
            const val CONNECT_SECONDS = 5L
            const val READ_SECONDS = 15L
            const val CONCURRENT = 64
            const val IDLE_SECONDS = 60L

            /** Calls go to one host, and threads of daemons let the process end. */
            fun own(): OkHttpClient.Builder {
                val threads =
                    ThreadPoolExecutor(0, Int.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, SynchronousQueue()) { work ->
                        Thread(work, "OKPay").apply { isDaemon = true }
                    }
                val dispatcher = Dispatcher(threads)
                dispatcher.maxRequests = CONCURRENT
                dispatcher.maxRequestsPerHost = CONCURRENT
                return OkHttpClient
                    .Builder()
                    .dispatcher(dispatcher)
                    .connectTimeout(CONNECT_SECONDS, TimeUnit.SECONDS)
                    .readTimeout(READ_SECONDS, TimeUnit.SECONDS)
            }

            /**
             * Stands between connection and request: what fails before has certainly not left. OkHttp repeats by itself what is answered by
             * a 503 with `Retry-After: 0`, which would use a nonce twice; the header says nothing else, and goes.
             */
            val watch =
                Interceptor { chain ->
                    chain.request().tag(Departure::class.java)?.mayHaveLeft = true
                    val response = chain.proceed(chain.request())
                    val isZero = response.header("Retry-After")?.trim()?.all { it == '0' } ?: false
                    if (isZero) response.newBuilder().removeHeader("Retry-After").build() else response
                }
        }

        private class Departure {
            @Volatile
            var mayHaveLeft = false
        }

        /** A body that OkHttp may send once. */
        private class Bytes(
            private val bytes: ByteArray,
        ) : RequestBody() {
            override fun contentType(): MediaType? = null

            override fun contentLength(): Long = bytes.size.toLong()

            override fun isOneShot(): Boolean = true

            override fun writeTo(sink: BufferedSink) {
                sink.write(bytes)
            }
        }

        private class Ending(
            private val departure: Departure,
            private val end: (Outcome) -> Unit,
        ) : Callback {
            override fun onFailure(
                call: Call,
                e: IOException,
            ): Unit = end(failed(e, ErrorCode.CONNECTION_LOST))

            override fun onResponse(
                call: Call,
                response: Response,
            ): Unit =
                end(
                    try {
                        response.use(::answered)
                    } catch (error: IOException) {
                        failed(error, ErrorCode.ANSWER_INCOMPLETE)
                    },
                )

            private fun answered(response: Response): Outcome {
                val source = response.body.source()
                if (source.request(MAX_ANSWER + 1)) {
                    return Outcome.Failed(true, ErrorCode.ANSWER_INCOMPLETE, "the answer is past $MAX_ANSWER bytes")
                }
                val headers = response.headers.map { (name, value) -> Header(name, value) }
                return Outcome.Answered(Answer(response.code, headers, source.readByteArray()))
            }

            private fun failed(
                error: IOException,
                otherwise: ErrorCode,
            ): Outcome {
                val code =
                    when {
                        // OkHttp's own word for the time of the whole call.
                        error is InterruptedIOException && error !is SocketTimeoutException -> ErrorCode.DEADLINE_EXCEEDED

                        !departure.mayHaveLeft -> ErrorCode.CONNECT_FAILED

                        error is SocketTimeoutException -> ErrorCode.TIMEOUT

                        else -> otherwise
                    }
                return Outcome.Failed(departure.mayHaveLeft, code, generateSequence<Throwable>(error) { it.cause }.joinToString(": "))
            }
        }
    }
