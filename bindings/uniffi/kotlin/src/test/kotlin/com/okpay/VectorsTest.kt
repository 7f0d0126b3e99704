package com.okpay

import com.okpay.fees.FeeSchedule
import com.okpay.models.Bearer
import com.okpay.models.Offer
import com.okpay.models.QuoteRequest
import com.okpay.models.jsonOf
import com.okpay.models.time
import com.okpay.models.wire
import com.okpay.official.OfficialList
import com.okpay.signing.AnsweredRequest
import com.okpay.signing.Signing
import com.okpay.totp.TotpAlgorithm
import com.okpay.totp.TotpKey
import com.okpay.webhooks.Verifier
import com.okpay.webhooks.Webhooks
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
import kotlinx.serialization.json.longOrNull
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.TestFactory
import java.math.BigInteger
import java.time.Duration
import java.time.Instant
import java.util.HexFormat

/** The published vectors, as they are. */
class VectorsTest {
    private val fees = vectors("fees")
    private val requests = vectors("okpay_requests")
    private val answers = vectors("okpay_answers")
    private val webhooks = vectors("standard_webhooks")

    /** One test a case of a list in a file, named as in `tests/vectors/README.md`; a list that passes is reported. */
    private fun cases(
        file: String,
        list: String,
        test: (JsonObject) -> Unit,
    ): List<DynamicTest> {
        val found = list.split(".").fold<String, JsonElement>(vectors(file)) { place, name -> place.jsonObject.getValue(name) }
        val cases = if (found is JsonObject) found.map { (name, value) -> jsonOf("name" to name, "value" to value) } else found.jsonArray
        var passed = 0
        val tests =
            cases.mapIndexed { number, written ->
                val case = written as? JsonObject ?: jsonOf("value" to written)
                DynamicTest.dynamicTest(case.string("name") ?: "$number") {
                    test(case)
                    passed += 1
                }
            }
        val last =
            DynamicTest.dynamicTest("all of $list") {
                assertTrue(tests.isNotEmpty() && passed == tests.size)
                ran("vectors/$file.json", list, passed)
            }
        return tests + last
    }

    private val official = vectors("official")

    @TestFactory
    fun `what is official`() =
        cases("official", "checks") {
            val list = OfficialList(official.string("envelope")!!, listOf(official.string("public_key")!!))
            val subject = it.getValue("subject").jsonObject
            val value = subject.string("value")!!
            val check =
                when (subject.string("kind")) {
                    "url" -> list.url(value)
                    "email" -> list.email(value)
                    "phone" -> list.phone(value)
                    else -> list.social(subject.string("platform")!!, value)
                }
            val told = listOf(check.verdict.value, check.reason.value, check.normalized, check.entry)
            assertEquals(listOf("verdict", "reason", "normalized", "entry").map(it::string), told)
        }

    @TestFactory
    fun `official lists`() =
        cases("official", "loads") {
            val change = it["replace"]?.jsonArray?.map { text -> text.string }
            val written = official.string("envelope")!!
            val envelope = if (change == null) written else written.replace(change[0], change[1])
            val keys = listOf(it.string("public_key") ?: official.string("public_key")!!)
            val load = { OfficialList(envelope, keys, it.string("last_accepted_version")) }
            val refusal = it.string("error")
            if (refusal == null) assertEquals("2026-11-01.2", load().version) else assertEquals(refusal, codeOf { load() })
        }

    @TestFactory
    fun currencies() =
        cases("iso4217", "exponents") {
            val code = it.string("name")!!
            if (it["value"] is JsonNull) {
                assertEquals("unknown_currency", codeOf { Money.placesOf(code) })
            } else {
                assertEquals(it.getValue("value").jsonPrimitive.int, Money.placesOf(code))
            }
        }

    @TestFactory
    fun roundings() =
        cases("rounding", "division") { row ->
            val (numerator, denominator) = listOf("num", "den").map { BigInteger(row.getValue(it).string) }
            modes(row) { Money.divide(numerator, denominator, it) }
        }

    @TestFactory
    fun `roundings of fees`() =
        cases("rounding", "fee") { row ->
            val (amount, rate, fixed) = listOf("amount_minor", "rate_bps", "fixed_minor").map { BigInteger(row.getValue(it).string) }
            val base = BigInteger.valueOf(10_000)
            modes(row) { Money.divide(amount * rate + fixed * base, base, it) }
        }

    private fun modes(
        row: JsonObject,
        divide: (String) -> BigInteger,
    ) = listOf("half_up", "half_even", "half_down", "up", "down", "ceiling", "floor").forEach { mode ->
        assertEquals(BigInteger(row.getValue(mode).string), divide(mode)) { mode }
    }

    // Fees

    @TestFactory
    fun fees() =
        cases("fees", "cases") { case ->
            val schedule =
                FeeSchedule.fromJson(
                    fees
                        .getValue("schedules")
                        .jsonObject
                        .getValue(case.string("schedule")!!)
                        .toString(),
                )
            try {
                assertEquals(case["expect"], ask(schedule, case))
            } catch (error: OkpayException) {
                assertEquals(case["error"], jsonOf("code" to error.code, "param" to error.param))
            }
        }

    private fun ask(
        schedule: FeeSchedule,
        case: JsonObject,
    ): JsonElement {
        val request = request(case)
        return when (val kind = case.string("do")) {
            "quote" -> {
                schedule.quote(request).toJson()
            }

            "gross_up" -> {
                schedule.grossUp(request).toJson()
            }

            "max_withdrawal" -> {
                schedule.maxWithdrawal(request).toJson()
            }

            "compare" -> {
                JsonArray(schedule.compare(request, case["methods"]?.jsonArray?.map { it.string }.orEmpty()).map(::offered))
            }

            else -> {
                assertEquals("batch", kind)
                val amounts = case.getValue("amounts").jsonArray.map { it.jsonPrimitive.long }
                val columns = schedule.quoteMany(amounts.toLongArray(), request)
                jsonOf(
                    "gross" to columns.gross.toList(),
                    "fee" to columns.fee.toList(),
                    "net" to columns.net.toList(),
                    "rule" to columns.rule.map { it.toLong() },
                )
            }
        }
    }

    private fun request(case: JsonObject): QuoteRequest {
        val request = case.getValue("request").jsonObject
        val given = { name: String -> request[name]?.takeUnless { it is JsonNull } }
        return QuoteRequest(
            operation = request.string("operation")!!,
            method = request.string("method")!!,
            amount = Money.fromJson(request.getValue("amount").jsonObject),
            at = (given("at") ?: case.getValue("now")).time(),
            bearer = given("bearer")?.let { Bearer(it.string) },
            coupon = given("coupon")?.string,
            facts = given("facts")?.jsonObject?.mapValues { it.value.string },
            monthlyVolume = given("monthly_volume")?.let { Money.fromJson(it.jsonObject) },
        )
    }

    private fun offered(offer: Offer): JsonElement {
        val told = jsonOf("method" to offer.method, "facts" to offer.facts)
        val quote = offer.quote ?: return JsonObject(told + jsonOf("code" to offer.code, "param" to offer.param))
        return JsonObject(told + jsonOf("fee" to quote.fee, "rule_id" to quote.ruleId))
    }

    @TestFactory
    fun `schedules load or say where they are wrong`() =
        cases("fees", "loads") { case ->
            var schedule: JsonElement = fees.getValue("schedules").jsonObject.getValue(case.string("schedule")!!)
            for (change in case.getValue("changes").jsonArray.map { it.jsonObject }) {
                schedule = changed(schedule, change.string("path")!!.split("/").drop(1), change["value"])
            }
            val expected = case["error"]?.takeUnless { it is JsonNull }
            try {
                FeeSchedule.fromJson(schedule.toString())
                assertNull(expected)
            } catch (error: OkpayException.Invalid) {
                assertEquals(expected, jsonOf("code" to error.code, "param" to error.param))
            }
        }

    private fun changed(
        place: JsonElement,
        path: List<String>,
        value: JsonElement?,
    ): JsonElement {
        if (path.isEmpty()) return value!!
        val (name, rest) = path.first() to path.drop(1)
        if (place is JsonArray) {
            val number = name.toInt()
            return JsonArray(place.mapIndexed { index, member -> if (index == number) changed(member, rest, value) else member })
        }
        val members = place.jsonObject
        if (rest.isEmpty() && value == null) return JsonObject(members - name)
        return JsonObject(members + (name to changed(members[name] ?: JsonNull, rest, value)))
    }

    @TestFactory
    fun envelopes() =
        cases("fees", "envelopes") { case ->
            val (text, keys) = case.getValue("envelope").toString() to listOf(case.string("public_key")!!)
            val schedule = FeeSchedule.fromEnvelope(text, keys)
            assertTrue(schedule.isVerified)
            assertEquals(case.getValue("envelope").jsonObject.string("schedule"), schedule.text)
            assertFalse(FeeSchedule.fromJson(schedule.text).isVerified)
            val forged = text.replace("1.5", "0.5")
            assertEquals("envelope_signature_invalid", codeOf { FeeSchedule.fromEnvelope(forged, keys) })
        }

    // Signing

    private fun hex(text: String) = HexFormat.of().parseHex(text)

    private fun keyOf(case: JsonObject): SigningKey {
        val keys = requests.getValue("rfc9421_test_keys").jsonObject
        return when (case.string("alg")) {
            "hmac-sha256" -> HmacKey(case.string("keyid")!!, hex(keys.string("hmac_hex")!!))
            else -> Ed25519Key(case.string("keyid")!!, hex(keys.string("ed25519_seed_hex")!!))
        }
    }

    @TestFactory
    fun requests() =
        cases("okpay_requests", "cases") { case ->
            val (created, nonce) = Instant.ofEpochSecond(1_767_225_600) to "b3k2pp5k7z50gnwpyemd01"
            val (method, url, body) = Triple(case.string("method")!!, case.string("url")!!, case.string("body")!!.toByteArray())
            val given = case.getValue("headers").jsonObject.filterKeys { it == "content-type" || it == "idempotency-key" }
            val headers = given.map { (name, value) -> Header(name, value.string) }
            val signed = Signing.signRequest(method, url, headers, body, keyOf(case), created, nonce)
            val wanted = mutableMapOf("Signature-Input" to case.string("signature_input"), "Signature" to case.string("signature"))
            if (body.isNotEmpty()) wanted["Content-Digest"] = case.getValue("headers").jsonObject.string("content-digest")
            assertEquals(wanted, signed.associate { it.name to it.value }.mapKeys { (name, _) -> wanted.keys.first { it.equals(name, true) } })
            val proven = Signing.verifyRequest(method, url, headers + signed, body, keyOf(case), created)
            assertEquals(listOf(case.string("keyid"), case.string("alg"), nonce), listOf(proven.keyId, proven.algorithm, proven.nonce))
            assertEquals(case.string("keyid"), Signing.claimedKeyId(method, url, headers + signed, body))
            val tampered = { Signing.verifyRequest(method, url + "x", headers + signed, body, keyOf(case), created) }
            assertEquals("signature_invalid", codeOf(tampered))
        }

    private fun gatewayKeys() = listOf(PublicKey(answers.string("keyid")!!, hex(answers.getValue("keys").jsonObject.string("ed25519_public_hex")!!)))

    private fun requestOf(
        case: JsonObject,
        nonce: String,
        keyId: String,
    ): AnsweredRequest? = case.string(nonce)?.let { AnsweredRequest(it, case.string(keyId) ?: answers.string(keyId)!!) }

    @TestFactory
    fun answers() =
        cases("okpay_answers", "cases") { case ->
            val key = Ed25519Key(answers.string("keyid")!!, hex(answers.getValue("keys").jsonObject.string("ed25519_seed_hex")!!))
            assertEquals(gatewayKeys(), listOf(key.publicKey))
            val headers = listOfNotNull(case.string("content_type")?.ifEmpty { null }?.let { Header("Content-Type", it) })
            val (status, body) = case.getValue("status").jsonPrimitive.int to case.string("body")!!.toByteArray()
            val created = Instant.ofEpochSecond(case.getValue("created").jsonPrimitive.long)
            val request = requestOf(case, "nonce", "okpay_key_id")
            val signed = Signing.signAnswer(status, headers, body, key, created, request)
            val fields = signed.associate { it.name.lowercase() to it.value }
            assertEquals(case.string("signature_input") to case.string("signature"), fields["signature-input"] to fields["signature"])
            val proven = Signing.verifyAnswer(status, headers + signed, body, gatewayKeys(), request)
            assertEquals(listOf(created, case.string("keyid"), case.string("nonce")), listOf(proven.created, proven.keyId, proven.request?.nonce))
        }

    @TestFactory
    fun `refused answers`() =
        cases("okpay_answers", "refused") { case ->
            val headers =
                when (val given = case.getValue("headers")) {
                    is JsonObject -> given.map { (name, value) -> Header(name, value.string) }
                    else -> given.jsonArray.map { Header(it.jsonArray[0].string, it.jsonArray[1].string) }
                }
            val expected = requestOf(case, "expected_nonce", "expected_key_id")
            val (status, body) = case.getValue("status").jsonPrimitive.int to case.string("body")!!.toByteArray()
            assertEquals(case.string("code"), codeOf { Signing.verifyAnswer(status, headers, body, gatewayKeys(), expected) })
        }

    @TestFactory
    fun digests() =
        cases("rfc9530", "vectors") { case ->
            val (field, body) = case.string("field_value")!! to hex(case.string("body_hex")!!)
            Signing.verifyContentDigest(field, body)
            if (case.string("alg") == "sha-256") assertEquals(field, Signing.contentDigest(body))
            assertEquals("digest_mismatch", codeOf { Signing.verifyContentDigest(field, body + '!'.code.toByte()) })
        }

    @TestFactory
    fun `ambiguous digests`() =
        cases("rfc9530", "negative_or_ambiguous") { case ->
            for (body in listOf("{\"hello\": \"world\"}", "{\"hello\": \"world\"}\n")) {
                codeOf { Signing.verifyContentDigest(case.string("field_value")!!, body.toByteArray()) }
            }
        }

    @TestFactory
    fun `digests of RFC 9421`() =
        cases("rfc9421", "content_digest_checks") { case ->
            val verify = { Signing.verifyContentDigest(case.string("content_digest")!!, case.string("body")!!.toByteArray()) }
            if (case.getValue("matches").jsonPrimitive.boolean) verify() else assertEquals("digest_mismatch", codeOf(verify))
        }

    @TestFactory
    fun `signatures of another profile are refused`() =
        cases("rfc9421", "signature_vectors") { case ->
            val (method, target) = case.string("start_line")!!.split(" ")
            val own = case.getValue("headers").jsonArray.map { field -> field.jsonArray.let { Header(it[0].string, it[1].string) } }
            val signed = listOf("Signature-Input" to "signature_input", "Signature" to "signature").map { Header(it.first, case.string(it.second)!!) }
            val body = case.string("body")!!.toByteArray()
            val verify = { Signing.verifyRequest(method, "https://example.com$target", own + signed, body, keyOf(case)) }
            assertEquals("signature_invalid", codeOf(verify))
        }

    // One-time codes

    private fun seed(algorithm: String) =
        vectors("totp")
            .getValue("seeds")
            .jsonObject
            .string(algorithm)!!
            .toByteArray()

    @TestFactory
    fun `one-time codes`() =
        cases("totp", "totp") { case ->
            val (algorithm, code) = case.string("alg")!! to case.string("totp")!!
            val key = TotpKey(seed(algorithm), TotpAlgorithm.valueOf(algorithm), 8)
            val now = Instant.ofEpochSecond(case.getValue("time").jsonPrimitive.long)
            assertEquals(code, key.code(now))
            assertEquals(case.string("T")!!.toLong(16), key.verify(code, now, 0))
        }

    @TestFactory
    fun counters() =
        cases("totp", "hotp_sha1_6digits") { case ->
            val now = Instant.ofEpochSecond(case.getValue("counter").jsonPrimitive.long * 30)
            assertEquals(case.string("hotp"), TotpKey(seed("SHA1")).code(now))
        }

    private fun signedWithKey(field: String) =
        Signing.signRequest("POST", "https://api.okpay.test/v1/refunds", listOf(Header("Idempotency-Key", field)), ByteArray(0), someKey())

    private fun someKey() = HmacKey("okp_test_kid_1", ByteArray(32))

    @TestFactory
    fun `idempotency keys`() =
        cases("http_fields", "idempotency_key.valid") { case ->
            val field = case.string("name") ?: case.getValue("value").string
            assertTrue("\"idempotency-key\"" in signedWithKey(field).first { it.name.equals("Signature-Input", true) }.value)
        }

    @TestFactory
    fun `malformed idempotency keys`() =
        cases("http_fields", "idempotency_key.invalid") { case ->
            assertEquals("idempotency_key_invalid", codeOf { signedWithKey(case.string("name") ?: case.getValue("value").string) })
        }

    /** The wait that an answer with this header asks for. */
    private fun waitAfter(
        name: String,
        value: String,
    ): Duration? {
        val heard = mutableListOf<AttemptReport>()
        val transport = Transport { _, _ -> Outcome.Answered(Answer(503, listOf(Header(name, value)), ByteArray(0))) }
        val keys = gatewayKeys().joinToString(",")
        val client = Client(someKey(), "https://api.okpay.test", keys, maxAttempts = 1, transport = transport, onAttempt = { heard.add(it) })
        assertEquals("answer_unsigned", codeOf { client.blocking().balances.list() })
        return heard.single().retryAfter
    }

    @TestFactory
    fun `retry after`() =
        cases("http_fields", "retry_after.valid") { case ->
            // The date has passed.
            val seconds = case.getValue("value").jsonPrimitive.longOrNull ?: 0
            assertEquals(Duration.ofSeconds(seconds), waitAfter("Retry-After", case.string("name")!!))
        }

    @TestFactory
    fun `malformed retry after`() = cases("http_fields", "retry_after.invalid") { assertNull(waitAfter("Retry-After", it.getValue("value").string)) }

    @TestFactory
    fun `rate limits`() =
        cases("http_fields", "ratelimit.limit") { case ->
            val field = case.string("name") ?: case.getValue("value").string
            assertNull(waitAfter("RateLimit", field))
            assertEquals(Duration.ofSeconds(7), waitAfter("RateLimit", "$field, \"spent\";r=0;t=7"))
        }

    // Webhooks

    private fun deliver(
        case: JsonObject,
        signature: String,
        secret: String,
    ) = Verifier(secret).verify(
        case.string("payload")!!.toByteArray(),
        mapOf("Webhook-Id" to case.string("msg_id"), "webhook-timestamp" to listOf(case["timestamp"]!!.string), "WEBHOOK-SIGNATURE" to signature),
        Instant.ofEpochSecond(case["timestamp"]!!.jsonPrimitive.long),
    )

    @TestFactory
    fun webhooks() =
        cases("standard_webhooks", "vectors") { case ->
            val body = case.string("payload")!!.toByteArray()
            val payload = deliver(case, case.string("signature")!!, case.string("secret") ?: case.string("public_key")!!)
            assertEquals(case.string("msg_id"), payload.id)
            assertArrayEquals(body, payload.body)
            if (case.string("scheme") == "v1") {
                val moment = Instant.ofEpochSecond(case["timestamp"]!!.jsonPrimitive.long)
                assertEquals(case.string("signature"), Webhooks.signature(case.string("secret")!!, payload.id, body, moment))
            }
        }

    @TestFactory
    fun `webhook headers`() =
        cases("standard_webhooks", "signature_header_cases") { case ->
            val base =
                webhooks
                    .getValue("vectors")
                    .jsonArray
                    .map { it.jsonObject }
                    .first { it.string("name") == case.string("base") }
            val verify = { deliver(base, case.string("headers_signature")!!, base.string("secret")!!) }
            if (case.string("expect") == "accept") verify() else assertEquals("webhook_signature_mismatch", codeOf(verify))
        }

    @TestFactory
    fun `webhook secrets`() =
        cases("standard_webhooks", "secret_cases") { case ->
            val sign = { secret: String -> Webhooks.signature(secret, "msg_1", "x".toByteArray(), Instant.ofEpochSecond(1)) }
            if (case.string("expect") == "ok") {
                assertEquals(sign(case.string("same_key_as")!!), sign(case.string("secret")!!))
            } else {
                assertEquals("invalid_key", codeOf { Verifier(case.string("secret")!!) })
            }
        }
}
