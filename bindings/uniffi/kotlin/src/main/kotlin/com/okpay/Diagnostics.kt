package com.okpay

import com.okpay.core.coreAssembleDiagnostics
import com.okpay.models.DiagnosticBundle
import com.okpay.models.jsonOf
import com.okpay.models.parseObject
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject

/**
 * The diagnostic bundle of a support ticket: versions and the last failures, and never a secret. Known codes and operations, ids of OKPay's
 * form and numbers are in it, and no text that anybody could have written.
 */
public object Diagnostics {
    /**
     * Puts a bundle together for `client.tickets.create`.
     *
     * @param errors errors, oldest first.
     * @param reports what a listener of attempts was told, oldest first; the last 20 of both are kept.
     */
    @JvmStatic
    @JvmOverloads
    public fun bundle(
        errors: List<OkpayException>,
        reports: List<AttemptReport> = emptyList(),
    ): DiagnosticBundle {
        val sources =
            jsonOf(
                "language" to "kotlin",
                "runtime" to runtime(),
                "platform" to platform(),
                "incidents" to JsonArray(reports.map(::incident) + errors.map(::incident)),
            )
        return DiagnosticBundle.fromJson(parseObject(core { coreAssembleDiagnostics(sources.toString()) }))
    }

    /** For one error. */
    @JvmStatic
    public fun bundle(error: OkpayException): DiagnosticBundle = bundle(listOf(error))

    private fun incident(error: OkpayException): JsonObject =
        jsonOf(
            "phase" to error.phase,
            "code" to error.code.value,
            "decline_code" to error.declineCode?.value,
            "status" to error.status?.toLong(),
            "param" to error.param,
            "object" to error.objectId,
            "request_id" to error.requestId,
            "idempotency_key" to error.idempotencyKey,
        )

    private fun incident(report: AttemptReport): JsonObject =
        jsonOf(
            "operation" to report.operation,
            "attempt" to report.attempt.toLong(),
            "status" to report.status?.toLong(),
            "code" to report.failure?.value,
            "request_id" to report.requestId,
            "elapsed_ms" to report.elapsed.toMillis().coerceAtLeast(0),
        )

    private fun isAndroid(): Boolean = System.getProperty("java.vm.name") == "Dalvik"

    /** The numbers of `21.0.5+11-LTS`. */
    private fun runtime(): String {
        val version = System.getProperty("java.version").orEmpty().takeWhile { it.isDigit() || it == '.' }
        return if (isAndroid()) "Android $version" else "JVM $version"
    }

    /** `mac os x` is macOS, and the versions of Windows are one system. */
    private fun platform(): String {
        val name = System.getProperty("os.name").orEmpty().lowercase()
        val system =
            when {
                isAndroid() -> "android"
                name.startsWith("mac") -> "macos"
                name.startsWith("windows") -> "windows"
                else -> name
            }
        return "$system ${System.getProperty("os.arch").orEmpty()}"
    }
}
