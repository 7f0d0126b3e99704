#if canImport(CryptoKit) && canImport(Security)
    import CryptoKit
    import Foundation
    import OKPay
    import Security
    import Till

    /// The till's key, in the keychain and sealed by a key of the Secure Enclave.
    ///
    /// The Enclave makes keys on P-256 alone, and OKPay takes Ed25519: the Enclave's key agrees on a secret with itself, and what it seals is the
    /// seed, which is open only while it signs. A copy of the keychain's item is of no use on another device.
    public struct EnclaveKey: TillKey {
        private static let account = "okpay-till"

        /// The key of this device; it is made when it is first asked for.
        public init() {}

        public var publicKey: Data {
            get throws { try key().publicKey.rawRepresentation }
        }

        public func sign(_ bytes: Data) throws -> Data { try key().signature(for: bytes) }

        public func renew() throws {
            let enclave = try SecureEnclave.P256.KeyAgreement.PrivateKey()
            let seed = Curve25519.Signing.PrivateKey().rawRepresentation
            let sealed = try AES.GCM.seal(seed, using: secret(enclave))
            guard let box = sealed.combined else { throw CryptoKitError.incorrectParameterSize }
            try store(JSONEncoder().encode(Item(enclave: enclave.dataRepresentation, seed: box)))
        }

        private func key() throws -> Curve25519.Signing.PrivateKey {
            if try stored() == nil { try renew() }
            guard let data = try stored() else { throw CocoaError(.fileReadUnknown) }
            let item = try JSONDecoder().decode(Item.self, from: data)
            let enclave = try SecureEnclave.P256.KeyAgreement.PrivateKey(dataRepresentation: item.enclave)
            let seed = try AES.GCM.open(AES.GCM.SealedBox(combined: item.seed), using: secret(enclave))
            return try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        }

        /// What the Enclave's key agrees on with its own public half: nobody without that key can.
        private func secret(_ enclave: SecureEnclave.P256.KeyAgreement.PrivateKey) throws -> SymmetricKey {
            try enclave.sharedSecretFromKeyAgreement(with: enclave.publicKey)
                .hkdfDerivedSymmetricKey(using: SHA256.self, salt: Data(), sharedInfo: Data(Self.account.utf8), outputByteCount: 32)
        }

        private struct Item: Codable {
            /// The Enclave's key, as only this device's Enclave opens it.
            var enclave: Data

            /// The seed, sealed.
            var seed: Data
        }

        private var place: [CFString: Any] {
            [kSecClass: kSecClassGenericPassword, kSecAttrAccount: Self.account, kSecUseDataProtectionKeychain: true]
        }

        private func store(_ item: Data) throws {
            SecItemDelete(place as CFDictionary)
            let added: [CFString: Any] = [kSecValueData: item, kSecAttrAccessible: kSecAttrAccessibleWhenUnlockedThisDeviceOnly]
            try check(SecItemAdd(place.merging(added) { _, new in new } as CFDictionary, nil))
        }

        private func stored() throws -> Data? {
            var found: CFTypeRef?
            let status = SecItemCopyMatching(place.merging([kSecReturnData: true]) { _, new in new } as CFDictionary, &found)
            if status == errSecItemNotFound { return nil }
            try check(status)
            return found as? Data
        }

        private func check(_ status: OSStatus) throws {
            if status != errSecSuccess { throw NSError(domain: NSOSStatusErrorDomain, code: Int(status)) }
        }
    }
#endif
