package com.example.till.app

import android.app.Application
import android.os.Bundle
import androidx.activity.ComponentActivity
import androidx.activity.compose.setContent
import com.example.till.EnrolmentModel
import com.example.till.Notebook
import com.example.till.Shop
import com.example.till.ShopSign
import com.example.till.Till
import com.example.till.ui.Models
import com.example.till.ui.TillApp
import kotlinx.coroutines.MainScope
import java.io.File
import java.time.ZoneId

/** The app: its models live as long as it does, so that a screen that is turned loses nothing. */
class TillApplication : Application() {
    private val scope = MainScope()
    private var models: Models? = null

    /** Where the till stands. */
    val enrolment: EnrolmentModel by lazy {
        val shop =
            Shop(
                BuildConfig.OKPAY_URL,
                BuildConfig.OKPAY_GATEWAY_KEYS.ifEmpty { null },
                insecureHost = if (BuildConfig.DEBUG) "10.0.2.2" else null,
                currency = "EUR",
                sign = ShopSign("The Corner Shop", "Dublin", "IE", "5411"),
                zone = ZoneId.systemDefault(),
            )
        EnrolmentModel(shop, KeystoreKey(), Notebook(File(noBackupFilesDir, "notebook.json")), scope).also { it.start() }
    }

    /** The models of a till, made once. */
    fun models(till: Till): Models = models?.takeIf { it.till === till } ?: Models(till, scope).also { models = it }
}

/** The one screen. */
class MainActivity : ComponentActivity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        val app = application as TillApplication
        val language = resources.configuration.locales[0].toLanguageTag()
        setContent { TillApp(app.enrolment, language, app::models) }
    }
}
