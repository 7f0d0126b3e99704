package com.okpay

import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.File

/** The README's first program is the one that the project in `consumer` compiles and runs. */
class ReadmeTest {
    @Test
    fun `the first payment is the program that is run`() {
        val module = File(repository, "bindings/uniffi/kotlin")
        val program = File(module, "consumer/src/main/kotlin/FirstPayment.kt").readText()
        assertTrue("```kotlin\n$program```" in File(module, "README.md").readText())
        assertTrue(program.lines().size <= 20)
    }
}
