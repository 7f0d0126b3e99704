package com.example.till.ui

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Tab
import androidx.compose.material3.TabRow
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableIntStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import com.example.till.DayModel
import com.example.till.Enrolment
import com.example.till.EnrolmentModel
import com.example.till.RefundModel
import com.example.till.SaleModel
import com.example.till.Till
import kotlinx.coroutines.CoroutineScope

// The till's looks, and nothing else: every screen draws the state of one model.

/** The models of a till that is signed in, for as long as it is: they outlive a screen that is turned. */
class Models(
    val till: Till,
    scope: CoroutineScope,
) {
    val sale = SaleModel(till, scope).also { it.start() }
    val refund = RefundModel(till, scope)
    val day = DayModel(till, scope)
}

/** The whole app. [models] gives those of a till, the same each time. */
@Composable
fun TillApp(
    enrolment: EnrolmentModel,
    language: String,
    models: (Till) -> Models,
) {
    MaterialTheme {
        Surface(Modifier.fillMaxSize()) {
            val state by enrolment.state.collectAsState()
            when (val stand = state) {
                is Enrolment.SignedIn -> SignedIn(models(stand.till), language)
                else -> EnrolmentScreen(stand, enrolment, language)
            }
        }
    }
}

@Composable
private fun SignedIn(
    models: Models,
    language: String,
) {
    var tab by remember { mutableIntStateOf(0) }
    Column {
        TabRow(tab) {
            listOf("Sale", "Refund", "Today").forEachIndexed { place, title ->
                Tab(selected = tab == place, onClick = { tab = place }, text = { Text(title) })
            }
        }
        when (tab) {
            0 -> SaleScreen(models, language)
            1 -> RefundScreen(models.refund, language)
            else -> DayScreen(models.day, language)
        }
    }
}
