// swift-tools-version: 6.0
import PackageDescription

// The Observation of Swift 6.0 on Linux asks for a symbol that no library of it has, and never calls it.
let observation: [LinkerSetting] = [.unsafeFlags(["-Xlinker", "--allow-shlib-undefined"], .when(platforms: [.linux]))]

let package = Package(
    name: "TillKit",
    platforms: [.macOS(.v14), .iOS(.v17)],
    products: [.library(name: "Till", targets: ["Till"]), .library(name: "TillUI", targets: ["TillUI"])],
    dependencies: [.package(name: "OKPay", path: "../../bindings/uniffi/swift")],
    targets: [
        // The models: built and tested on Linux, too.
        .target(name: "Till", dependencies: [.product(name: "OKPay", package: "OKPay")], linkerSettings: observation),
        // The screens and the key, which are Apple's platforms' alone.
        .target(name: "TillUI", dependencies: ["Till", .product(name: "OKPay", package: "OKPay")]),
        .testTarget(name: "TillTests", dependencies: ["Till"]),
    ],
    swiftLanguageModes: [.v6]
)
