package com.okpay.checks

import com.okpay.core
import com.okpay.core.coreCheckAddress
import com.okpay.core.coreCheckCard
import com.okpay.core.coreCheckCardExpiry
import com.okpay.core.coreCheckCardNumber
import com.okpay.core.coreCheckIban
import com.okpay.core.coreCheckSecurityCode
import com.okpay.core.coreLuhn
import com.okpay.models.CardBrand
import com.okpay.models.CardDetails
import com.okpay.models.CardExpiryCheck
import com.okpay.models.CardNumberCheck
import com.okpay.models.Chain
import com.okpay.models.CryptoAddress
import com.okpay.models.Iban
import com.okpay.models.Network
import com.okpay.models.SecurityCodeCheck
import com.okpay.models.given
import com.okpay.models.parseObject
import java.time.Instant

/**
 * Checks of what people type, without a network. That a value passes says that it is well formed, never that the card, account or address
 * exists.
 *
 * A field of a form is judged at every key by [cardNumber], [cardExpiry] and [securityCode], which never fail and tell what is missing from
 * what is wrong. What is pasted or stored is judged whole by [card], [iban] and [address].
 */
public object Checks {
    /** A card number while it is typed; spaces and hyphens between the digits do not count. */
    @JvmStatic
    public fun cardNumber(typed: String): CardNumberCheck = CardNumberCheck.fromJson(parseObject(core { coreCheckCardNumber(typed) }))

    /** A card's last month while it is typed, such as `12/40`. */
    @JvmStatic
    @JvmOverloads
    public fun cardExpiry(
        typed: String,
        now: Instant? = null,
    ): CardExpiryCheck = CardExpiryCheck.fromJson(parseObject(core { coreCheckCardExpiry(typed, now?.toEpochMilli()) }))

    /** A security code while it is typed; how long it must be, the brand says. */
    @JvmStatic
    @JvmOverloads
    public fun securityCode(
        typed: String,
        brand: CardBrand? = null,
    ): SecurityCodeCheck = SecurityCodeCheck.fromJson(parseObject(core { coreCheckSecurityCode(typed, brand?.value) }))

    /**
     * A whole card.
     *
     * @throws com.okpay.OkpayException.Invalid what is wrong with it, and in which field.
     */
    @JvmStatic
    @JvmOverloads
    public fun card(
        card: CardDetails,
        now: Instant? = null,
    ): CardNumberCheck {
        val text = given(card.toJson()).toString()
        return CardNumberCheck.fromJson(parseObject(core { coreCheckCard(text, now?.toEpochMilli()) }))
    }

    /** Whether the digits end in their check digit (ISO/IEC 7812-1). */
    @JvmStatic
    public fun luhn(digits: String): Boolean = core { coreLuhn(digits) }

    /**
     * An IBAN (ISO 13616), with or without spaces.
     *
     * @throws com.okpay.OkpayException.Invalid what is wrong with it.
     */
    @JvmStatic
    public fun iban(typed: String): Iban = Iban.fromJson(parseObject(core { coreCheckIban(typed) }))

    /**
     * An address of a blockchain, in its normal form.
     *
     * @param chain of Bitcoin, the one that it must be of; any by default.
     * @throws com.okpay.OkpayException.Invalid what is wrong with it: `address_wrong_network` for one of another network.
     */
    @JvmStatic
    @JvmOverloads
    public fun address(
        typed: String,
        network: Network,
        chain: Chain? = null,
    ): CryptoAddress = CryptoAddress.fromJson(parseObject(core { coreCheckAddress(typed, network.value, chain?.value) }))
}
