package com.okpay

import com.okpay.models.parseObject
import kotlinx.serialization.json.jsonArray
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.TestFactory
import java.io.File

/** Every scenario, with coroutines and with threads, against the real gateway in a box. */
class ScenariosTest {
    private val files = File(repository, "tests/scenarios").listFiles { file -> file.extension == "json" }!!.sorted()

    @TestFactory
    fun suspending() = all { run(it, isBlocking = false) }

    @TestFactory
    fun blocking() = all { run(it, isBlocking = true) }

    private fun all(test: (File) -> Unit): List<DynamicTest> {
        assertTrue(files.size >= 11)
        return files.map { DynamicTest.dynamicTest(it.name) { test(it) } }
    }

    private fun run(
        file: File,
        isBlocking: Boolean,
    ) = Sandbox().use { sandbox ->
        val scenario = parseObject(file.readText())
        Scenario(sandbox, isBlocking).use { it.run(scenario) }
        ran("scenarios/${file.name}", "steps", scenario.getValue("steps").jsonArray.size)
    }
}
