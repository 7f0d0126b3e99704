import Foundation
import OKPay
import Testing

/// Requests, answers, digests and webhooks, as published.
@Suite struct SigningVectors {
    static let requests = vectors("okpay_requests")
    static let answers = vectors("okpay_answers")

    @Test(arguments: requests["cases"]?.elements ?? [])
    func aRequestIsSignedAndProven(_ row: JSONValue) throws {
        let created = Date(timeIntervalSince1970: 1_767_225_600)
        let nonce = "b3k2pp5k7z50gnwpyemd01"
        let (method, url, body) = (try row.text("method"), try row.text("url"), Data(try row.text("body").utf8))
        let sent = row["headers"]?.members.filter { ["content-type", "idempotency-key"].contains($0.key) } ?? [:]
        let headers = Headers(sent.mapValues { $0.string ?? "" })
        let (key, publicKey) = try keys(row)
        let signed = try Signing.sign(method: method, url: url, headers: headers, body: body, key: key, created: created, nonce: nonce)
        #expect(signed["signature-input"] == (try row.text("signature_input")))
        #expect(signed["signature"] == (try row.text("signature")))
        #expect(signed["content-digest"] == row["headers"]?["content-digest"]?.string)
        #expect(signed.pairs.count == (body.isEmpty ? 2 : 3))
        let received = headers.adding(signed)
        #expect(try Signing.claimedKeyID(method: method, url: url, headers: received, body: body) == row.text("keyid"))
        let prove = { (url: String) in
            switch (key, publicKey) {
            case (.hmac(let key), _):
                try Signing.verify(method: method, url: url, headers: received, body: body, key: key, now: created)
            default:
                try Signing.verify(method: method, url: url, headers: received, body: body, key: publicKey, now: created)
            }
        }
        let proven = try prove(url)
        #expect(proven.keyID == (try row.text("keyid")) && proven.algorithm == (try row.text("alg")) && proven.nonce == nonce)
        #expect(proven.created == created && proven.expires == created + 300)
        #expect(code { try prove(url + "x") } == "signature_invalid")
        try Conformance.passed("vectors", "okpay_requests.json")
    }

    private func keys(_ row: JSONValue) throws -> (SigningKey, PublicKey) {
        let (keys, id) = (Self.requests["rfc9421_test_keys"] ?? .null, try row.text("keyid"))
        let publicKey = try PublicKey(id: id, bytes: try Data(hex: try keys.text("ed25519_public_hex")))
        if try row.text("alg") == "hmac-sha256" {
            return (.hmac(try HMACKey(id: id, bytes: try Data(hex: try keys.text("hmac_hex")))), publicKey)
        }
        return (.ed25519(try Ed25519Key(id: id, seed: try Data(hex: try keys.text("ed25519_seed_hex")))), publicKey)
    }

    @Test(arguments: answers["cases"]?.elements ?? [])
    func anAnswerIsSignedAndProven(_ row: JSONValue) throws {
        let seed = try Data(hex: try (Self.answers["keys"] ?? .null).text("ed25519_seed_hex"))
        let key = try Ed25519Key(id: try Self.answers.text("keyid"), seed: seed)
        let (gateway, request) = (try gatewayKey(), request(row, "nonce", "okpay_key_id"))
        #expect(try key.publicKey == gateway)
        let type = row["content_type"]?.string
        var answer = Answer(
            status: try row.number("status"), headers: type.map { ["Content-Type": $0] } ?? [:],
            body: Data(try row.text("body").utf8))
        let created = Date(timeIntervalSince1970: TimeInterval(try row.number("created")))
        let signed = try Signing.sign(answer, key: key, created: created, to: request)
        #expect(signed["signature-input"] == (try row.text("signature_input")))
        #expect(signed["signature"] == (try row.text("signature")))
        answer.headers = answer.headers.adding(signed)
        let proven = try Signing.verify(answer, keys: gateway.text, to: request)
        #expect(proven.created == created && proven.keyID == gateway.id && proven.request?.nonce == row["nonce"]?.string)
        try Conformance.passed("vectors", "okpay_answers.json")
    }

    @Test(arguments: answers["refused"]?.elements ?? [])
    func anAnswerIsRefused(_ row: JSONValue) throws {
        let headers = Headers(row["headers"]?.members.mapValues { $0.string ?? "" } ?? [:])
        let answer = Answer(status: try row.number("status"), headers: headers, body: Data(try row.text("body").utf8))
        let (keys, request) = (try gatewayKey().text, request(row, "expected_nonce", "expected_key_id"))
        #expect(code { try Signing.verify(answer, keys: keys, to: request) } == (try row.text("code")))
        try Conformance.passed("vectors", "okpay_answers.json")
    }

    private func gatewayKey() throws -> PublicKey {
        let bytes = try Data(hex: try (Self.answers["keys"] ?? .null).text("ed25519_public_hex"))
        return try PublicKey(id: try Self.answers.text("keyid"), bytes: bytes)
    }

    private func request(_ row: JSONValue, _ nonce: String, _ key: String) -> Signing.AnsweredRequest? {
        row[nonce]?.string.map { .init(nonce: $0, keyID: row[key]?.string ?? Self.answers[key]?.string ?? "") }
    }

    @Test(arguments: vectors("rfc9530")["vectors"]?.elements ?? [])
    func aDigestIsThatOfItsBody(_ row: JSONValue) throws {
        let (body, field) = (try Data(hex: try row.text("body_hex")), try row.text("field_value"))
        try Signing.verifyContentDigest(field, body: body)
        if try row.text("alg") == "sha-256" {
            #expect(try Signing.contentDigest(body) == field)
        }
        #expect(code { try Signing.verifyContentDigest(field, body: body + Data("!".utf8)) } == "digest_mismatch")
        try Conformance.passed("vectors", "rfc9530.json")
    }

    @Test(arguments: vectors("rfc9530")["negative_or_ambiguous"]?.elements ?? [])
    func anAmbiguousDigestIsRefused(_ row: JSONValue) throws {
        let field = try row.text("field_value")
        for body in ["{\"hello\": \"world\"}", "{\"hello\": \"world\"}\n"] {
            #expect(code { try Signing.verifyContentDigest(field, body: Data(body.utf8)) } != nil)
        }
        try Conformance.passed("vectors", "rfc9530.json")
    }
}

/// Standard Webhooks, as published.
@Suite struct WebhookVectors {
    static let all = vectors("standard_webhooks")

    @Test(arguments: all["vectors"]?.elements ?? [])
    func aWebhookIsSignedAndProven(_ row: JSONValue) throws {
        let payload = try deliver(row, try row.text("signature"), row["secret"]?.string ?? row.text("public_key"))
        #expect(payload.id == (try row.text("msg_id")) && payload.body == Data(try row.text("payload").utf8))
        if try row.text("scheme") == "v1" {
            let signature = try Webhooks.signature(
                of: payload.body, id: payload.id, secret: try row.text("secret"), timestamp: payload.timestamp)
            #expect(signature == (try row.text("signature")))
        }
        try Conformance.passed("vectors", "standard_webhooks.json")
    }

    @Test(arguments: all["signature_header_cases"]?.elements ?? [])
    func aSignatureHeaderIsReadStrictly(_ row: JSONValue) throws {
        guard let base = try Self.all["vectors"]?.elements.first(where: { try $0.text("name") == row.text("base") }) else {
            throw Missing(name: "base")
        }
        let found = code { try deliver(base, try row.text("headers_signature"), try base.text("secret")) }
        #expect(found == (try row.text("expect") == "accept" ? nil : "webhook_signature_mismatch"))
        try Conformance.passed("vectors", "standard_webhooks.json")
    }

    @Test(arguments: all["secret_cases"]?.elements ?? [])
    func aSecretIsReadStrictly(_ row: JSONValue) throws {
        let secret = try row.text("secret")
        if try row.text("expect") == "ok" {
            let sign = { try Webhooks.signature(of: Data("x".utf8), id: "msg_1", secret: $0, timestamp: Date(timeIntervalSince1970: 1)) }
            #expect(try sign(secret) == sign(row.text("same_key_as")))
        } else {
            #expect(code { try Verifier(secret) } == "invalid_key")
        }
        try Conformance.passed("vectors", "standard_webhooks.json")
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
