package com.okpay

import com.okpay.models.EventType
import com.okpay.webhooks.Verifier
import com.okpay.webhooks.Webhooks
import com.standardwebhooks.Webhook
import com.standardwebhooks.exceptions.WebhookVerificationException
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import java.time.Instant

/** Code by other hands, both ways: what we sign it accepts, what it signs we accept. */
class JudgesTest {
    private val secret = Webhooks.secret()
    private val body = """{"type": "payment.succeeded", "name": "größer 🎈"}"""

    @Test
    fun `Standard Webhooks accepts ours`() {
        val headers = Webhooks.signDelivery(listOf(secret), "evt_1", body.toByteArray()).mapValues { listOf(it.value) }
        Webhook(secret).verify(body, headers)
        assertThrows<WebhookVerificationException> { Webhook(secret).verify("$body ", headers) }
    }

    @Test
    fun `we accept those of Standard Webhooks`() {
        val now = Instant.now().epochSecond
        val signature = Webhook(secret).sign("evt_2", now, body)
        val headers = mapOf("webhook-id" to "evt_2", "webhook-timestamp" to "$now", "webhook-signature" to signature)
        assertEquals(EventType.PAYMENT_SUCCEEDED, Verifier(secret).verify(body.toByteArray(), headers).eventType)
        assertEquals("webhook_signature_mismatch", codeOf { Verifier(secret).verify("$body ".toByteArray(), headers) })
    }
}
