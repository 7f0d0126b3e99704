package com.example.till

import com.okpay.Client
import com.okpay.Credentials
import com.okpay.DeviceKey
import com.okpay.OkpayException
import com.okpay.models.Device
import com.okpay.models.ErrorCode
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch
import java.time.Clock
import java.util.Base64

/** Where a till stands before it may sell. */
sealed interface Enrolment {
    /** The merchant's server registers [publicKey] (`devices.create`) and tells the key id, which is typed or scanned here. */
    data class New(
        /** In base64. */
        val publicKey: String,
        /** Why the last key id did not do. */
        val refusal: OkpayException? = null,
    ) : Enrolment

    /** The gateway is asked what the till may do. */
    data object Checking : Enrolment

    /** The till may do what [device] says. */
    data class SignedIn(
        /** The till. */
        val till: Till,
        /** Its operations and limits. */
        val device: Device,
    ) : Enrolment

    /** The till is registered, and the gateway cannot be reached. */
    data class Offline(
        /** Why. */
        val error: OkpayException,
    ) : Enrolment

    /** Somebody revoked the till's key, for good. */
    data class Revoked(
        /** What the gateway said. */
        val error: OkpayException,
    ) : Enrolment
}

/** Signs a till in with a key of its own. */
class EnrolmentModel(
    private val shop: Shop,
    private val key: TillKey,
    private val notebook: Notebook,
    private val scope: CoroutineScope,
    private val clock: Clock = Clock.systemUTC(),
    private val connect: (Credentials) -> Client = { Client(it, shop.url, shop.gatewayKeys, shop.insecureHost) },
) {
    private val mutable = MutableStateFlow<Enrolment>(unregistered())

    /** Where it stands. */
    val state: StateFlow<Enrolment> = mutable.asStateFlow()

    /** At the start of the app, and to try again: signs in under the key id that the notebook has. */
    fun start() {
        notebook.keyId?.let(::signIn)
    }

    /** Signs in under the key id that the server told. */
    fun signIn(keyId: String) {
        mutable.value = Enrolment.Checking
        scope.launch { mutable.value = checked(keyId) }
    }

    /** After a revocation: makes a new key, to be registered anew. */
    fun renew() {
        scope.launch {
            key.renew()
            mutable.value = unregistered(forgotten())
        }
    }

    /** Forgets the old key id; gives what kept it from that. */
    private suspend fun forgotten(): OkpayException? =
        try {
            notebook.register(null)
            null
        } catch (error: OkpayException) {
            error
        }

    private suspend fun checked(keyId: String): Enrolment =
        try {
            val client = connect(DeviceKey(NamedKey(keyId, key)))
            val device = client.devices.current()
            notebook.register(keyId)
            Enrolment.SignedIn(Till(shop, client, notebook, clock) { mutable.value = Enrolment.Revoked(it) }, device)
        } catch (error: OkpayException) {
            when {
                error.code == ErrorCode.KEY_REVOKED -> Enrolment.Revoked(error)
                notebook.keyId == keyId -> Enrolment.Offline(error)
                else -> unregistered(error)
            }
        }

    private fun unregistered(refusal: OkpayException? = null) = Enrolment.New(Base64.getEncoder().encodeToString(key.publicKey), refusal)
}
