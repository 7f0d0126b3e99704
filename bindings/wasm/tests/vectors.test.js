// The published vectors, as they are.

import { after, describe, test } from "node:test";
import * as sdk from "@okpay/sdk/server";
import { addresses, currencies, fees, links, luhnAndIbans, roundings, same, shopCodes } from "./cases.js";
import { report } from "./report.js";
import { codeOf, hex, vectors } from "./support.js";

const counts = {};

/** One vector file: `cases` declares its tests and gives how many there are. */
function suite(name, cases) {
  describe(name, () => {
    counts[`${name}.json`] = cases(vectors(name));
  });
}

suite("iso4217", (file) => currencies(sdk, file, test));
suite("rounding", (file) => roundings(sdk, file, test));
suite("fees", (file) => fees(sdk, file, test));
suite("luhn_iban", (file) => luhnAndIbans(sdk, file, test));
suite("addresses", (file) => addresses(sdk, file, test) + links(sdk, file, test));
suite("emvco_qr", (file) => shopCodes(sdk, file, test));

// Signing

const created = 1_767_225_600_000;
const nonce = "b3k2pp5k7z50gnwpyemd01";

suite("okpay_requests", (file) => {
  const keys = file.rfc9421_test_keys;
  for (const one of file.cases) {
    const key =
      one.alg === "hmac-sha256"
        ? new sdk.HmacKey(one.keyid, hex(keys.hmac_hex))
        : new sdk.Ed25519Key(one.keyid, hex(keys.ed25519_seed_hex));
    test(one.name, async () => {
      const given = Object.entries(one.headers).filter(([name]) => ["content-type", "idempotency-key"].includes(name));
      const { method, url, body } = one;
      const request = { method, url, headers: Object.fromEntries(given), body };
      const signed = sdk.signRequest(request, key, { created, nonce });
      const digest = body ? { "Content-Digest": one.headers["content-digest"] } : {};
      same(signed, { ...digest, "Signature-Input": one.signature_input, Signature: one.signature });
      const received = { ...request, headers: { ...request.headers, ...signed } };
      const proven = sdk.verifyRequest(received, () => key, created);
      same([proven.keyId, proven.algorithm, proven.nonce], [one.keyid, one.alg, nonce]);
      const tampered = { ...received, url: `${one.url}x` };
      same(await codeOf(() => sdk.verifyRequest(tampered, key, created)), "signature_invalid");
    });
  }
  return file.cases.length;
});

suite("okpay_answers", (file) => {
  const gateway = [new sdk.PublicKey(file.keyid, hex(file.keys.ed25519_public_hex))];
  const key = new sdk.Ed25519Key(file.keyid, hex(file.keys.ed25519_seed_hex));
  const request = (one, nonce, keyId) =>
    one[nonce] == null ? undefined : { nonce: one[nonce], keyId: one[keyId] ?? file[keyId] };
  for (const one of file.cases) {
    test(one.name, () => {
      const { status, body } = one;
      const headers = one.content_type ? { "Content-Type": one.content_type } : {};
      const to = request(one, "nonce", "okpay_key_id");
      const signed = sdk.signAnswer({ status, headers, body }, key, { created: one.created * 1000, ...(to && { request: to }) });
      same([signed["Signature-Input"], signed.Signature], [one.signature_input, one.signature]);
      const proven = sdk.verifyAnswer({ status, headers: { ...headers, ...signed }, body }, gateway, to);
      same([proven.created, proven.keyId, proven.request?.nonce ?? null], [one.created, one.keyid, one.nonce]);
      same(String(key.publicKey), String(gateway[0]));
    });
  }
  for (const one of file.refused) {
    test(one.name, async () => {
      const answer = { status: one.status, headers: one.headers, body: one.body };
      same(await codeOf(() => sdk.verifyAnswer(answer, gateway, request(one, "expected_nonce", "expected_key_id"))), one.code);
    });
  }
  return file.cases.length + file.refused.length;
});

suite("rfc9530", (file) => {
  for (const one of file.vectors) {
    test(one.name ?? one.field_value, async () => {
      const body = hex(one.body_hex);
      sdk.verifyContentDigest(one.field_value, body);
      if (one.alg === "sha-256") {
        same(sdk.contentDigest(body), one.field_value);
      }
      same(await codeOf(() => sdk.verifyContentDigest(one.field_value, hex(`${one.body_hex}21`))), "digest_mismatch");
    });
  }
  for (const one of file.negative_or_ambiguous) {
    test(one.name ?? one.field_value, async () => {
      for (const body of ['{"hello": "world"}', '{"hello": "world"}\n']) {
        same(typeof (await codeOf(() => sdk.verifyContentDigest(one.field_value, body))), "string");
      }
    });
  }
  return file.vectors.length + file.negative_or_ambiguous.length;
});

// Webhooks

function deliver(one, signature, secret) {
  const headers = { "Webhook-Id": one.msg_id, "webhook-timestamp": String(one.timestamp), "WEBHOOK-SIGNATURE": signature };
  return new sdk.Verifier(secret).verify(one.payload, headers, one.timestamp * 1000);
}

suite("standard_webhooks", (file) => {
  for (const one of file.vectors) {
    test(one.name, () => {
      const payload = deliver(one, one.signature, one.secret ?? one.public_key);
      same([payload.id, new TextDecoder().decode(payload.body)], [one.msg_id, one.payload]);
      if (one.scheme === "v1") {
        same(sdk.sign(one.secret, one.msg_id, one.payload, one.timestamp * 1000)["webhook-signature"], one.signature);
      }
    });
  }
  for (const one of file.signature_header_cases) {
    test(one.name, async () => {
      const base = file.vectors.find((vector) => vector.name === one.base);
      const code = await codeOf(() => deliver(base, one.headers_signature, base.secret));
      same(code ?? null, one.expect === "accept" ? null : "webhook_signature_mismatch");
    });
  }
  for (const one of file.secret_cases) {
    test(one.name ?? one.secret, async () => {
      if (one.expect === "ok") {
        same(sdk.sign(one.secret, "msg_1", "x", 1000), sdk.sign(one.same_key_as, "msg_1", "x", 1000));
      } else {
        same(await codeOf(() => new sdk.Verifier(one.secret)), "invalid_key");
      }
    });
  }
  return file.vectors.length + file.signature_header_cases.length + file.secret_cases.length;
});

after(() => report("vectors", counts));
