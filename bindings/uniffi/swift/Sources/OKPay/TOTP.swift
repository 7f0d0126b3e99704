import Foundation
internal import OKPayCore

/// The secret that an authenticator app and a server share (RFC 6238), for a merchant's own sign-in. It stays in the core, where it is
/// wiped on release and never shown.
///
/// ```swift
/// let key = try TOTPKey(secret: secret)  // 20 random bytes, kept with the account
/// print(try key.uri(issuer: "Shop", account: "anna@example.com"))  // shown once, as a QR code
/// account.lastUsed = try key.verify(typed, lastUsed: account.lastUsed)  // so that no code is taken twice
/// ```
public struct TOTPKey: Sendable {
    /// The hash behind a code. Many apps know the first one alone.
    public enum Algorithm: String, Sendable {
        /// HMAC-SHA-1, for which its collisions do not matter.
        case sha1 = "SHA1"

        /// HMAC-SHA-256.
        case sha256 = "SHA256"

        /// HMAC-SHA-512.
        case sha512 = "SHA512"
    }

    private let core: CoreTotpKey

    /// From the bytes of the secret: 16 to 128 random ones; RFC 4226 recommends 20.
    ///
    /// - Parameters:
    ///   - secret: the bytes.
    ///   - algorithm: the hash. The app has to know it, and what follows, too.
    ///   - digits: 6 to 8.
    ///   - period: how long a code is good, 15 to 120 whole seconds.
    /// - Throws: `invalid_key`, `invalid_parameter`.
    public init(secret: Data, algorithm: Algorithm = .sha1, digits: UInt8 = 6, period: Duration = .seconds(30)) throws(OKPayError) {
        core = try crossing {
            try CoreTotpKey.fromBytes(
                secret: secret, algorithm: algorithm.rawValue, digits: UInt32(digits), period: period.wholeSeconds)
        }
    }

    /// From the secret as apps show it: Base32, in capitals or not, with or without spaces and padding.
    ///
    /// - Throws: `invalid_key`, `invalid_parameter`.
    public init(base32: String, algorithm: Algorithm = .sha1, digits: UInt8 = 6, period: Duration = .seconds(30)) throws(OKPayError) {
        core = try crossing {
            try CoreTotpKey.fromBase32(
                secret: base32, algorithm: algorithm.rawValue, digits: UInt32(digits), period: period.wholeSeconds)
        }
    }

    /// The code at a moment; now by default.
    public func code(at now: Date? = nil) -> String { core.code(now: now.map(Wire.millis)) }

    /// Proves a code that somebody typed, and gives its step: keep that with the account, and hand it in as `lastUsed` the next time,
    /// so that no code is taken twice (RFC 6238, section 5.2).
    ///
    /// Count the failures of an account and slow it down: six digits are guessed in half a million tries.
    ///
    /// - Parameters:
    ///   - typed: what was typed.
    ///   - now: this machine's clock by default.
    ///   - window: how many steps a code may be early or late, at most 10.
    ///   - lastUsed: the step that was given the last time.
    /// - Throws: `one_time_code_mismatch`.
    public func verify(_ typed: String, at now: Date? = nil, window: UInt8 = 1, lastUsed: UInt64? = nil) throws(OKPayError) -> UInt64 {
        let now = now.map(Wire.millis)
        return try crossing { try core.verify(typed: typed, now: now, window: UInt32(window), lastUsed: lastUsed) }
    }

    /// The link that an app takes as a QR code: `otpauth://totp/issuer:account?…`. It holds the secret: show it once, over HTTPS.
    ///
    /// - Throws: `invalid_parameter`.
    public func uri(issuer: String, account: String) throws(OKPayError) -> String {
        try crossing { try core.uri(issuer: issuer, account: account) }
    }
}

extension TOTPKey: CustomStringConvertible, CustomReflectable {
    /// Nothing of the secret.
    public var description: String { "TOTPKey(secret redacted)" }

    /// Nothing of the secret.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
