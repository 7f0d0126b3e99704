package com.example.till.ui

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.material3.CircularProgressIndicator
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.ui.Modifier
import com.example.till.DayModel
import com.example.till.DayState
import com.example.till.Takings

/** Today's takings and fees. */
@Composable
internal fun DayScreen(
    model: DayModel,
    language: String,
) {
    val state by model.state.collectAsState()
    LaunchedEffect(model) { model.refresh() }
    Screen {
        when (val day = state) {
            is DayState.Loading -> {
                CircularProgressIndicator()
            }

            is DayState.Failed -> {
                AdviceCard(day.error.advice(language))
            }

            is DayState.Shown -> {
                if (day.takings.isEmpty()) Text("Nothing yet today.")
                day.takings.forEach { Figures(it) }
            }
        }
        Wide("Read again") { model.refresh() }
    }
}

@Composable
private fun Figures(takings: Takings) {
    Headline("${takings.net}")
    listOf("${takings.count} payments" to takings.payments, "Refunds" to takings.refunds, "Fees" to takings.fees, "Other" to takings.other)
        .forEach { (name, amount) ->
            Row(Modifier.fillMaxWidth(), Arrangement.SpaceBetween) {
                Text(name)
                Text("$amount")
            }
        }
}
