package com.okpay

import com.okpay.core.coreAdviceForCode
import com.okpay.core.coreAdviceForDecline
import com.okpay.core.coreAdviceForError
import com.okpay.core.coreCodeForBuyer
import com.okpay.models.Advice
import com.okpay.models.DeclineCode
import com.okpay.models.ErrorCode
import com.okpay.models.parseObject

/**
 * What to do about a failure, in English and Chinese.
 *
 * `locale` is a tag (`en`, `en-GB`, `zh`, `zh-CN`) or an `Accept-Language` header; what is neither English nor Chinese gets English.
 */
public object Advices {
    /** What the merchant does about an error; while the outcome of a call is unknown, how to find it out. */
    @JvmStatic
    @JvmOverloads
    public fun forError(
        error: OkpayException,
        locale: String = "en",
    ): Advice = read(core { coreAdviceForError(error.failure, locale) })

    /** What the merchant does about an error of this code, where only the code is at hand. */
    @JvmStatic
    @JvmOverloads
    public fun forCode(
        code: ErrorCode,
        locale: String = "en",
    ): Advice = read(core { coreAdviceForCode(code.value, locale) })

    /**
     * What the buyer does about a declined payment: to be shown on the payment page.
     *
     * @param transaction the id of the payment, for the step that sends the buyer to support.
     */
    @JvmStatic
    @JvmOverloads
    public fun forDecline(
        code: DeclineCode,
        locale: String = "en",
        transaction: String? = null,
    ): Advice = read(core { coreAdviceForDecline(code.value, transaction, locale) })

    /** The decline code that a buyer may see: a lost or stolen card and suspected fraud become a decline without a reason. */
    @JvmStatic
    public fun codeForBuyer(code: DeclineCode): DeclineCode = DeclineCode(core { coreCodeForBuyer(code.value) })

    private fun read(text: String): Advice = Advice.fromJson(parseObject(text))
}
