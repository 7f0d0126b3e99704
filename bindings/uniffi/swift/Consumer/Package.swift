// swift-tools-version: 6.0
import PackageDescription

// A package that uses OKPay as others do: by what it exports and nothing else. The project's own tests give it the unpacked archive.
let okpay = Context.environment["OKPAY_PACKAGE"] ?? ".."

let package = Package(
    name: "Consumer",
    platforms: [.macOS(.v13)],
    dependencies: [.package(name: "OKPay", path: okpay)],
    targets: [.executableTarget(name: "pay", dependencies: [.product(name: "OKPay", package: "OKPay")])],
    swiftLanguageModes: [.v6]
)
