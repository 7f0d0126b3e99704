import Foundation
import OKPay
import Testing

/// Requests, answers, digests and webhooks, as published.
@Suite struct SigningVectors {
    private let requests: JSONValue
    private let answers: JSONValue

    init() throws {
        requests = try json("tests/vectors/okpay_requests.json")
        answers = try json("tests/vectors/okpay_answers.json")
    }

    @Test func aRequestIsSignedAndProven() async throws {
        try await each("okpay_requests", "cases") { row in
            let created = Date(timeIntervalSince1970: 1_767_225_600)
            let nonce = "b3k2pp5k7z50gnwpyemd01"
            let (method, url, body) = (try row.text("method"), try row.text("url"), Data(try row.text("body").utf8))
            let sent = row["headers"]?.members.filter { ["content-type", "idempotency-key"].contains($0.key) } ?? [:]
            let headers = Headers(sent.mapValues { $0.string ?? "" })
            let (key, publicKey) = try keys(row)
            let signed = try Signing.sign(method: method, url: url, headers: headers, body: body, key: key, created: created, nonce: nonce)
            try #require(try signed["signature-input"] == row.text("signature_input"))
            try #require(try signed["signature"] == row.text("signature"))
            try #require(signed["content-digest"] == row["headers"]?["content-digest"]?.string)
            try #require(signed.pairs.count == (body.isEmpty ? 2 : 3))
            let received = headers.adding(signed)
            try #require(try Signing.claimedKeyID(method: method, url: url, headers: received, body: body) == row.text("keyid"))
            let prove = { (url: String) in
                switch (key, publicKey) {
                case (.hmac(let key), _):
                    try Signing.verify(method: method, url: url, headers: received, body: body, key: key, now: created)
                default:
                    try Signing.verify(method: method, url: url, headers: received, body: body, key: publicKey, now: created)
                }
            }
            let proven = try prove(url)
            try #require(try proven.keyID == row.text("keyid") && proven.algorithm == row.text("alg") && proven.nonce == nonce)
            try #require(proven.created == created && proven.expires == created + 300)
            try #require(code { try prove(url + "x") } == "signature_invalid")
        }
    }

    private func keys(_ row: JSONValue) throws -> (SigningKey, PublicKey) {
        let (keys, id) = (requests["rfc9421_test_keys"] ?? .null, try row.text("keyid"))
        let publicKey = try PublicKey(id: id, bytes: try Data(hex: try keys.text("ed25519_public_hex")))
        if try row.text("alg") == "hmac-sha256" {
            return (.hmac(try HMACKey(id: id, bytes: try Data(hex: try keys.text("hmac_hex")))), publicKey)
        }
        return (.ed25519(try Ed25519Key(id: id, seed: try Data(hex: try keys.text("ed25519_seed_hex")))), publicKey)
    }

    @Test func anAnswerIsSignedAndProven() async throws {
        try await each("okpay_answers", "cases") { row in
            let seed = try Data(hex: try (answers["keys"] ?? .null).text("ed25519_seed_hex"))
            let key = try Ed25519Key(id: try answers.text("keyid"), seed: seed)
            let (gateway, request) = (try gatewayKey(), request(row, "nonce", "okpay_key_id"))
            try #require(try key.publicKey == gateway)
            let type = row["content_type"]?.string
            var answer = Answer(
                status: try row.number("status"), headers: type.map { ["Content-Type": $0] } ?? [:],
                body: Data(try row.text("body").utf8))
            let created = Date(timeIntervalSince1970: TimeInterval(try row.number("created")))
            let signed = try Signing.sign(answer, key: key, created: created, to: request)
            try #require(try signed["signature-input"] == row.text("signature_input"))
            try #require(try signed["signature"] == row.text("signature"))
            answer.headers = answer.headers.adding(signed)
            let proven = try Signing.verify(answer, keys: gateway.text, to: request)
            try #require(proven.created == created && proven.keyID == gateway.id && proven.request?.nonce == row["nonce"]?.string)
        }
    }

    @Test func anAnswerIsRefused() async throws {
        try await each("okpay_answers", "refused") { row in
            let headers = Headers(row["headers"]?.members.mapValues { $0.string ?? "" } ?? [:])
            let answer = Answer(status: try row.number("status"), headers: headers, body: Data(try row.text("body").utf8))
            let (keys, request) = (try gatewayKey().text, request(row, "expected_nonce", "expected_key_id"))
            try #require(try code { try Signing.verify(answer, keys: keys, to: request) } == row.text("code"))
        }
    }

    private func gatewayKey() throws -> PublicKey {
        let bytes = try Data(hex: try (answers["keys"] ?? .null).text("ed25519_public_hex"))
        return try PublicKey(id: try answers.text("keyid"), bytes: bytes)
    }

    private func request(_ row: JSONValue, _ nonce: String, _ key: String) -> Signing.AnsweredRequest? {
        row[nonce]?.string.map { .init(nonce: $0, keyID: row[key]?.string ?? answers[key]?.string ?? "") }
    }

    @Test func aDigestOfAMessageHolds() async throws {
        try await each("rfc9421", "content_digest_checks") { row in
            let (field, body) = (try row.text("content_digest"), Data(try row.text("body").utf8))
            let found = code { try Signing.verifyContentDigest(field, body: body) }
            try #require(found == (row["matches"] == .bool(true) ? nil : "digest_mismatch"))
        }
    }

    @Test func aSignatureOfAnotherProfileIsRefused() async throws {
        try await each("rfc9421", "signature_vectors") { row in
            let start = try row.text("start_line").split(separator: " ").map(String.init)
            let own = (row["headers"]?.elements ?? []).map { (name: $0.elements[0].string ?? "", value: $0.elements[1].string ?? "") }
            let fields = [("Signature-Input", "signature_input"), ("Signature", "signature")]
            let signed = try fields.map { (name: $0.0, value: try row.text($0.1)) }
            let (url, body) = ("https://example.com" + start[1], Data(try row.text("body").utf8))
            let (headers, (_, key)) = (Headers(own + signed), try keys(row))
            let found = code { try Signing.verify(method: start[0], url: url, headers: headers, body: body, key: key) }
            try #require(found == "signature_invalid")
        }
    }

    @Test func aDigestIsThatOfItsBody() async throws {
        try await each("rfc9530", "vectors") { row in
            let (body, field) = (try Data(hex: try row.text("body_hex")), try row.text("field_value"))
            try Signing.verifyContentDigest(field, body: body)
            if try row.text("alg") == "sha-256" {
                try #require(try Signing.contentDigest(body) == field)
            }
            try #require(code { try Signing.verifyContentDigest(field, body: body + Data("!".utf8)) } == "digest_mismatch")
        }
    }

    @Test func anAmbiguousDigestIsRefused() async throws {
        try await each("rfc9530", "negative_or_ambiguous") { row in
            let field = try row.text("field_value")
            for body in ["{\"hello\": \"world\"}", "{\"hello\": \"world\"}\n"] {
                try #require(code { try Signing.verifyContentDigest(field, body: Data(body.utf8)) } != nil)
            }
        }
    }
}

/// Standard Webhooks, as published.
@Suite struct WebhookVectors {
    private let all: JSONValue

    init() throws {
        all = try json("tests/vectors/standard_webhooks.json")
    }

    @Test func aWebhookIsSignedAndProven() async throws {
        try await each("standard_webhooks", "vectors") { row in
            let payload = try deliver(row, try row.text("signature"), row["secret"]?.string ?? row.text("public_key"))
            try #require(try payload.id == row.text("msg_id") && payload.body == Data(try row.text("payload").utf8))
            if try row.text("scheme") == "v1" {
                let signature = try Webhooks.signature(
                    of: payload.body, id: payload.id, secret: try row.text("secret"), timestamp: payload.timestamp)
                try #require(try signature == row.text("signature"))
            }
        }
    }

    @Test func aSignatureHeaderIsReadStrictly() async throws {
        try await each("standard_webhooks", "signature_header_cases") { row in
            guard let base = try all["vectors"]?.elements.first(where: { try $0.text("name") == row.text("base") }) else {
                throw Missing(name: "base")
            }
            let found = code { try deliver(base, try row.text("headers_signature"), try base.text("secret")) }
            let isTaken = try row.text("expect") == "accept"
            try #require(found == (isTaken ? nil : "webhook_signature_mismatch"))
        }
    }

    @Test func aSecretIsReadStrictly() async throws {
        try await each("standard_webhooks", "secret_cases") { row in
            let secret = try row.text("secret")
            if try row.text("expect") == "ok" {
                let sign = { try Webhooks.signature(of: Data("x".utf8), id: "msg_1", secret: $0, timestamp: Date(timeIntervalSince1970: 1)) }
                try #require(try sign(secret) == sign(row.text("same_key_as")))
            } else {
                try #require(code { try Verifier(secret) } == "invalid_key")
            }
        }
    }

    private func deliver(_ row: JSONValue, _ signature: String, _ secret: String) throws -> VerifiedPayload {
        let timestamp = try row.number("timestamp")
        let headers: Headers = [
            "Webhook-Id": try row.text("msg_id"), "webhook-timestamp": String(timestamp), "WEBHOOK-SIGNATURE": signature,
        ]
        let now = Date(timeIntervalSince1970: TimeInterval(timestamp))
        return try Verifier(secret).verify(Data(try row.text("payload").utf8), headers: headers, now: now)
    }
}
