package com.okpay.official

import com.okpay.core
import com.okpay.core.coreIsOfficial
import com.okpay.models.OfficialCheck
import com.okpay.models.OfficialKind
import com.okpay.models.OfficialListEnvelope
import com.okpay.models.jsonOf
import com.okpay.models.parseObject

/**
 * Is this really OKPay? Pages, mail addresses, telephone numbers and social accounts, held offline against a signed list. What is asked about
 * never leaves this machine.
 *
 * Keep [version] with the list, and give it as the last accepted version for the next one, so that nobody can bring an older list back.
 *
 * @param envelope the JSON of an envelope.
 * @param publicKeys the keys that are trusted for official lists, `whpk_…`.
 * @param lastAcceptedVersion the version of the last list; an older one is refused.
 * @throws com.okpay.OkpayException.Verification if the list is not proven, or older than the last one.
 */
public class OfficialList
    @JvmOverloads
    constructor(
        private val envelope: String,
        private val publicKeys: List<String>,
        private val lastAcceptedVersion: String? = null,
    ) {
        /** From an envelope as `client.officialList.current()` gives it. */
        @JvmOverloads
        public constructor(
            envelope: OfficialListEnvelope,
            publicKeys: List<String>,
            lastAcceptedVersion: String? = null,
        ) : this(
            jsonOf(
                "list" to envelope.list,
                "signature_id" to envelope.signatureId,
                "signed_at" to envelope.signedAt,
                "signature" to envelope.signature,
            ).toString(),
            publicKeys,
            lastAcceptedVersion,
        )

        /** The version of the list. */
        public val version: String = url("").listVersion

        /** Judges a page, by what a browser would really open. */
        public fun url(url: String): OfficialCheck = check(OfficialKind.URL, url)

        /** Judges a mail address: the address alone, without a name in front of it. */
        public fun email(address: String): OfficialCheck = check(OfficialKind.EMAIL, address)

        /** Judges a telephone number with its country code. */
        public fun phone(number: String): OfficialCheck = check(OfficialKind.PHONE, number)

        /** Judges an account on a platform such as `x`. */
        public fun social(
            platform: String,
            handle: String,
        ): OfficialCheck = check(OfficialKind.SOCIAL, handle, platform)

        private fun check(
            kind: OfficialKind,
            value: String,
            platform: String? = null,
        ): OfficialCheck {
            val subject = jsonOf("kind" to kind.value, "value" to value, "platform" to platform).toString()
            return OfficialCheck.fromJson(parseObject(core { coreIsOfficial(envelope, publicKeys, lastAcceptedVersion, subject) }))
        }
    }
