package com.example.till.ui

import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.material3.CircularProgressIndicator
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import com.example.till.RefundModel
import com.example.till.RefundState
import com.okpay.Money
import com.okpay.OkpayException

/** Money back. */
@Composable
internal fun RefundScreen(
    model: RefundModel,
    language: String,
) {
    val state by model.state.collectAsState()
    LaunchedEffect(model) { if (model.state.value is RefundState.Choosing) model.load() }
    Screen {
        when (val refund = state) {
            is RefundState.Choosing -> {
                Headline("Today's payments")
                refund.error?.let { AdviceCard(it.advice(language)) }
                refund.payments.forEach { payment -> Wide("${payment.amount}, ${payment.method}") { model.choose(payment) } }
            }

            is RefundState.Deciding -> {
                Deciding(refund, model, language)
            }

            is RefundState.Asking -> {
                CircularProgressIndicator()
            }

            is RefundState.Done -> {
                Headline("Given back: ${refund.refund.amount}")
                Text("${refund.refund.status}")
            }

            is RefundState.Unknown -> {
                AdviceCard(refund.error.advice(language))
                Wide("Ask what became of it") { model.ask() }
            }
        }
        if (state !is RefundState.Asking) Wide("All payments") { model.load() }
    }
}

@Composable
private fun Deciding(
    state: RefundState.Deciding,
    model: RefundModel,
    language: String,
) {
    var typed by remember(state.payment) { mutableStateOf("") }
    var mistake by remember(state.payment) { mutableStateOf<OkpayException?>(null) }
    Headline("At most ${state.left}")
    OutlinedTextField(typed, { typed = it }, Modifier.fillMaxWidth(), label = { Text("Amount; empty for all of it") }, singleLine = true)
    (mistake ?: state.refusal)?.let { AdviceCard(it.advice(language)) }
    Wide("Give back") {
        mistake =
            try {
                model.refund(typed.ifBlank { null }?.let { Money(it.trim(), state.left.currency) })
                null
            } catch (error: OkpayException) {
                error
            }
    }
}
