import Foundation
import OKPay
import Testing

/// Addresses, card numbers, IBANs and what is scanned, as published.
@Suite struct CheckVectors {
    @Test func checkDigitsHoldOrNot() async throws {
        try await each("luhn_iban", "luhn.valid") { try #require(try Checks.luhn($0.string ?? "")) }
        try await each("luhn_iban", "luhn.invalid") { try #require(try !Checks.luhn($0.string ?? "none")) }
    }

    @Test func anIBANIsReadOrRefused() async throws {
        try await each("luhn_iban", "iban.valid") { row in
            let printed = try #require(row.string)
            let electronic = printed.replacing(" ", with: "")
            let read = try Checks.iban(electronic.lowercased())
            try #require(read.print == printed && read.electronic == electronic && read.country == printed.prefix(2))
        }
        try await each("luhn_iban", "iban.invalid") { row in
            try #require(code { try Checks.iban(row.string ?? "") } == "iban_checksum")
        }
    }

    @Test func anAddressIsRead() async throws {
        try await each("addresses", "eip55.valid") { row in
            let text = try #require(row.string)
            let (small, whole) = (try Checks.address(text.lowercased(), on: .ethereum), try Checks.address(text, on: .bnb))
            try #require(small.address == text && whole.address == text && whole.checksummed)
        }
        try await each("addresses", "tron.valid") { row in
            try #require(try Checks.address(row.text("address"), on: .tron).payload == row.text("hex"))
        }
        try await each("addresses", "tron.valid_plain") { row in
            try #require(try Checks.address(row.string ?? "", on: .tron).kind == .account)
        }
        try await each("addresses", "segwit.valid") { row in
            try #require(try Checks.address(row.text("address"), on: .bitcoin).payload == row.text("script_pubkey"))
        }
    }

    @Test func anAddressOfBitcoinTellsItsChain() async throws {
        let chains: [String: Chain] = ["main": .main, "regtest": .regtest, "testnet4": .test]
        try await each("addresses", "bitcoin_addresses.valid") { row in
            let chain = try #require(chains[try row.text("chain")])
            let read = try Checks.address(row.text("address"), on: .bitcoin, chain: chain)
            try #require(try read.payload == row.text("script_pubkey") && read.chain == chain)
        }
    }

    @Test(arguments: [
        ("eip55.invalid", Network.ethereum), ("tron.invalid", .tron), ("bitcoin_addresses.invalid", .bitcoin), ("segwit.invalid", .bitcoin),
        ("bech32.valid", .bitcoin), ("bech32.invalid", .bitcoin), ("bech32m.valid", .bitcoin), ("bech32m.invalid", .bitcoin),
        ("base58.vectors", .bitcoin),
    ])
    func whatIsNoAddressIsRefused(_ list: String, _ network: Network) async throws {
        try await each("addresses", list) { row in
            let text = try typed(row)
            try #require(code { try Checks.address(text, on: network) }?.hasPrefix("address_") == true)
        }
    }

    /// The text of a case, which may have a byte before or behind it that is written in hex.
    private func typed(_ row: JSONValue) throws -> String {
        if let text = row.string ?? row["base58"]?.string { return text }
        let byte = { (name: String) throws -> String in
            guard let hex = row[name]?.string else { return "" }
            return String(Character(Unicode.Scalar(try #require(UInt8(hex.dropFirst(2), radix: 16)))))
        }
        return try byte("prefix_byte") + row.text("string") + byte("suffix_byte")
    }

    @Test func aLinkOfBIP21IsReadOrRefused() async throws {
        let good = "1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo"
        let paid = { (link: String) in link.replacing("175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W", with: good) }
        try await each("addresses", "bip21.valid") { row in
            let link = try #require(row.string)
            try #require(code { try PaymentRequests.parse(link) } == "address_checksum")
            let coin = try PaymentRequests.parse(paid(link)).coin
            try #require(coin?.address == good && coin?.currency == "BTC")
        }
        try await each("addresses", "bip21.invalid") { row in
            let refused = code { try PaymentRequests.parse(paid(row.string ?? "")) }
            try #require(["payment_request_unsupported", "invalid_amount"].contains(refused))
        }
    }

    @Test func aLinkOfERC681IsRead() async throws {
        let first = try json("tests/vectors/addresses.json")["erc681"]?["examples"]?[0]?.string
        try await each("addresses", "erc681.examples") { row in
            let link = try #require(row.string)
            guard link == first else { return try #require(try PaymentRequests.parse(link).coin?.units == "1") }
            // The standard's own example has a slip in its capitals.
            try #require(code { try PaymentRequests.parse(link) } == "address_checksum")
            try #require(try PaymentRequests.parse(link.lowercased()).coin?.units == "2014000000000000000")
        }
    }

    @Test func aShopsCodeIsMadeAgain() async throws {
        try await each("emvco_qr", "samples") { row in
            let payload = try row.text("payload")
            let fields = try PaymentRequests.fields(of: payload)
            let wanted = row["tlv"]?.elements.dropLast().map { QRField(id: $0[0]?.string ?? "", value: $0[1]?.string ?? "") }
            try #require(fields == wanted)
            try #require(try PaymentRequests.payload(of: fields) == payload)
        }
    }
}

/// What is really OKPay's, as published.
@Suite struct OfficialVectors {
    @Test func everythingIsJudgedAsItShouldBe() async throws {
        let file = try json("tests/vectors/official.json")
        let list = try OfficialList(json: file.text("envelope"), publicKeys: [file.text("public_key")])
        try await each("official", "checks") { row in
            let subject = try #require(row["subject"])
            let (kind, value) = (try subject.text("kind"), try subject.text("value"))
            let check =
                switch kind {
                case "url": try list.url(value)
                case "email": try list.email(value)
                case "phone": try list.phone(value)
                default: try list.social(value, on: subject.text("platform"))
                }
            try #require(try check.verdict.rawValue == row.text("verdict") && check.reason.rawValue == row.text("reason"))
            try #require(check.normalized == row["normalized"]?.string && check.entry == row["entry"]?.string)
        }
    }

    @Test func listsLoadOrAreRefused() async throws {
        let file = try json("tests/vectors/official.json")
        try await each("official", "loads") { row in
            let change = [row["replace"]?[0]?.string, row["replace"]?[1]?.string].compactMap { $0 }
            let written = try file.text("envelope")
            let envelope = change.count == 2 ? written.replacing(change[0], with: change[1]) : written
            let key = try row["public_key"]?.string ?? file.text("public_key")
            let refusal = code {
                try OfficialList(json: envelope, publicKeys: [key], lastAcceptedVersion: row["last_accepted_version"]?.string)
            }
            try #require(refusal == row["error"]?.string)
        }
    }
}
