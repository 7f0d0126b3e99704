import Foundation
internal import OKPayCore

/// The diagnostic bundle of a support ticket: versions and the last failures, and never a secret. Known codes and operations, ids of OKPay's
/// form and numbers are in it, and no text that anybody could have written.
extension DiagnosticBundle {
    /// Puts a bundle together for `client.tickets.create`.
    ///
    /// - Parameters:
    ///   - errors: errors, oldest first.
    ///   - reports: what `onAttempt` was told, oldest first; the last 20 of both are kept.
    /// - Throws: nothing but a defect.
    public static func about(_ errors: [OKPayError], reports: [AttemptReport] = []) throws(OKPayError) -> DiagnosticBundle {
        let incidents = reports.map(incident) + errors.map(incident)
        let sources: Params = ["language": "swift", "runtime": runtime, "platform": platform, "incidents": incidents]
        let text = try Wire.text(sources)
        return try Wire.read(DiagnosticBundle.self, Data(try crossing { try coreAssembleDiagnostics(sources: text) }.utf8))
    }

    private static func incident(_ error: OKPayError) -> Params {
        [
            "phase": error.core.phase, "code": error.core.code, "decline_code": error.core.declineCode, "status": error.core.status,
            "param": error.core.param, "object": error.core.object, "request_id": error.core.requestId,
            "idempotency_key": error.core.idempotencyKey,
        ]
    }

    private static func incident(_ report: AttemptReport) -> Params {
        [
            "operation": report.operation, "attempt": report.attempt, "status": report.status, "code": report.failure?.rawValue,
            "request_id": report.requestID, "elapsed_ms": report.elapsed.wholeMilliseconds,
        ]
    }

    /// The system with its version on Apple's phones, tablets and computers, where the language's runtime comes with it; elsewhere the
    /// language, by the compiler.
    private static var runtime: String {
        #if os(iOS) || os(macOS)
            let version = ProcessInfo.processInfo.operatingSystemVersion
            let name = system == "ios" ? "iOS" : "macOS"
            return "\(name) \(version.majorVersion).\(version.minorVersion).\(version.patchVersion)"
        #else
            return "Swift \(compiler)"
        #endif
    }

    /// At least this; a later one than is known here says the last that is.
    private static var compiler: String {
        #if compiler(>=6.3)
            "6.3"
        #elseif compiler(>=6.2)
            "6.2"
        #elseif compiler(>=6.1)
            "6.1"
        #else
            "6.0"
        #endif
    }

    private static var platform: String { "\(system) \(processor)" }

    private static var system: String {
        #if os(iOS)
            "ios"
        #elseif os(macOS)
            "macos"
        #elseif os(tvOS)
            "tvos"
        #elseif os(watchOS)
            "watchos"
        #elseif os(visionOS)
            "visionos"
        #elseif os(Windows)
            "windows"
        #else
            "linux"
        #endif
    }

    private static var processor: String {
        #if arch(arm64)
            "arm64"
        #elseif arch(x86_64)
            "x86_64"
        #else
            "arm"
        #endif
    }
}
