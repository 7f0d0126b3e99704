package com.example.till.ui

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.Button
import androidx.compose.material3.Card
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import com.google.zxing.BarcodeFormat
import com.google.zxing.common.BitMatrix
import com.google.zxing.qrcode.QRCodeWriter
import com.okpay.models.Advice

/** A screen's column. */
@Composable
internal fun Screen(content: @Composable ColumnScope.() -> Unit) {
    Column(
        Modifier.fillMaxSize().verticalScroll(rememberScrollState()).padding(24.dp),
        verticalArrangement = Arrangement.spacedBy(16.dp),
        horizontalAlignment = Alignment.CenterHorizontally,
        content = content,
    )
}

/** Large, for amounts and ends. */
@Composable
internal fun Headline(text: String) {
    Text(text, style = MaterialTheme.typography.displaySmall, textAlign = TextAlign.Center)
}

/** A button as wide as the screen. */
@Composable
internal fun Wide(
    text: String,
    onClick: () -> Unit,
) {
    Button(onClick, Modifier.fillMaxWidth()) { Text(text) }
}

/** What happened and what to do, in the language of the advice. */
@Composable
internal fun AdviceCard(advice: Advice) {
    Card(Modifier.fillMaxWidth()) {
        Column(Modifier.padding(16.dp), verticalArrangement = Arrangement.spacedBy(8.dp)) {
            Text(advice.title, style = MaterialTheme.typography.titleMedium, color = MaterialTheme.colorScheme.error)
            Text(advice.explanation)
            advice.steps.forEachIndexed { place, step -> Text("${place + 1}. $step") }
        }
    }
}

/** The code that a customer scans. */
@Composable
internal fun QrCode(
    payload: String,
    modifier: Modifier,
) {
    val code = remember(payload) { QRCodeWriter().encode(payload, BarcodeFormat.QR_CODE, 0, 0) }
    Canvas(modifier.background(Color.White).semantics { contentDescription = payload }) {
        val side = size.minDimension / code.width
        code.dark().forEach { (x, y) -> drawRect(Color.Black, Offset(x * side, y * side), Size(side, side)) }
    }
}

private fun BitMatrix.dark(): List<Pair<Int, Int>> = (0 until width).flatMap { x -> (0 until height).filter { get(x, it) }.map { x to it } }
