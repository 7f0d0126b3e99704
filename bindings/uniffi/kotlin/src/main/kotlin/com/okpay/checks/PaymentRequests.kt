package com.okpay.checks

import com.okpay.core
import com.okpay.core.coreCoinUri
import com.okpay.core.coreMerchantQr
import com.okpay.core.coreQrFields
import com.okpay.core.coreQrPayload
import com.okpay.core.coreReadPaymentRequest
import com.okpay.core.coreUsdtContract
import com.okpay.models.CoinRequest
import com.okpay.models.MerchantRequest
import com.okpay.models.Network
import com.okpay.models.PaymentRequest
import com.okpay.models.QrField
import com.okpay.models.given
import com.okpay.models.parseObject
import com.okpay.models.tree
import com.okpay.models.wire
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonArray

/**
 * What a wallet scans: shop codes (EMVCo), `bitcoin:` (BIP 21), `ethereum:` (ERC-681), `tron:`. How a code is drawn is another matter.
 *
 * A request that is read is a suggestion of whoever made it: the payer looks at receiver and amount before they pay.
 */
public object PaymentRequests {
    /**
     * Reads what was scanned, whichever form it is in.
     *
     * @throws com.okpay.OkpayException.Invalid `payment_request_malformed`, `payment_request_checksum`, `payment_request_unsupported`, …
     */
    @JvmStatic
    public fun read(text: String): PaymentRequest = PaymentRequest.fromJson(parseObject(core { coreReadPaymentRequest(text) }))

    /**
     * The link of a request for coins, in the form of its network.
     *
     * @throws com.okpay.OkpayException.Invalid as [read].
     */
    @JvmStatic
    public fun coinUri(request: CoinRequest): String = core { coreCoinUri(given(request.toJson()).toString()) }

    /**
     * The payload of a shop's code.
     *
     * @throws com.okpay.OkpayException.Invalid as [read].
     */
    @JvmStatic
    public fun merchantQr(request: MerchantRequest): String = core { coreMerchantQr(given(request.toJson()).toString()) }

    /**
     * The fields of a shop's code as they came; its checksum holds.
     *
     * @throws com.okpay.OkpayException.Invalid as [read].
     */
    @JvmStatic
    public fun qrFields(payload: String): List<QrField> =
        Json.parseToJsonElement(core { coreQrFields(payload) }).jsonArray.map { QrField.fromJson(it.tree()) }

    /**
     * A shop's code out of its fields, with its checksum at the end.
     *
     * @throws com.okpay.OkpayException.Invalid as [read].
     */
    @JvmStatic
    public fun qrPayload(fields: List<QrField>): String = core { coreQrPayload(wire(fields).toString()) }

    /** The contract of USDT on a network; nothing where it has none. */
    @JvmStatic
    public fun usdtContract(network: Network): String? = core { coreUsdtContract(network.value) }
}
