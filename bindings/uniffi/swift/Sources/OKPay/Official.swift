import Foundation
internal import OKPayCore

/// Is this really OKPay? Pages, mail addresses, telephone numbers and social accounts, held offline against a signed list. What is asked
/// about never leaves this device.
///
/// Keep `version` with the list, and give it as the last accepted version for the next one, so that nobody can bring an older list back.
public struct OfficialList: Sendable {
    /// The version of the list.
    public let version: String
    private let envelope: String
    private let publicKeys: [String]
    private let lastAcceptedVersion: String?

    /// From the JSON of an envelope.
    ///
    /// - Parameters:
    ///   - json: the envelope.
    ///   - publicKeys: the keys that are trusted for official lists, `whpk_…`.
    ///   - lastAcceptedVersion: the version of the last list; an older one is refused.
    /// - Throws: `envelope_signature_invalid`, `official_list_rollback`, `invalid_official_list`, `invalid_key`.
    public init(json: String, publicKeys: [String], lastAcceptedVersion: String? = nil) throws(OKPayError) {
        (envelope, self.publicKeys, self.lastAcceptedVersion) = (json, publicKeys, lastAcceptedVersion)
        version = try Self.check(json, publicKeys, lastAcceptedVersion, ["kind": "url", "value": ""]).listVersion
    }

    /// From an envelope as `client.officialList.current()` gives it.
    ///
    /// - Throws: as the other initializer.
    public init(envelope: OfficialListEnvelope, publicKeys: [String], lastAcceptedVersion: String? = nil) throws(OKPayError) {
        try self.init(json: try Wire.text(envelope), publicKeys: publicKeys, lastAcceptedVersion: lastAcceptedVersion)
    }

    /// Judges a page, by what a browser would really open.
    ///
    /// - Throws: nothing but a defect.
    public func url(_ url: String) throws(OKPayError) -> OfficialCheck {
        try check(["kind": "url", "value": url])
    }

    /// Judges a mail address: the address alone, without a name in front of it.
    ///
    /// - Throws: nothing but a defect.
    public func email(_ address: String) throws(OKPayError) -> OfficialCheck {
        try check(["kind": "email", "value": address])
    }

    /// Judges a telephone number with its country code.
    ///
    /// - Throws: nothing but a defect.
    public func phone(_ number: String) throws(OKPayError) -> OfficialCheck {
        try check(["kind": "phone", "value": number])
    }

    /// Judges an account on a platform such as `x`.
    ///
    /// - Throws: nothing but a defect.
    public func social(_ handle: String, on platform: String) throws(OKPayError) -> OfficialCheck {
        try check(["kind": "social", "value": handle, "platform": platform])
    }

    private func check(_ subject: Params) throws(OKPayError) -> OfficialCheck {
        try Self.check(envelope, publicKeys, lastAcceptedVersion, subject)
    }

    private static func check(
        _ envelope: String, _ publicKeys: [String], _ last: String?, _ subject: Params
    ) throws(OKPayError) -> OfficialCheck {
        let subject = try Wire.text(subject)
        let text = try crossing {
            try coreIsOfficial(envelope: envelope, publicKeys: publicKeys, lastAcceptedVersion: last, subject: subject)
        }
        return try Wire.read(OfficialCheck.self, Data(text.utf8))
    }
}
