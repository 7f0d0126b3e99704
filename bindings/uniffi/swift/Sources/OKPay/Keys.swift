import Foundation
internal import OKPayCore

/// A server's secret key, for HMAC-SHA256. Its secret stays in the core, where it is wiped on release and never shown.
public struct HMACKey: Sendable {
    let core: CoreKey

    /// From the text of the secret, `okp_test_sk_…` or `okp_live_sk_…`.
    ///
    /// - Parameters:
    ///   - id: its public name, `okp_test_kid_…`.
    ///   - secret: the secret.
    /// - Throws: `invalid_key`.
    public init(id: String, secret: String) throws(OKPayError) {
        core = try crossing { try CoreKey.hmac(keyId: id, secret: secret) }
    }

    /// From the bytes of the secret.
    ///
    /// - Throws: `invalid_key`.
    public init(id: String, bytes: Data) throws(OKPayError) {
        core = try crossing { try CoreKey.hmacBytes(keyId: id, secret: bytes) }
    }

    /// Its public name.
    public var id: String { core.keyId() }
}

/// A device's private key in memory, for Ed25519. Its seed stays in the core, where it is wiped on release and never shown.
public struct Ed25519Key: Sendable {
    let core: CoreKey

    /// From its 32-byte seed (RFC 8032 §5.1.5).
    ///
    /// - Throws: `invalid_key`.
    public init(id: String, seed: Data) throws(OKPayError) {
        core = try crossing { try CoreKey.ed25519(keyId: id, seed: seed) }
    }

    /// Its public name.
    public var id: String { core.keyId() }

    /// The public half, under the same id: what a server registers for the device.
    public var publicKey: PublicKey {
        get throws(OKPayError) { try PublicKey(id: id, bytes: core.publicKey() ?? Data()) }
    }

    /// The signature over the bytes as they are: for a ``DeviceSigner`` whose keystore holds the seed, and cannot sign with it.
    ///
    /// - Throws: nothing but a defect.
    public func signature(for bytes: Data) throws(OKPayError) -> Data {
        try crossing { try core.sign(bytes: bytes) }
    }
}

/// A device's private key that is kept elsewhere: in the keychain, behind Face ID, in a card reader.
///
/// The key is one for Ed25519. The Secure Enclave makes none of that kind itself (its keys are on P-256), so that on Apple's
/// platforms it is a `Curve25519.Signing.PrivateKey` of CryptoKit in the keychain, under an access control.
public protocol DeviceSigner: Sendable {
    /// The public name of the key, as the gateway gave it on registration.
    var keyID: String { get }

    /// The Ed25519 signature (RFC 8032) over the bytes: 64 bytes. It may take its time: no task of Swift's own waits on it.
    ///
    /// - Throws: whatever the keystore says; the call then ends as `signing_failed`.
    func signature(for bytes: Data) throws -> Data
}

/// What signs a request.
public enum SigningKey: Sendable {
    /// A server's key.
    case hmac(HMACKey)

    /// A device's key in memory.
    case ed25519(Ed25519Key)

    /// A device's key kept elsewhere.
    case device(any DeviceSigner)

    var core: CoreKey {
        switch self {
        case .hmac(let key): key.core
        case .ed25519(let key): key.core
        case .device(let signer): CoreKey.keystore(signer: Keystore(signer: signer))
        }
    }

    /// Whether signing may wait for a person.
    var mayWait: Bool {
        if case .device = self { true } else { false }
    }
}

/// A public key for Ed25519, under the id by which it is trusted. Its text is `keyid=base64`.
public struct PublicKey: Sendable, Hashable, CustomStringConvertible {
    /// Its name.
    public let id: String

    /// Its 32 bytes.
    public let bytes: Data

    /// Its text, `keyid=base64`.
    public let text: String

    /// From the 32 bytes of the key.
    ///
    /// - Throws: `invalid_key`.
    public init(id: String, bytes: Data) throws(OKPayError) {
        self.init(try crossing { try CorePublicKey.fromBytes(keyId: id, bytes: bytes) })
    }

    /// From its text.
    ///
    /// - Throws: `invalid_key`.
    public init(_ text: String) throws(OKPayError) {
        self.init(try crossing { try CorePublicKey.parse(text: text) })
    }

    private init(_ core: CorePublicKey) {
        id = core.keyId()
        bytes = core.bytes()
        text = core.text()
    }

    /// Its text.
    public var description: String { text }

    var core: CorePublicKey {
        get throws(OKPayError) { try crossing { try CorePublicKey.fromBytes(keyId: id, bytes: bytes) } }
    }
}

/// A signer of the app, as the core calls it.
private final class Keystore: CoreSigner {
    private let signer: any DeviceSigner

    init(signer: any DeviceSigner) {
        self.signer = signer
    }

    func keyId() -> String { signer.keyID }

    func sign(base: Data) throws -> Data {
        do {
            return try signer.signature(for: base)
        } catch {
            throw CoreSignerError.Refused(reason: error.localizedDescription)
        }
    }
}
