// The app: the models and screens beside it, and what is Android's alone. Kotlin is the SDK's own version: an older one does not read the jar.
plugins {
    id("com.android.application") version "8.13.0"
    id("org.jetbrains.kotlin.android") version "2.4.21"
    id("org.jetbrains.kotlin.plugin.compose") version "2.4.21"
}

android {
    namespace = "com.example.till.app"
    compileSdk = 36

    defaultConfig {
        applicationId = "com.example.till"
        // The keystore signs with Ed25519 from Android 13 on.
        minSdk = 33
        targetSdk = 36
        versionCode = 1
        versionName = "1"
        // Where the shop's gateway is: ./gradlew installDebug -Pokpay.url=… -Pokpay.gatewayKeys=…
        buildConfigField("String", "OKPAY_URL", "\"${property("okpay.url")}\"")
        buildConfigField("String", "OKPAY_GATEWAY_KEYS", "\"${property("okpay.gatewayKeys")}\"")
    }

    buildFeatures {
        buildConfig = true
        compose = true
    }

    // The library for every ABI, as `cargo ndk` builds it, goes into src/main/jniLibs: see bindings/uniffi/kotlin/README.md.
    sourceSets["main"].kotlin.srcDirs("../till/src/main/kotlin", "../ui/src/main/kotlin")

    packaging { resources.excludes += "natives/**" }
}

dependencies {
    implementation("com.okpay:okpay:0.1.0") {
        exclude(group = "net.java.dev.jna", module = "jna")
        exclude(group = "com.squareup.okhttp3", module = "okhttp-jvm")
    }
    implementation("net.java.dev.jna:jna:5.19.1@aar")
    implementation("com.squareup.okhttp3:okhttp:5.5.1")
    implementation("com.google.zxing:core:3.5.3")
    implementation("org.jetbrains.kotlinx:kotlinx-coroutines-android:1.11.0")
    // The Compose that pom.xml compiles the screens with.
    implementation(platform("androidx.compose:compose-bom:2025.06.00"))
    implementation("androidx.compose.material3:material3")
    implementation("androidx.activity:activity-compose:1.11.0")
}
