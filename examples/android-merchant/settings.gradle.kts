// Android's own build. The project's tests have no Android SDK and do not run it: see README.md.
pluginManagement {
    repositories {
        google()
        mavenCentral()
        gradlePluginPortal()
    }
}

dependencyResolutionManagement {
    repositories {
        // The SDK as `cargo xtask test kotlin` installs it.
        mavenLocal()
        google()
        mavenCentral()
    }
}

rootProject.name = "till"
include(":app")
