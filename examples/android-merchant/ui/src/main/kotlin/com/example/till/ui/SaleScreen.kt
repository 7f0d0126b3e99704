package com.example.till.ui

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.size
import androidx.compose.material3.Button
import androidx.compose.material3.CircularProgressIndicator
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import com.example.till.SaleModel
import com.example.till.SaleState
import com.example.till.Way
import com.okpay.Advices

/** A sale, from the keypad to the receipt. */
@Composable
internal fun SaleScreen(
    models: Models,
    language: String,
) {
    val model = models.sale
    val state by model.state.collectAsState()
    Screen {
        when (val sale = state) {
            is SaleState.Typing -> Typing(sale, model, language)
            is SaleState.Waiting -> Waiting(sale, model, language)
            else -> End(sale, model, language)
        }
        val open by models.till.notebook.intents
            .collectAsState()
        if (state is SaleState.Typing && open.isNotEmpty()) Wide("${open.size} without an end: ask again") { model.start() }
    }
}

@Composable
private fun Typing(
    state: SaleState.Typing,
    model: SaleModel,
    language: String,
) {
    Headline("${state.amount}")
    listOf(listOf(1, 2, 3), listOf(4, 5, 6), listOf(7, 8, 9)).forEach { row ->
        Keys { row.forEach { digit -> Key("$digit") { model.press(digit) } } }
    }
    Keys {
        Key("0") { model.press(0) }
        Key("⌫", model::erase)
    }
    Keys {
        Button({ model.charge(Way.CHECKOUT) }) { Text("Card & more") }
        Button({ model.charge(Way.WALLET) }) { Text("OKPay") }
        Button({ model.charge(Way.USDT) }) { Text("USDT") }
        Button({ model.charge(Way.BTC) }) { Text("BTC") }
    }
    state.refusal?.let { AdviceCard(it.advice(language)) }
}

@Composable
private fun Waiting(
    state: SaleState.Waiting,
    model: SaleModel,
    language: String,
) {
    Headline("${state.sale.amount}")
    when (val prompt = state.prompt) {
        null -> {
            CircularProgressIndicator()
        }

        else -> {
            QrCode(prompt.qr, Modifier.size(280.dp))
            Text("Due: ${prompt.due}")
            prompt.received?.let { Text("Received: $it") }
            prompt.confirmations?.let { Text("Confirmations: $it") }
            prompt.decline?.let { AdviceCard(Advices.forDecline(Advices.codeForBuyer(it), language)) }
        }
    }
    state.trouble?.let { AdviceCard(it.advice(language)) }
    Wide("Give up") { model.cancel() }
}

@Composable
private fun End(
    state: SaleState,
    model: SaleModel,
    language: String,
) {
    when (state) {
        is SaleState.Paid -> {
            Headline("Paid: ${state.payment.amount}")
            state.payment.fee?.let { Text("Fee ${it.fee}, net ${it.net}") }
        }

        is SaleState.Unpaid -> {
            Headline("Not paid: ${state.status}")
            state.decline?.let { AdviceCard(Advices.forDecline(Advices.codeForBuyer(it), language)) }
        }

        is SaleState.Unknown -> {
            Headline("Not known yet: ${state.sale.amount}")
            AdviceCard(state.error.advice(language))
            Wide("Ask what became of it") { model.ask() }
        }

        else -> {
            CircularProgressIndicator()
        }
    }
    if (state !is SaleState.Asking) Wide("Next customer") { model.next() }
}

@Composable
private fun Keys(content: @Composable () -> Unit) {
    Row(Modifier.fillMaxWidth(), Arrangement.SpaceEvenly) { content() }
}

@Composable
private fun Key(
    text: String,
    onClick: () -> Unit,
) {
    OutlinedButton(onClick, Modifier.size(88.dp, 56.dp)) { Text(text) }
}
