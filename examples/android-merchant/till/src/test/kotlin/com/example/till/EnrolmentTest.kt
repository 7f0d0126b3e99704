package com.example.till

import com.okpay.OkpayException
import com.okpay.models.ErrorCode
import kotlinx.coroutines.flow.first
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class EnrolmentTest {
    @Test
    fun `signs in with a key of its own, and again at the next start`() =
        withPhone { phone ->
            val model = phone.enrolment()
            val device = phone.sandbox.register((model.state.value as Enrolment.New).publicKey, Phone.LIMITS)
            model.signIn(device.id)
            assertEquals(
                euros("20.00"),
                model.state
                    .of<Enrolment.SignedIn>()
                    .device.limits.refund,
            )
            phone.kill()
            val next = phone.enrolment()
            next.start()
            assertEquals(
                device.id,
                next.state
                    .of<Enrolment.SignedIn>()
                    .device.id,
            )
        }

    @Test
    fun `a key id that is not this till's does not sign it in`() =
        withPhone { phone ->
            val model = phone.enrolment()
            val other =
                phone.sandbox.register(
                    java.util.Base64
                        .getEncoder()
                        .encodeToString(JdkKey().publicKey),
                    Phone.LIMITS,
                )
            model.signIn(other.id)
            val refused = model.state.of<Enrolment.New> { it.refusal != null }
            assertTrue(refused.refusal is OkpayException.Rejected)
            assertEquals(null, phone.notebook().keyId)
        }

    @Test
    fun `without a network it stays registered`() =
        withPhone { phone ->
            phone.signIn()
            phone.kill()
            phone.sandbox.fault("unavailable", "devices.current", count = 3)
            val model = phone.enrolment()
            model.start()
            assertEquals(
                ErrorCode.SERVICE_UNAVAILABLE,
                model.state
                    .of<Enrolment.Offline>()
                    .error.code,
            )
            model.start()
            model.state.of<Enrolment.SignedIn>()
        }

    @Test
    fun `a device that is revoked stops at its next call, and needs a new key`() =
        withPhone { phone ->
            val model = phone.enrolment()
            val first = (model.state.value as Enrolment.New).publicKey
            val device = phone.sandbox.register(first, Phone.LIMITS)
            model.signIn(device.id)
            val sales = SaleModel(model.state.of<Enrolment.SignedIn>().till, phone.scope)
            phone.sandbox.server.devices
                .revoke(device.id)
            sales.charge("5.00")
            assertEquals(
                "The key was revoked",
                model.state
                    .of<Enrolment.Revoked>()
                    .error
                    .advice("en")
                    .title,
            )
            assertEquals(
                ErrorCode.KEY_REVOKED,
                sales.state
                    .of<SaleState.Typing> { it.refusal != null }
                    .refusal
                    ?.code,
            )
            assertEquals(0, phone.sandbox.executed("checkout_sessions.create"))

            model.renew()
            val second = model.state.of<Enrolment.New>().publicKey
            assertNotEquals(first, second)
            model.signIn(phone.sandbox.register(second, Phone.LIMITS).id)
            assertEquals("Till 7", model.state.first { it is Enrolment.SignedIn }.let { (it as Enrolment.SignedIn).device.name })
        }
}
