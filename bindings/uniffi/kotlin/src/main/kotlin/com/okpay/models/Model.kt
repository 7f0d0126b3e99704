package com.okpay.models

import com.okpay.Answer
import kotlinx.serialization.json.JsonObject

/** What the generated models have in common: values with named fields, which do not change. */
public abstract class Model internal constructor() {
    /** The proven answer that this was read from; nothing for a part of a reply, and for copies. */
    public var answer: Answer? = null
        internal set

    /** Everything as it is on the wire. */
    public abstract fun toJson(): JsonObject
}

/** A page of a list. */
public interface Page<T> {
    /** The elements. */
    public val data: List<T>

    /** Where the next page begins; nothing on the last. */
    public val next: String?
}

/**
 * A text from a set that may grow: what this version does not know stays as it came.
 *
 * No `enum class`, since the compiler would take a `when` over those known today for complete.
 */
public abstract class OpenSet internal constructor(
    /** The text on the wire. */
    public val value: String,
) {
    /** Whether this version knows the value. */
    public abstract val isKnown: Boolean

    override fun equals(other: Any?): Boolean = other is OpenSet && other.javaClass == javaClass && other.value == value

    override fun hashCode(): Int = value.hashCode()

    override fun toString(): String = value
}
