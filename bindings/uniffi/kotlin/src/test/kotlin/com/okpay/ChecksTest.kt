package com.okpay

import com.okpay.checks.Checks
import com.okpay.checks.PaymentRequests
import com.okpay.models.CardBrand
import com.okpay.models.CardDetails
import com.okpay.models.CoinRequest
import com.okpay.models.InputState
import com.okpay.models.Network
import com.okpay.models.PaymentRequestFormat
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.time.Instant

/** Checks and payment requests, on the vectors. */
class ChecksTest {
    private fun each(
        file: String,
        list: String,
        test: (JsonElement) -> Unit,
    ) {
        val cases = list.split(".").fold<String, JsonElement>(vectors(file)) { place, name -> place.jsonObject.getValue(name) }.jsonArray
        assertTrue(cases.isNotEmpty())
        cases.forEach(test)
        ran("vectors/$file.json", list, cases.size)
    }

    private fun refused(
        text: String,
        network: Network,
    ) = assertTrue(codeOf { Checks.address(text, network) }.startsWith("address_")) { text }

    @Test
    fun `check digits`() {
        each("luhn_iban", "luhn.valid") { assertTrue(Checks.luhn(it.string)) }
        each("luhn_iban", "luhn.invalid") { assertFalse(Checks.luhn(it.string)) }
    }

    @Test
    fun ibans() {
        each("luhn_iban", "iban.valid") { case ->
            val electronic = case.string.replace(" ", "")
            for (typed in listOf(case.string, electronic, electronic.lowercase())) {
                assertEquals(case.string to electronic, Checks.iban(typed).run { print to this.electronic })
            }
        }
        each("luhn_iban", "iban.invalid") { assertEquals("iban_checksum", codeOf { Checks.iban(it.string) }) }
    }

    @Test
    fun addresses() {
        each("addresses", "eip55.valid") { assertEquals(it.string, Checks.address(it.string.lowercase(), Network.ETHEREUM).address) }
        each("addresses", "eip55.invalid") { assertEquals("address_checksum", codeOf { Checks.address(it.string, Network.ETHEREUM) }) }
        each("addresses", "tron.valid") { case ->
            val read = Checks.address(case.jsonObject.string("address")!!, Network.TRON)
            assertEquals(case.jsonObject.string("hex"), read.payload)
        }
        each("addresses", "tron.valid_plain") { assertTrue(Checks.address(it.string, Network.TRON).checksummed) }
        each("addresses", "tron.invalid") { refused(it.string, Network.TRON) }
        each("addresses", "bitcoin_addresses.valid") { case ->
            val read = Checks.address(case.jsonObject.string("address")!!, Network.BITCOIN)
            assertEquals(case.jsonObject.string("script_pubkey"), read.payload)
        }
        each("addresses", "bitcoin_addresses.invalid") { refused(it.string, Network.BITCOIN) }
        each("addresses", "segwit.valid") { case ->
            val read = Checks.address(case.jsonObject.string("address")!!, Network.BITCOIN)
            assertEquals(case.jsonObject.string("script_pubkey"), read.payload)
        }
        each("addresses", "segwit.invalid") { refused(withBytes(it.jsonObject), Network.BITCOIN) }
        for (form in listOf("bech32", "bech32m")) {
            each("addresses", "$form.valid") { refused(it.string, Network.BITCOIN) }
            each("addresses", "$form.invalid") { refused(withBytes(it.jsonObject), Network.BITCOIN) }
        }
        each("addresses", "base58.vectors") { refused(it.jsonObject.string("base58")!!, Network.BITCOIN) }
    }

    @Test
    fun `links of BIP 21 and of ERC-681`() {
        val (sample, good) = "175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W" to "1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo"
        each("addresses", "bip21.valid") { case ->
            assertEquals("address_checksum", codeOf { PaymentRequests.read(case.string) })
            val coin = PaymentRequests.read(case.string.replace(sample, good)).coin!!
            assertEquals(good to "BTC", coin.address to coin.currency)
        }
        each("addresses", "bip21.invalid") { codeOf { PaymentRequests.read(it.string.replace(sample, good)) } }
        val file = vectors("addresses").getValue("erc681").jsonObject
        val (first, second) = file.getValue("examples").jsonArray.map { it.string }
        assertEquals("address_checksum", codeOf { PaymentRequests.read(first) })
        val units = listOf(first.lowercase(), second).map { PaymentRequests.read(it).coin!!.units }
        assertEquals(listOf("2014000000000000000", "1"), units)
        ran("vectors/addresses.json", "erc681.examples", 2)
    }

    /** A vector's string, which may have a byte that JSON cannot hold before or behind it. */
    private fun withBytes(case: JsonObject): String {
        val byte = { name: String -> case.string(name)?.let { Char(it.removePrefix("0x").toInt(16)).toString() }.orEmpty() }
        return byte("prefix_byte") + case.string("string") + byte("suffix_byte")
    }

    @Test
    fun `codes of shops`() =
        each("emvco_qr", "samples") { case ->
            val sample = case.jsonObject
            val payload = sample.string("payload")!!
            val fields = PaymentRequests.qrFields(payload)
            assertEquals(
                sample
                    .getValue("tlv")
                    .jsonArray
                    .map { it.jsonArray[0].string to it.jsonArray[1].string }
                    .filter { it.first != "63" },
                fields
                    .map {
                        it.id to
                            it.value
                    }.filter { it.first != "63" },
            )
            assertEquals(payload, PaymentRequests.qrPayload(fields.filter { it.id != "63" }))
            assertEquals("payment_request_checksum", codeOf { PaymentRequests.qrFields(payload.dropLast(4) + "0000") })
            val merchant = PaymentRequests.read(payload).merchant!!
            assertEquals(merchant, PaymentRequests.read(PaymentRequests.merchantQr(merchant)).merchant)
        }

    @Test
    fun `links of wallets`() {
        val read = PaymentRequests.read("bitcoin:bc1qvyq0cc6rahyvsazfdje0twl7ez82ndmuac2lhv?amount=0.001")
        assertEquals(PaymentRequestFormat.BIP21, read.format)
        val coin: CoinRequest = read.coin!!
        assertEquals(Money("0.001", "BTC"), coin.amount)
        assertEquals(coin, PaymentRequests.read(PaymentRequests.coinUri(coin)).coin)
        assertEquals("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", PaymentRequests.usdtContract(Network.TRON))
        assertEquals("payment_request_malformed", codeOf { PaymentRequests.read("mailto:x") })
    }

    @Test
    fun `a card while it is typed`() {
        assertEquals(InputState.INCOMPLETE, Checks.cardNumber("4242").state)
        val whole = Checks.cardNumber("4242-4242 4242 4242")
        assertEquals(Triple(InputState.VALID, CardBrand.VISA, "4242"), Triple(whole.state, whole.brand, whole.last4))
        assertFalse("4242 4242" in whole.toString())
        val now = Instant.parse("2026-11-01T00:00:00Z")
        assertEquals(InputState.VALID, Checks.cardExpiry("12/40", now).state)
        assertEquals(InputState.INVALID, Checks.cardExpiry("01/2020", now).state)
        assertEquals(InputState.VALID, Checks.securityCode("123", CardBrand.VISA).state)
        assertEquals("4242", Checks.card(CardDetails("4242424242424242", 12, 2040, "123"), now).last4)
        codeOf { Checks.card(CardDetails("4242424242424241", 12, 2040, "123"), now) }
    }
}
