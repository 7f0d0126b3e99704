package com.example.till.ui

import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.text.selection.SelectionContainer
import androidx.compose.material3.CircularProgressIndicator
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import com.example.till.Enrolment
import com.example.till.EnrolmentModel

/** Until the till is signed in. */
@Composable
internal fun EnrolmentScreen(
    state: Enrolment,
    model: EnrolmentModel,
    language: String,
) {
    Screen {
        when (state) {
            is Enrolment.New -> {
                New(state, model, language)
            }

            is Enrolment.Offline -> {
                AdviceCard(state.error.advice(language))
                Wide("Try again") { model.start() }
            }

            is Enrolment.Revoked -> {
                AdviceCard(state.error.advice(language))
                Wide("Register this till anew") { model.renew() }
            }

            else -> {
                CircularProgressIndicator()
            }
        }
    }
}

@Composable
private fun New(
    state: Enrolment.New,
    model: EnrolmentModel,
    language: String,
) {
    var keyId by remember { mutableStateOf("") }
    Headline("Register this till")
    Text("Have your server register this public key, and enter the key id that it gets.")
    SelectionContainer { Text(state.publicKey) }
    OutlinedTextField(keyId, { keyId = it.trim() }, Modifier.fillMaxWidth(), label = { Text("Key id, okp_…_dev_…") }, singleLine = true)
    state.refusal?.let { AdviceCard(it.advice(language)) }
    Wide("Sign in") { model.signIn(keyId) }
}
