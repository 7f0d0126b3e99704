import Foundation
internal import OKPayCore

/// Checks of what people type, offline and while they type. That a number is well formed does not say that it exists.
public enum Checks {
    /// A card number as far as it is typed.
    ///
    /// - Throws: nothing but a defect.
    public static func cardNumber(_ typed: String) throws(OKPayError) -> CardNumberCheck {
        try read { try coreCheckCardNumber(typed: typed) }
    }

    /// A security code as far as it is typed.
    ///
    /// - Throws: nothing but a defect.
    public static func securityCode(_ typed: String, brand: CardBrand? = nil) throws(OKPayError) -> SecurityCodeCheck {
        try read { try coreCheckSecurityCode(typed: typed, brand: brand?.rawValue) }
    }

    /// The end of a card's validity as far as it is typed, such as `12/30`. `now` is this machine's clock by default.
    ///
    /// - Throws: nothing but a defect.
    public static func cardExpiry(_ typed: String, now: Date? = nil) throws(OKPayError) -> CardExpiryCheck {
        try read { try coreCheckCardExpiry(typed: typed, now: now.map(Wire.millis)) }
    }

    /// A whole card, before it is sent.
    ///
    /// - Throws: `invalid_parameter` and more, with the field at fault.
    public static func card(_ card: CardDetails, now: Date? = nil) throws(OKPayError) -> CardNumberCheck {
        let text = try Wire.text(card)
        return try read { try coreCheckCard(card: text, now: now.map(Wire.millis)) }
    }

    /// Whether the digits end in their check digit (ISO/IEC 7812-1).
    ///
    /// - Throws: nothing but a defect.
    public static func luhn(_ digits: String) throws(OKPayError) -> Bool {
        try crossing { try coreLuhn(digits: digits) }
    }

    /// An IBAN (ISO 13616), with or without spaces.
    ///
    /// - Throws: `iban_malformed`, `iban_unknown_country` or `iban_checksum`.
    public static func iban(_ typed: String) throws(OKPayError) -> IBAN {
        try read { try coreCheckIban(typed: typed) }
    }

    /// An address of a network; of any chain of it by default.
    ///
    /// - Throws: `address_malformed`, `address_checksum`, `address_wrong_network` and more.
    public static func address(_ typed: String, on network: Network, chain: Chain? = nil) throws(OKPayError) -> CryptoAddress {
        try read { try coreCheckAddress(typed: typed, network: network.rawValue, chain: chain?.rawValue) }
    }
}

/// What wallets and bank apps scan: payment links (BIP-21, ERC-681, TRON) and shops' codes (EMVCo).
public enum PaymentRequests {
    /// Reads what was scanned, of whatever format.
    ///
    /// - Throws: `payment_request_malformed` and more, with the place.
    public static func parse(_ text: String) throws(OKPayError) -> PaymentRequest {
        try read { try coreReadPaymentRequest(text: text) }
    }

    /// The link that a wallet opens, such as `bitcoin:…?amount=…`.
    ///
    /// - Throws: `invalid_parameter` and more, with the field at fault.
    public static func uri(_ request: CoinRequest) throws(OKPayError) -> String {
        let text = try Wire.text(request)
        return try crossing { try coreCoinUri(request: text) }
    }

    /// The payload of a shop's code, checksum included (EMVCo, merchant-presented).
    ///
    /// - Throws: `invalid_parameter` and more, with the field at fault.
    public static func merchantCode(_ request: MerchantRequest) throws(OKPayError) -> String {
        let text = try Wire.text(request)
        return try crossing { try coreMerchantQr(request: text) }
    }

    /// The fields of a shop's code as it came.
    ///
    /// - Throws: `payment_request_malformed`.
    public static func fields(of payload: String) throws(OKPayError) -> [QRField] {
        try read { try coreQrFields(payload: payload) }
    }

    /// A shop's code out of its fields; its checksum is put at the end.
    ///
    /// - Throws: `payment_request_malformed`.
    public static func payload(of fields: [QRField]) throws(OKPayError) -> String {
        let text = try Wire.text(fields)
        return try crossing { try coreQrPayload(fields: text) }
    }

    /// The contract of USDT on a network; none where it has none.
    ///
    /// - Throws: nothing but a defect.
    public static func usdtContract(on network: Network) throws(OKPayError) -> String? {
        try crossing { try coreUsdtContract(network: network.rawValue) }
    }
}

private func read<Model: Decodable>(_ text: () throws -> String) throws(OKPayError) -> Model {
    try Wire.read(Model.self, Data(try crossing(text).utf8))
}
