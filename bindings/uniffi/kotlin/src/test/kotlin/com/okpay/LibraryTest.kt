package com.okpay

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** What becomes of a process whose library is not where it should be: each case is a process of its own. */
class LibraryTest {
    /** Makes an amount in another process, and gives what it printed. */
    private fun inAnotherProcess(
        vararg options: String,
        classpath: String = System.getProperty("java.class.path"),
    ): String {
        val java = File(System.getProperty("java.home"), "bin/java").path
        val process = ProcessBuilder(java, *options, "-cp", classpath, "com.okpay.LibraryTestKt").redirectErrorStream(true).start()
        return process
            .inputReader()
            .readText()
            .trim()
            .also { process.waitFor() }
    }

    @Test
    fun `the library of the jar is found`() = assertEquals("19.99 EUR", inAnotherProcess())

    @Test
    fun `a file that is named is taken`(
        @TempDir folder: File,
    ) {
        val (system, file) = "linux" to System.mapLibraryName("okpay_core")
        val inJar =
            NativeLibrary::class.java.classLoader
                .getResources("natives")
                .toList()
                .single { it.protocol == "file" }
        val library = File(inJar.toURI()).walk().first { it.name == file }
        val copy = library.copyTo(File(folder, "other-name$system.so"))
        assertEquals("19.99 EUR", inAnotherProcess("-Dokpay.library=$copy"))
    }

    @Test
    fun `what is no library is told with platform and file`(
        @TempDir folder: File,
    ) {
        val missing = inAnotherProcess("-Dokpay.library=/nowhere/libokpay_core.so")
        assertTrue("invalid_configuration" in missing && "/nowhere/libokpay_core.so" in missing && "that is no file" in missing) { missing }
        val rubbish = File(folder, "rubbish.so").apply { writeText("this is no library") }
        val told = inAnotherProcess("-Dokpay.library=$rubbish")
        assertTrue("invalid_configuration" in told && rubbish.path in told && platform() in told) { told }
        val elsewhere = inAnotherProcess("-Dos.arch=riscv64", "-Djna.nosys=true")
        assertTrue("invalid_configuration" in elsewhere && "riscv64" in elsewhere) { elsewhere }
    }

    @Test
    fun `the rules for R8 are in the jar, and keep the annotations that JNA reads`() {
        val rules = NativeLibrary::class.java.getResource("/META-INF/proguard/consumer-rules.pro")!!.readText()
        val kept = rules.lines().filter { it.startsWith("-keepattributes ") }.flatMap { it.substringAfter(' ').split(',') }
        assertTrue(kept.containsAll(listOf("RuntimeVisibleAnnotations", "InnerClasses", "EnclosingMethod", "Signature"))) { rules }
    }

    private fun platform() = "${System.getProperty("os.name").lowercase().substringBefore(' ')}-"
}

fun main() {
    // Twice: what fails the first time must say the same the second.
    val told = List(2) { runCatching { Money("19.99", "EUR") }.fold({ it.toString() }, { "${it.message}" }) }
    println(if (told[0] == told[1]) told[0] else "first ${told[0]}, then ${told[1]}")
}
