// Independent code, both ways: what we sign others accept, what others sign we accept.

import assert from "node:assert/strict";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { test } from "node:test";
import { HmacKey, sign, signRequest, VerificationError, Verifier, verifyRequest, webhookSecret } from "@okpay/sdk/server";
import httpMessageSignatures from "http-message-signatures";
import standardwebhooks from "standardwebhooks";

const { httpbis } = httpMessageSignatures;
const { Webhook } = standardwebhooks;
const secret = new Uint8Array(32).map((_, at) => at);
const url = "https://api.okpay.test/v1/payments?expand=fees";
const body = '{"amount":"12.34"}';
const method = "POST";
const key = new HmacKey("okp_test_kid_1", secret);
const mac = (data) => createHmac("sha256", secret).update(data).digest();

test("http-message-signatures accepts ours", async () => {
  const headers = { "Content-Type": "application/json", "Idempotency-Key": '"order-1"' };
  const signed = { ...headers, ...signRequest({ method, url, headers, body }, key) };
  const keyLookup = async ({ keyid }) => ({
    id: keyid,
    algs: ["hmac-sha256"],
    verify: async (data, signature) => timingSafeEqual(mac(data), signature),
  });
  const verify = (headers) => httpbis.verifyMessage({ keyLookup, requiredParams: ["nonce", "tag"] }, { method, url, headers });
  assert.equal(await verify(signed), true);
  // It tells a wrong signature by false and a wrong header by an error.
  assert.notEqual(await verify({ ...signed, "Idempotency-Key": '"order-2"' }).catch(() => false), true);
});

test("we accept http-message-signatures", async () => {
  const digest = createHash("sha256").update(body).digest("base64");
  const headers = {
    "Content-Type": "application/json",
    "Content-Digest": `sha-256=:${digest}:`,
    "Idempotency-Key": '"order-1"',
  };
  const created = new Date();
  const config = {
    key: { id: "okp_test_kid_1", alg: "hmac-sha256", sign: async (data) => mac(data) },
    name: "sig1",
    fields: ["@method", "@target-uri", "content-type", "content-digest", "idempotency-key"],
    params: ["created", "expires", "nonce", "alg", "keyid", "tag"],
    paramValues: { created, expires: new Date(created.getTime() + 300_000), nonce: "b3k2pp5k7z50gnwpyemd01", tag: "okpay" },
  };
  const theirs = await httpbis.signMessage(config, { method, url, headers });
  const received = { method, url, headers: theirs.headers, body };
  const proven = verifyRequest(received, (keyId) => ({ okp_test_kid_1: key })[keyId]);
  assert.deepEqual([proven.idempotencyKey, proven.nonce], ["order-1", "b3k2pp5k7z50gnwpyemd01"]);
  assert.throws(() => verifyRequest({ ...received, body: `${body} ` }, key), { code: "digest_mismatch" });
});

test("standardwebhooks accepts ours and we accept theirs", () => {
  const secret = webhookSecret();
  const now = new Date();
  const body = '{"type": "payment.succeeded", "name": "größer 🎈"}';
  const ours = sign(secret, "evt_1", body, now);
  assert.equal(new Webhook(secret).verify(body, ours).type, "payment.succeeded");
  assert.throws(() => new Webhook(secret).verify(`${body} `, ours));
  const theirs = {
    "webhook-id": "evt_2",
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign("evt_2", now, body),
  };
  assert.equal(new Verifier(secret).verify(body, theirs).eventType, "payment.succeeded");
  assert.throws(() => new Verifier(secret).verify(`${body} `, theirs), VerificationError);
});
