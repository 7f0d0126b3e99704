// Measures the built package against what people use instead: `cargo xtask bench javascript`.
//
// Both sides take turns in short rounds, so that whatever else the machine does falls on both, and what counts is the ratio of each pair
// of rounds: its median, and between which ratios nine of ten rounds were.

import assert from "node:assert/strict";
import crypto from "node:crypto";
import { HmacKey, sign, signRequest, Verifier, webhookSecret } from "@okpay/sdk/server";
import httpMessageSignatures from "http-message-signatures";
import standardwebhooks from "standardwebhooks";
import Stripe from "stripe";

const ROUNDS = 60;
const now = Date.now();
const seconds = Math.floor(now / 1000);
const keyBytes = Uint8Array.from({ length: 32 }, (_, at) => at);
const secret = webhookSecret(keyBytes);
const body = event();
const headers = { host: "shop.example", "content-type": "application/json", ...sign(secret, "evt_1", body, now) };

/** An event of 2 KB, as it came. */
function event() {
  const metadata = Object.fromEntries(
    Array.from({ length: 20 }, (_, at) => [`field_${at}`, `what a merchant keeps there, ${at}`]),
  );
  const data = { id: "re_01jgfjjg0008e8gpmb1q6mt80x", status: "succeeded", payment: "pay_01jgfjjg0008e8gpmb1q6mt80x", metadata };
  const refund = {
    ...data,
    amount: { amount: "19.99", currency: "EUR" },
    created: "2026-11-22T12:00:00Z",
    version: 3,
    livemode: false,
  };
  const about = { id: "evt_01jgfjjg0008e8gpmb1q6mt80x", object: "event", type: "refund.succeeded", api_version: "2026-11-01" };
  const whole = { ...about, created: "2026-11-22T12:00:00Z", livemode: false, data: { ...refund, reason: "" } };
  whole.data.reason = "x".repeat(2048 - JSON.stringify(whole).length);
  return Buffer.from(JSON.stringify(whole));
}

// Webhooks

const verifier = new Verifier(secret);
const withoutHost = hidden(() => new Verifier(secret));
const webhook = new standardwebhooks.Webhook(secret);
const stripe = new Stripe("sk_test_1");
const stripeSecret = `whsec_${"5".repeat(32)}`;
const stripeHeader = stripe.webhooks.generateTestHeaderString({ payload: `${body}`, secret: stripeSecret, timestamp: seconds });

/** Work that finds none of the host's modules, as on an edge worker. */
function hidden(work) {
  const { getBuiltinModule } = process;
  process.getBuiltinModule = undefined;
  const made = work();
  process.getBuiltinModule = getBuiltinModule;
  return made;
}

/** Proves a webhook as tutorials do: no check of the time, no rotation, no strictness. */
function verifiedByHand() {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature } = headers;
  const mac = crypto.createHmac("sha256", keyBytes).update(`${id}.${timestamp}.`).update(body).digest("base64");
  if (!crypto.timingSafeEqual(Buffer.from(`v1,${mac}`), Buffer.from(signature))) {
    throw new Error("forged");
  }
}

// Signing

const key = new HmacKey("okp_test_kid_1", keyBytes);
const order = '{"amount":{"amount":"19.99","currency":"EUR"},"method":"card","payment_method":"pm_1"}';
const request = {
  method: "POST",
  url: "https://api.okpay.test/v1/payments",
  headers: { "Content-Type": "application/json", "Idempotency-Key": '"order-1"' },
  body: order,
};

/** The same signature with Node's own crypto: no check of the URL, the key or the header fields. */
function signedByHand() {
  const digest = `sha-256=:${crypto.createHash("sha256").update(order).digest("base64")}:`;
  const nonce = crypto.randomBytes(16).toString("base64url");
  const created = Math.floor(Date.now() / 1000);
  const covered = '("@method" "@target-uri" "content-type" "content-digest" "idempotency-key")';
  const input = `${covered};created=${created};expires=${created + 300};nonce="${nonce}";alg="hmac-sha256";keyid="okp_test_kid_1";tag="okpay"`;
  const base = `"@method": POST\n"@target-uri": ${request.url}\n"content-type": application/json\n"content-digest": ${digest}\n"idempotency-key": "order-1"\n"@signature-params": ${input}`;
  const mac = crypto.createHmac("sha256", keyBytes).update(base).digest("base64");
  return { "Content-Digest": digest, "Signature-Input": `sig1=${input}`, Signature: `sig1=:${mac}:` };
}

/** The same with the library that most use. */
async function signedByPeer() {
  const digest = crypto.createHash("sha256").update(order).digest("base64");
  const created = new Date();
  const config = {
    key: {
      id: "okp_test_kid_1",
      alg: "hmac-sha256",
      sign: async (data) => crypto.createHmac("sha256", keyBytes).update(data).digest(),
    },
    name: "sig1",
    fields: ["@method", "@target-uri", "content-type", "content-digest", "idempotency-key"],
    params: ["created", "expires", "nonce", "alg", "keyid", "tag"],
    paramValues: {
      created,
      expires: new Date(created.getTime() + 300_000),
      nonce: crypto.randomBytes(16).toString("base64url"),
      tag: "okpay",
    },
  };
  const all = { ...request.headers, "Content-Digest": `sha-256=:${digest}:` };
  return (await httpMessageSignatures.httpbis.signMessage(config, { ...request, headers: all })).headers;
}

// The table

/** How long so many runs keep the processor, in nanoseconds each: what else the machine does is not counted. */
async function timed(work, times) {
  const start = process.cpuUsage();
  for (let run = 0; run < times; run += 1) {
    const made = work();
    if (made instanceof Promise) {
      await made;
    }
  }
  const { user, system } = process.cpuUsage(start);
  return ((user + system) * 1000) / times;
}

const median = (sorted) => sorted[sorted.length >> 1];
const ascending = (figures) => figures.sort((one, other) => one - other);

/** Prints one line: our median time, and the ratio to the peer's. */
async function compare(name, ours, peer, times) {
  const pairs = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    pairs.push([await timed(ours, times), await timed(peer, times)]);
  }
  const ratios = ascending(pairs.map(([mine, other]) => mine / other));
  const mine = median(ascending(pairs.map(([mine]) => mine))) / 1000;
  const [low, high] = [ratios[Math.floor(ROUNDS / 20)], ratios.at(-1 - Math.floor(ROUNDS / 20))];
  const ratio = (figure) => figure.toPrecision(2);
  console.log(
    `${name.padEnd(62)}${mine.toFixed(1).padStart(10)}${ratio(median(ratios)).padStart(8)}   ${ratio(low)} to ${ratio(high)}`,
  );
}

const verified = () => verifier.verify(body, headers);
const typed = () => verifier.verify(body, headers).event();
const signed = () => signRequest(request, key);
const byStripe = () => stripe.webhooks.constructEvent(body, stripeHeader, stripeSecret);

assert.equal(body.length, 2048);
assert.deepEqual([webhook.verify(body, headers), byStripe().data], [typed(), typed().data]);
assert.deepEqual(Object.keys(signedByHand()), Object.keys(signed()));
console.log(`Node ${process.version}, ${process.arch}; ratio below 1: okpay is faster`);
console.log(`${"okpay against …".padEnd(62)}${"okpay, µs".padStart(10)}${"ratio".padStart(8)}   nine of ten`);
await compare("verify 2 KB: node:crypto by hand", verified, verifiedByHand, 500);
await compare("verify 2 KB: itself without the host's HMAC", verified, () => withoutHost.verify(body, headers), 500);
await compare("verify and the event: standardwebhooks", typed, () => webhook.verify(body, headers), 100);
await compare("verify and the event: stripe.webhooks.constructEvent", typed, byStripe, 100);
await compare("sign a request: node:crypto by hand", signed, signedByHand, 500);
await compare("sign a request: http-message-signatures", signed, signedByPeer, 200);
