// swift-tools-version: 6.0
import Foundation
import PackageDescription

// Where the library `okpay_core` is, while the SDK itself is worked on. SwiftPM allows such flags only to packages that are used by path.
let linking: [LinkerSetting] = Context.environment["OKPAY_LIBRARY_DIR"].map { folder in
    [.unsafeFlags(["-L\(folder)", "-Xlinker", "-rpath", "-Xlinker", folder])]
} ?? []

// What is handed out has no tests.
let hasTests = FileManager.default.fileExists(atPath: Context.packageDirectory + "/Tests")

let package = Package(
    name: "OKPay",
    platforms: [.macOS(.v13), .iOS(.v16)],
    products: [.library(name: "OKPay", targets: ["OKPay"])],
    targets: [
        // Plumbing, made by `cargo xtask test swift` from the library itself and not kept in the repository.
        .target(name: "okpay_coreFFI", linkerSettings: [.linkedLibrary("okpay_core")] + linking),
        .target(name: "OKPayCore", dependencies: ["okpay_coreFFI"]),
        .target(name: "OKPay", dependencies: ["OKPayCore"]),
    ] + (hasTests ? [.testTarget(name: "OKPayTests", dependencies: ["OKPay"])] : []),
    swiftLanguageModes: [.v6]
)
