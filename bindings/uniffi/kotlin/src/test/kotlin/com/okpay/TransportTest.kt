package com.okpay

import com.okpay.models.ErrorCode
import kotlinx.coroutines.runBlocking
import okhttp3.OkHttpClient
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.BufferedReader
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.concurrent.thread

/** OkHttp does nothing by itself, and what may have left is told from what has certainly not. */
class TransportTest {
    /** A server that answers each connection's request with these bytes, and keeps the heads of the requests. */
    private class Answering(
        private val answer: (Socket) -> Unit,
    ) : AutoCloseable {
        private val server = ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))
        val heads = CopyOnWriteArrayList<List<String>>()
        val url = "http://127.0.0.1:${server.localPort}/"

        init {
            thread(isDaemon = true) {
                while (!server.isClosed) runCatching { server.accept().use(::handle) }
            }
        }

        private fun handle(socket: Socket) {
            val reader = socket.getInputStream().bufferedReader()
            heads.add(generateSequence { reader.readLine()?.ifEmpty { null } }.toList())
            reader.skipBody(heads.last())
            answer(socket)
        }

        private fun BufferedReader.skipBody(head: List<String>) {
            val length =
                head
                    .firstOrNull { it.startsWith("content-length:", true) }
                    ?.substringAfter(":")
                    ?.trim()
                    ?.toLong() ?: 0
            skip(length)
        }

        override fun close() = server.close()
    }

    private fun answering(text: String) = Answering { it.getOutputStream().write(text.toByteArray()) }

    private fun send(
        url: String,
        method: String = "POST",
        timeout: Duration = Duration.ofSeconds(20),
        transport: OkHttpTransport = OkHttpTransport(),
    ): Outcome = runBlocking { transport.send(HttpRequest(method, url, emptyList(), ByteArray(0)), timeout) }

    private fun failed(outcome: Outcome): Pair<Boolean, ErrorCode> = (outcome as Outcome.Failed).run { mayHaveLeft to code }

    @Test
    fun `nothing is sent twice`() {
        for (status in listOf(
            "503 Unavailable\r\nRetry-After: 0",
            "408 Timeout",
            "421 Misdirected",
            "401 No\r\nWWW-Authenticate: Basic",
            "307 Elsewhere\r\nLocation: /x",
        )) {
            for (method in listOf("GET", "POST")) {
                answering("HTTP/1.1 $status\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").use { server ->
                    val answer = (send(server.url, method) as Outcome.Answered).answer
                    assertEquals(status.substringBefore(' ').toInt(), answer.status)
                    assertEquals(1, server.heads.size) { "$method $status" }
                }
            }
        }
    }

    @Test
    fun `nothing is compressed or decompressed, and a gateway is told who asks`() =
        answering("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc").use { server ->
            val answer = (send(server.url, transport = OkHttpTransport(userAgent = "till/1")) as Outcome.Answered).answer
            assertEquals("abc", answer.body.decodeToString())
            assertEquals("gzip", answer.header("content-encoding"))
            val head = server.heads.single().map { it.lowercase() }
            assertTrue("accept-encoding: identity" in head)
            assertTrue(head.any { Regex("user-agent: okpay-kotlin/0\\.\\d+\\.\\d+ java/\\S+ till/1").matches(it) }) { "$head" }
        }

    @Test
    fun `what is too large or cut short is no answer`() {
        val large = 8 * 1024 * 1024 + 1
        for ((length, size) in listOf(large to large, 10 to 5)) {
            Answering { socket ->
                val head = "HTTP/1.1 200 OK\r\nContent-Length: $length\r\nConnection: close\r\n\r\n"
                runCatching { socket.getOutputStream().write(head.toByteArray() + ByteArray(size)) }
            }.use { assertEquals(true to ErrorCode.ANSWER_INCOMPLETE, failed(send(it.url))) }
        }
        Answering { socket ->
            socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: ${large - 1}\r\n\r\n".toByteArray() + ByteArray(large - 1))
        }.use { assertEquals(large - 1, (send(it.url) as Outcome.Answered).answer.body.size) }
    }

    @Test
    fun `what was never connected has not left`() {
        val port = ServerSocket(0).use { it.localPort }
        val nobody = "http://127.0.0.1:$port/"
        answering("this is no TLS").use { plain ->
            for (url in listOf(nobody, "https://nobody.invalid/", plain.url.replace("http:", "https:"), "ftp://127.0.0.1/")) {
                assertEquals(false to ErrorCode.CONNECT_FAILED, failed(send(url))) { url }
            }
        }
    }

    @Test
    fun `what broke after may have left`() {
        Answering { it.setSoLinger(true, 0) }.use { assertEquals(true to ErrorCode.CONNECTION_LOST, failed(send(it.url))) }
        ServerSocket(0).use { silent ->
            val url = "http://127.0.0.1:${silent.localPort}/"
            assertEquals(true to ErrorCode.DEADLINE_EXCEEDED, failed(send(url, timeout = Duration.ofMillis(200))))
            val hasty = OkHttpTransport(OkHttpClient.Builder().readTimeout(Duration.ofMillis(200)).build())
            assertEquals(true to ErrorCode.TIMEOUT, failed(send(url, transport = hasty)))
        }
    }

    @Test
    fun `a client that was given stays open`() {
        val base = OkHttpClient()
        answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").use { server ->
            val transport = OkHttpTransport(base)
            send(server.url, transport = transport)
            assertEquals(1, base.connectionPool.idleConnectionCount())
            transport.close()
        }
        assertEquals(1, base.connectionPool.idleConnectionCount())
        assertFalse(base.dispatcher.executorService.isShutdown)
    }
}
