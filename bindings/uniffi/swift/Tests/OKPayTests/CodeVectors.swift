import Foundation
import OKPay
import Testing

/// One-time codes, as the RFCs have them.
@Suite struct CodeVectors {
    private func seed(_ algorithm: String) throws -> Data {
        Data(try (try json("tests/vectors/totp.json")["seeds"] ?? .null).text(algorithm).utf8)
    }

    @Test func aCodeIsThatOfItsTime() async throws {
        try await each("totp", "totp") { row in
            let (name, published) = (try row.text("alg"), try row.text("totp"))
            let algorithm = try #require(TOTPKey.Algorithm(rawValue: name))
            let key = try TOTPKey(secret: try seed(name), algorithm: algorithm, digits: 8)
            let now = Date(timeIntervalSince1970: TimeInterval(try row.number("time")))
            try #require(key.code(at: now) == published)
            try #require(try key.verify(published, at: now, window: 0) == UInt64(try row.text("T"), radix: 16))
        }
    }

    @Test func aCodeIsThatOfItsCounter() async throws {
        let key = try TOTPKey(secret: try seed("SHA1"))
        try await each("totp", "hotp_sha1_6digits") { row in
            let now = Date(timeIntervalSince1970: TimeInterval(try row.number("counter") * 30))
            try #require(try key.code(at: now) == row.text("hotp"))
        }
    }

    @Test func aCodeIsTakenOnce() throws {
        let (key, now) = (try TOTPKey(base32: "gezd gnbv GY3T QOJQ gezd gnbv gy3t qojq"), Date(timeIntervalSince1970: 1_800_000_000))
        let step = try key.verify(key.code(at: now), at: now)
        #expect(code { try key.verify(key.code(at: now), at: now, lastUsed: step) } == "one_time_code_mismatch")
        #expect(code { try key.verify("", at: now, window: 11) } == "invalid_parameter")
        #expect(code { try TOTPKey(base32: "GEZD1") } == "invalid_key")
        #expect(try key.uri(issuer: "Shop", account: "anna").hasPrefix("otpauth://totp/Shop:anna?secret=GEZD"))
        #expect(!"\(key) \([key])".contains("GEZD"))
    }
}
