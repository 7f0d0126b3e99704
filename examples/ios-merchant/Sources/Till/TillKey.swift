import Foundation
import OKPay

/// The till's own Ed25519 key. Its private half is made on the device and does not leave it: see `EnclaveKey` in `TillUI`.
public protocol TillKey: Sendable {
    /// The public half, 32 bytes: what the merchant's server registers.
    var publicKey: Data { get throws }

    /// The signature (RFC 8032), 64 bytes. It may wait for a face or a finger.
    func sign(_ bytes: Data) throws -> Data

    /// Makes another pair in place of this one: a key that was revoked is never good again.
    func renew() throws
}

/// The key under the name that the gateway gave it.
struct NamedKey: DeviceSigner {
    let keyID: String
    let key: any TillKey

    func signature(for bytes: Data) throws -> Data { try key.sign(bytes) }
}
