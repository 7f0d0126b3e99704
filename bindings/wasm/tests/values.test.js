// Money, webhooks, replay stores: what a program holds in its hands.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import * as sdk from "@okpay/sdk/server";
import { askServer } from "../dist/internals.js";

const { FeeSchedule, MemoryStore, Money, Verifier } = sdk;

test("money is exact and knows its currency", () => {
  const price = new Money("19.9", "EUR");
  assert.deepEqual([price.amount, String(price), price.minorUnits, price.places], ["19.90", "19.90 EUR", 1990n, 2]);
  assert.equal(String(price.plus({ amount: "0.10", currency: "EUR" }).minus(new Money(21n, "EUR"))), "-1.00 EUR");
  assert.equal(new Money("1", "JPY").negated().amount, "-1");
  assert.deepEqual([price.compare(new Money("20", "EUR")), price.equals({ amount: "19.90", currency: "EUR" })], [-1, true]);
  assert.equal(JSON.stringify({ price }), '{"price":{"amount":"19.90","currency":"EUR"}}');
  assert.equal(Money.fromMinor(123_456_789n, "BTC").amount, "1.23456789");
  assert.equal(Money.from(price), price);
  assert.throws(() => new Money(19.9, "EUR"), TypeError);
  assert.throws(() => price.plus({ amount: "1", currency: "USD" }), { code: "currency_mismatch" });
  assert.throws(() => new Money("0.001", "EUR"), { name: "Invalid" });
  assert.throws(() => new Money("1", "XXX"), { code: "unknown_currency" });
  assert.throws(() => Money.fromMinor(2n ** 80n, "EUR"), RangeError);
});

test("decimals of 28 digits are read exactly or refused, never rounded", () => {
  assert.equal(new Money("1000000000.00000000", "BTC").minorUnits, 10n ** 17n);
  for (const digits of ["1234567890123456789012345678", "0.1234567890123456789012345678", `${"9".repeat(29)}.99`]) {
    assert.throws(() => new Money(digits, "BTC"), sdk.Invalid);
  }
  assert.equal(sdk.divide(10n ** 30n + 1n, 2n, "half_even"), 5n * 10n ** 29n);
  assert.throws(() => sdk.divide(1n, 0n), sdk.OkpayError);
});

const secret = sdk.webhookSecret();
const rest = { api_version: "2026-11-01", created: "2026-11-01T00:00:00Z", livemode: false };
const event = (type, data = {}) => JSON.stringify({ id: "evt_1", type, data, ...rest });

test("a payload gives its memory back and is proven again when it is asked later, as of the same moment", async (context) => {
  const core = askServer((core) => core);
  const proven = context.mock.method(core.Verifier.prototype, "verify");
  const freed = context.mock.method(core.Payload.prototype, "free");
  const body = event("loyalty.points_added", { status: "new" });
  const now = Date.now();
  const payload = new Verifier(secret, { tolerance: 0 }).verify(body, sdk.sign(secret, "evt_1", body, now), now);
  for (let time = 0; time < 3; time += 1) {
    assert.deepEqual([payload.eventType, payload.field("data.status")], ["loyalty.points_added", "new"]);
    assert.equal(payload.event().data.status, "new");
    await Promise.resolve();
    assert.deepEqual([proven.mock.callCount(), freed.mock.callCount()], [time + 1, time + 1]);
  }
});

test("the host's HMAC is asked once a secret, and core's own does where it fails", () => {
  const crypto = process.getBuiltinModule("node:crypto");
  const asked = [];
  const given = (createHmac) => ({ ...crypto, createHmac });
  const verify = (host, size = 2048) => {
    const { getBuiltinModule } = process;
    process.getBuiltinModule = (name) => (name === "node:crypto" ? host : getBuiltinModule(name));
    try {
      const verifier = new Verifier([sdk.webhookSecret(), secret]);
      const body = event("loyalty.points_added", { note: "x".repeat(size) });
      return [true, false].map((genuine) => {
        try {
          return verifier.verify(genuine ? body : `${body} `, sdk.sign(secret, "evt_1", body)).id;
        } catch (error) {
          return error.code;
        }
      });
    } finally {
      process.getBuiltinModule = getBuiltinModule;
    }
  };
  const counted = given((...args) => {
    asked.push(args[0]);
    return crypto.createHmac(...args);
  });
  const fails = given(() => {
    throw new Error("no such digest here");
  });
  const short = given(() => ({ update: () => short.createHmac(), digest: () => new Uint8Array(20) }));
  for (const host of [counted, fails, short, {}, undefined]) {
    assert.deepEqual(verify(host), ["evt_1", "webhook_signature_mismatch"]);
  }
  assert.deepEqual(asked, Array(4).fill("sha256"));
  // A small body is hashed before the host could be asked.
  assert.deepEqual(verify(counted, 0), ["evt_1", "webhook_signature_mismatch"]);
  assert.equal(asked.length, 4);
});

test("a code of an authenticator app is taken once, and its secret is shown in the link alone", () => {
  const key = new sdk.TotpKey("gezd gnbv GY3T QOJQ gezd gnbv gy3t qojq");
  const now = new Date(1_800_000_000_000);
  const typed = key.code(now);
  const step = key.verify(typed, { now });
  assert.equal(key.verify(typed, { now: now.getTime() + 30_000 }), step);
  assert.throws(() => key.verify(typed, { now, lastUsed: step }), { code: "one_time_code_mismatch" });
  assert.throws(() => key.verify(typed, { now, window: 11 }), { code: "invalid_parameter", param: "window" });
  assert.throws(() => new sdk.TotpKey("GEZD1"), { code: "invalid_key" });
  assert.throws(() => new sdk.TotpKey(new Uint8Array(20), { digits: 9 }), { param: "digits" });
  assert.throws(() => new sdk.TotpKey(new Uint8Array(20), { algorithm: "MD5" }), { param: "algorithm" });
  assert.match(key.uri("Shop", "anna@example.com"), /^otpauth:\/\/totp\/Shop:anna%40example.com\?secret=GEZDGNBV/);
  assert.ok(!`${JSON.stringify(key)} ${inspect(key)}`.includes("GEZD"));
});

test("a webhook in all the forms in which it comes", () => {
  const body = event("loyalty.points_added", { status: "new", count: 3, none: null });
  const now = Date.now();
  const signed = sdk.sign(secret, "evt_1", body, now);
  const headers = [signed, new Headers(signed), new Map(Object.entries(signed)), Object.entries(signed)];
  const bytes = new TextEncoder().encode(body);
  const bodies = [body, bytes, bytes.buffer, Buffer.from(body)];
  for (const [at, form] of bodies.entries()) {
    const payload = new Verifier([sdk.webhookSecret(), secret]).verify(form, headers[at], new Date(now));
    assert.deepEqual(
      [payload.id, payload.eventType, payload.timestamp.getTime()],
      ["evt_1", "loyalty.points_added", now - (now % 1000)],
    );
    assert.deepEqual(
      ["data.status", "data.count", "data.none", "data.more"].map((path) => payload.field(path)),
      ["new", 3, null, undefined],
    );
  }
  assert.throws(() => new Verifier(secret).verify({}, signed), TypeError);
  assert.throws(() => new Verifier(secret).verify(body, signed, now + 301_000), { code: "webhook_timestamp_out_of_tolerance" });
  assert.throws(() => new Verifier(secret, { tolerance: 0 }).verify(body, signed, now + 2_000), sdk.VerificationError);
  assert.throws(() => new Verifier(secret, { tolerance: -1 }), RangeError);
  assert.throws(() => new Verifier([]), { code: "invalid_key" });
  assert.throws(() => new Verifier(secret).verify(body, signed, new Date("nonsense")), TypeError);
  // A header that came twice is an array in Node.
  const twice = { ...signed, "webhook-id": ["evt_1", "evt_2"] };
  assert.throws(() => new Verifier(secret).verify(body, twice), { code: "webhook_header_malformed" });
});

test("an event that is none, and one of a later version", () => {
  const read = (body) => new Verifier(secret).verify(body, sdk.sign(secret, "evt_1", body)).event();
  assert.equal(sdk.isKnown(read(event("loyalty.points_added"))), false);
  assert.throws(() => read("[]"), { code: "webhook_unreadable" });
  assert.throws(() => read(event("payment.succeeded", { id: 1 })), { code: "webhook_unreadable" });
});

test("a diagnosis says why", () => {
  const body = event("payment.succeeded");
  const headers = sdk.sign(secret, "evt_1", body);
  const codes = (...more) => sdk.diagnose(...more).findings.map((finding) => finding.code);
  assert.equal(sdk.diagnose(body, headers, secret).verified, true);
  assert.deepEqual(codes(body, headers, sdk.webhookSecret(), { previousSecrets: [secret] }), ["signed_with_previous_secret"]);
  assert.deepEqual(codes(body, headers, sdk.webhookSecret(), { otherSecrets: { shop: secret } }), ["signed_for_other_endpoint"]);
  assert.deepEqual(codes(JSON.stringify(JSON.parse(body), null, 2), headers, secret), ["body_reserialized"]);
});

test("a delivery is signed with every secret of an endpoint", () => {
  const headers = sdk.signDelivery([secret, sdk.webhookSecret()], "evt_1", "x");
  assert.equal(headers["webhook-signature"].split(" ").length, 2);
  assert.equal(new Verifier(secret).verify("x", headers).id, "evt_1");
});

test("a replay store gives an event to one worker at a time", () => {
  const store = new MemoryStore(2);
  const claim = store.claim("orders", "evt_1");
  assert.equal(claim.state, "new");
  assert.equal(store.claim("orders", "evt_1").state, "in_progress");
  store.release(claim.token);
  const again = store.claim("orders", "evt_1");
  assert.throws(() => store.complete(claim.token), { code: "replay_guard_failed" });
  store.complete(again.token);
  assert.deepEqual([store.claim("orders", "evt_1").state, store.claim("mail", "evt_1").state], ["done", "new"]);
  assert.throws(() => store.claim("orders", "evt_2"), { code: "replay_guard_failed" });
});

test("events are ordered by their versions", () => {
  assert.deepEqual(
    [sdk.apply(undefined, 1), sdk.apply(1, 2), sdk.apply(2, 2), sdk.apply(1, 3)],
    ["apply", "apply", "stale", "gap"],
  );
});

test("a schedule shows what it is", () => {
  const schedule = FeeSchedule.standard();
  assert.deepEqual([schedule.id, schedule.verified, schedule.rounding], ["okpay-standard", false, "half_up"]);
  assert.ok(schedule.validFrom instanceof Date && schedule.validUntil === undefined && schedule.ruleIds.length > 3);
  assert.equal(FeeSchedule.fromJson(schedule.text).version, schedule.version);
  const request = { operation: "payment", method: "card", amount: { amount: "1", currency: "EUR" } };
  assert.throws(() => schedule.quote(request), { code: "missing_fact", name: "Invalid" });
});

test("fields of a form are judged at every key", () => {
  const { checks } = sdk;
  const now = Date.UTC(2026, 10, 30);
  const check = checks.cardNumber("4242 4242 42");
  assert.deepEqual([check.state, check.reason, check.brand, check.security_code_length], ["incomplete", "too_short", "visa", 3]);
  assert.equal(checks.cardNumber("4242424242424242").last4, "4242");
  assert.deepEqual([checks.cardExpiry("5/34", now).formatted, checks.cardExpiry("10/26", now).reason], ["05/34", "expired"]);
  assert.equal(checks.securityCode("12", "visa").state, "incomplete");
  const card = { number: "4242 4242 4242 4242", exp_month: 12, exp_year: 2030, cvc: "123" };
  assert.equal(checks.card(card, now).last4, "4242");
  assert.throws(() => checks.card({ ...card, exp_month: 1.5 }, now), { code: "invalid_card" });
  const wrong = { ...card, number: "4242 4242 4242 4241" };
  assert.throws(
    () => checks.card(wrong, now),
    (error) => error.param === "number" && !error.message.includes("4242"),
  );
});

test("a link for USDT holds its amount exactly", () => {
  const { paymentRequests } = sdk;
  const amount = new Money("12.50", "USDT");
  const address = "TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL";
  const { coin } = paymentRequests.parse(paymentRequests.coinUri({ network: "tron", address, amount }));
  assert.deepEqual([coin.amount, coin.contract], [amount.toJSON(), paymentRequests.usdtContract("tron")]);
  assert.equal(paymentRequests.usdtContract("bitcoin"), undefined);
  assert.throws(() => paymentRequests.coinUri({ network: "bitcoin", address, amount }), { code: "address_wrong_network" });
});

test("a bundle says what ran it and what failed", () => {
  let error;
  assert.throws(
    () => new Verifier(""),
    (thrown) => {
      error = thrown;
      return true;
    },
  );
  const bundle = sdk.diagnosticBundle(error);
  assert.match(bundle.runtime, /^(Node\.js|Deno|Bun) \d+\.\d+\.\d+$/);
  assert.match(bundle.platform, /^\w+ \w+$/);
  assert.deepEqual(
    bundle.incidents.map((incident) => incident.code),
    ["invalid_key"],
  );
});

test("a file is named by its digest", () => {
  const content = new TextEncoder().encode("abc");
  const file = { name: "note.txt", media_type: "text/plain", size: content.length, sha256: sdk.fileDigest(content) };
  assert.equal(file.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
