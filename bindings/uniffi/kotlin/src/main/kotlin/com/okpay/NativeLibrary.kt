package com.okpay

import com.okpay.models.ErrorCode
import java.io.File
import java.io.IOException
import java.nio.file.Files
import java.nio.file.StandardCopyOption

/**
 * Where the core's library is. In this order:
 *
 * 1. the file that the system property `okpay.library` or the variable `OKPAY_LIBRARY` names;
 * 2. the resource `/natives/<platform>/` of the jar, copied into a folder of its own and removed when the process ends;
 * 3. wherever JNA looks: `jna.library.path`, and on Android the libraries of the app.
 */
internal object NativeLibrary {
    private const val NAME = "okpay_core"

    /** Read by the plumbing when it first loads the library. */
    private const val OVERRIDE = "uniffi.component.$NAME.libraryOverride"

    /** Such as `linux-x86_64`. */
    private val platform = "${system(System.getProperty("os.name").orEmpty())}-${architecture(System.getProperty("os.arch").orEmpty())}"

    private val fileName: String get() = System.mapLibraryName(NAME)

    /** The file that was chosen, if it was one. */
    private val file: File? by lazy { (System.getProperty(OVERRIDE) ?: named() ?: unpacked())?.let(::File) }

    /** Chooses the library, once. */
    fun locate() {
        file?.let { System.setProperty(OVERRIDE, it.path) }
    }

    /** Why it cannot be used, with everything that one needs to know to mend it. */
    fun unusable(error: LinkageError): OkpayException {
        val place = file?.let { "from $it" } ?: "as $fileName from JNA's path, for the jar has none in /natives/$platform"
        val causes = generateSequence<Throwable>(error) { it.cause }.mapNotNull { it.message }.distinct().joinToString(": ")
        return refused("the library of OKPay for $platform cannot be loaded $place: $causes", error)
    }

    private fun named(): String? {
        val path = System.getProperty("okpay.library") ?: System.getenv("OKPAY_LIBRARY") ?: return null
        if (!File(path).isFile) {
            throw refused("the library of OKPay for $platform should be $path (okpay.library, OKPAY_LIBRARY), but that is no file")
        }
        return File(path).absolutePath
    }

    private fun unpacked(): String? {
        val resource = NativeLibrary::class.java.getResourceAsStream("/natives/$platform/$fileName") ?: return null
        try {
            val folder = Files.createTempDirectory("okpay").toFile().apply { deleteOnExit() }
            val file = File(folder, fileName).apply { deleteOnExit() }
            resource.use { Files.copy(it, file.toPath(), StandardCopyOption.REPLACE_EXISTING) }
            return file.path
        } catch (error: IOException) {
            val detail = "the library of OKPay for $platform cannot be copied out of the jar into ${System.getProperty("java.io.tmpdir")}: $error"
            throw refused(detail, error)
        }
    }

    private fun refused(
        detail: String,
        cause: Throwable? = null,
    ): OkpayException = invalid(ErrorCode.INVALID_CONFIGURATION, detail, "okpay.library", cause)

    private fun system(name: String): String =
        when {
            name.startsWith("Windows") -> "windows"
            name.startsWith("Mac") -> "macos"
            else -> name.lowercase()
        }

    private fun architecture(name: String): String =
        when (name) {
            "amd64", "x86_64" -> "x86_64"
            "arm64", "aarch64" -> "aarch64"
            else -> name
        }
}
