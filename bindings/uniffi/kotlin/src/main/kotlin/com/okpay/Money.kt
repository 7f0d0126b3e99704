package com.okpay

import com.okpay.core.CoreMoney
import com.okpay.core.coreCurrencyPlaces
import com.okpay.core.coreDivide
import com.okpay.core.coreMoney
import com.okpay.core.coreMoneyAdd
import com.okpay.core.coreMoneyCompare
import com.okpay.core.coreMoneyFromMinor
import com.okpay.core.coreMoneySubtract
import com.okpay.models.jsonOf
import com.okpay.models.required
import com.okpay.models.text
import kotlinx.serialization.json.JsonObject
import java.math.BigDecimal
import java.math.BigInteger

/**
 * An exact amount of one currency. Its places are those of ISO 4217 (BTC has 8, USDT 6); an amount with more is refused, never rounded.
 *
 * Amounts of one currency are added, subtracted and compared; two currencies are an [OkpayException.Invalid], `currency_mismatch`.
 */
public class Money private constructor(
    private val core: CoreMoney,
) : Comparable<Money> {
    /**
     * Reads an amount such as `19.99` exactly.
     *
     * @throws OkpayException.Invalid `invalid_amount`, `too_many_places`, `unknown_currency`, `amount_overflow`.
     */
    public constructor(amount: String, currency: String) : this(core { coreMoney(amount, currency) })

    /**
     * Takes an amount exactly.
     *
     * @throws OkpayException.Invalid `too_many_places`, `unknown_currency`, `amount_overflow`.
     */
    public constructor(amount: BigDecimal, currency: String) : this(amount.toPlainString(), currency)

    /** The amount, with all places of the currency. */
    public val amount: BigDecimal get() = BigDecimal(core.amount)

    /** The code of the currency, such as `EUR`. */
    public val currency: String get() = core.currency

    /** The amount in cents, satoshi or 10^-6 USDT. */
    public val minorUnits: Long get() = core.minorUnits

    /** How many decimal places the currency has. */
    public val places: Int get() = core.places.toInt()

    /** The sum. */
    public operator fun plus(other: Money): Money = Money(core { coreMoneyAdd(core, other.core) })

    /** The difference. */
    public operator fun minus(other: Money): Money = Money(core { coreMoneySubtract(core, other.core) })

    /** By amount. There is no order between currencies. */
    override fun compareTo(other: Money): Int = core { coreMoneyCompare(core, other.core) }.toInt()

    override fun equals(other: Any?): Boolean = other is Money && other.core == core

    override fun hashCode(): Int = core.hashCode()

    /** Such as `19.99 EUR`. */
    override fun toString(): String = "${core.amount} ${core.currency}"

    /** The wire form: `{"amount": "19.99", "currency": "EUR"}`. */
    public fun toJson(): JsonObject = jsonOf("amount" to core.amount, "currency" to core.currency)

    public companion object {
        /** An amount in minor units: `ofMinor(1999, "EUR")` is 19.99 EUR. */
        @JvmStatic
        public fun ofMinor(
            minorUnits: Long,
            currency: String,
        ): Money = Money(core { coreMoneyFromMinor(minorUnits, currency) })

        /** Reads the wire form. */
        @JvmStatic
        public fun fromJson(json: JsonObject): Money = Money(json.required("amount") { it.text() }, json.required("currency") { it.text() })

        /**
         * How many decimal places an amount in a currency may have.
         *
         * @throws OkpayException.Invalid `unknown_currency`.
         */
        @JvmStatic
        public fun placesOf(currency: String): Int = core { coreCurrencyPlaces(currency) }.toInt()

        /**
         * The whole number that a fraction becomes by one of the seven roundings: `half_up`, `half_even`, `half_down`, `up`, `down`,
         * `ceiling`, `floor`.
         *
         * @throws OkpayException.Invalid `invalid_parameter` for another rounding or a division by zero.
         */
        @JvmStatic
        public fun divide(
            numerator: BigInteger,
            denominator: BigInteger,
            rounding: String,
        ): BigInteger = BigInteger(core { coreDivide(numerator.toString(), denominator.toString(), rounding) })
    }
}
