// The crossing itself: traps, threads, many calls, cancellation, texts and bodies of all kinds.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Worker } from "node:worker_threads";
import * as sdk from "@okpay/sdk/server";
import { ask } from "../dist/internals.js";
import { Sandbox } from "./support.js";

const { Client, FeeSchedule, MemoryStore, Money, Verifier } = sdk;
let sandbox;

before(async () => {
  sandbox = await Sandbox.start();
});
after(() => sandbox.stop());

const order = (token) => ({ amount: new Money("5.00", "EUR"), method: "card", payment_method: token });

test("a trap becomes an error, and the SDK goes on", async (context) => {
  const shown = context.mock.method(console, "error", () => undefined);
  const secret = sdk.webhookSecret();
  const [client, verifier, schedule, store] = [sandbox.client(), new Verifier(secret), FeeSchedule.standard(), new MemoryStore()];
  const headers = sdk.sign(secret, "evt_1", "{}");
  const body = '{"id":"evt_1"}';
  const payload = verifier.verify(body, sdk.sign(secret, "evt_1", body));
  await client.balances.list();
  store.claim("orders", "evt_1");
  const panic = () => ask((core) => core.__panic());
  for (let time = 0; time < 3; time += 1) {
    assert.throws(
      panic,
      (error) => error instanceof sdk.OkpayError && error.code === "sdk_panicked" && error.phase === "invalid",
    );
  }
  assert.match(shown.mock.calls[0].arguments[0], /asked for by a test/);
  // What can be made again is; what was kept nowhere else is refused, not forgotten.
  assert.equal(verifier.verify("{}", headers).id, "evt_1");
  assert.equal(new Money("1", "EUR").amount, "1.00");
  assert.ok(schedule.text.length > 100 && (await client.balances.list()).data);
  assert.throws(() => store.claim("orders", "evt_1"), { code: "sdk_panicked" });
  assert.equal(payload.field("id"), "evt_1");
});

test("a trap while a write is under way leaves its outcome unknown, under its key", async (context) => {
  context.mock.method(console, "error", () => undefined);
  const transport = async () => {
    assert.throws(() => ask((core) => core.__panic()));
    return { status: 200, headers: [], body: new Uint8Array() };
  };
  const client = sandbox.client({ gatewayKeys: sandbox.details.gateway_keys, transport });
  const error = await client.payments.create(order("pm_1"), { idempotencyKey: "trap-1" }).catch((error) => error);
  assert.deepEqual([error.name, error.code, error.idempotencyKey], ["OutcomeUnknown", "sdk_panicked", "trap-1"]);
  await assert.rejects(client.balances.list(), { name: "Invalid", code: "sdk_panicked" });
});

test("a trap while a request is proven is told, and harms nothing", (context) => {
  context.mock.method(console, "error", () => undefined);
  const key = new sdk.HmacKey("key_1", new Uint8Array(32).fill(7));
  const url = "https://api.okpay.test/v1/balances";
  const request = { method: "GET", url, headers: sdk.signRequest({ method: "GET", url }, key) };
  const traps = () => {
    assert.throws(() => ask((core) => core.__panic()));
    return key;
  };
  assert.throws(() => sdk.verifyRequest(request, traps), { name: "Invalid", code: "sdk_panicked" });
  assert.equal(sdk.verifyRequest(request, () => key).keyId, "key_1");
});

test("a trap before the first byte is sent ends the call under its key", async (context) => {
  const head = context.mock.method(
    ask((core) => core.Request.prototype),
    "head",
    () => {
      throw new WebAssembly.RuntimeError("unreachable");
    },
  );
  const client = sandbox.client({ gatewayKeys: sandbox.details.gateway_keys });
  const error = await client.payments.create(order("pm_1"), { idempotencyKey: "trap-2" }).catch((error) => error);
  assert.deepEqual([error.code, error.idempotencyKey], ["sdk_panicked", "trap-2"]);
  head.mock.restore();
  assert.ok(Array.isArray((await client.balances.list()).data));
});

test("a thousand calls at once", async () => {
  const client = sandbox.client({ timeout: 120_000 });
  const pages = await Promise.all(Array.from({ length: 1000 }, () => client.balances.list()));
  assert.ok(pages.length === 1000 && pages.every((page) => Array.isArray(page.data)));
});

test("calls under one key at a time make one payment", async () => {
  const client = sandbox.client({ timeout: 60_000, maxAttempts: 20 });
  const token = await sandbox.card();
  const pay = (number) => client.payments.create(order(token), { idempotencyKey: `once-${number % 4}` });
  const made = await Promise.all(Array.from({ length: 32 }, (_, number) => pay(number)));
  assert.equal(new Set(made.map((payment) => payment.id)).size, 4);
});

test("to cancel a write that waits leaves its outcome unknown, and its key says what became of it", async (context) => {
  const own = await Sandbox.start();
  context.after(() => own.stop());
  await own.control("POST", "/sandbox/faults", { kind: "delay", on: "payments.create", delay_ms: 30_000 });
  const client = own.client();
  const stop = new AbortController();
  const paying = client.payments.create(order(await own.card()), { signal: stop.signal }).catch((error) => error);
  await own.executed("payments.create");
  stop.abort(new Error("the buyer left"));
  const error = await paying;
  assert.deepEqual([error.name, error.code, error.cause.message], ["OutcomeUnknown", "cancelled", "the buyer left"]);
  assert.equal((await client.resolve(error.idempotencyKey)).state, "executed");
});

test("a call that is cancelled before it is sent, or between two tries, is not sent again", async () => {
  let sent = 0;
  const stop = new AbortController();
  const transport = async () => {
    sent += 1;
    stop.abort();
    throw new sdk.NotSent({ phase: "not_sent", code: "connect_failed", detail: "no network" });
  };
  const client = sandbox.client({ gatewayKeys: sandbox.details.gateway_keys, transport, maxAttempts: 5 });
  const pay = () => client.payments.create(order("pm_1"), { signal: stop.signal });
  const first = await pay().catch((error) => error);
  const second = await pay().catch((error) => error);
  assert.equal(sent, 1);
  assert.deepEqual([first.code, second.code, second.name], ["cancelled", "cancelled", "NotSent"]);
});

test("a call that is cancelled while the sandbox is asked for its keys is not sent", async () => {
  const stop = new AbortController();
  const asked = [];
  const hanging = (url) => {
    asked.push(new URL(url).pathname);
    stop.abort(new Error("the buyer left"));
    return new Promise(() => undefined);
  };
  const client = sandbox.client({ fetch: hanging });
  for (const _ of ["during", "before"]) {
    const error = await client.payments.create(order("pm_1"), { signal: stop.signal }).catch((error) => error);
    assert.deepEqual([error.name, error.code, error.cause?.message], ["NotSent", "cancelled", "the buyer left"]);
  }
  assert.equal(asked.length, 1);
  // Unseen, it would be asked again and again until the time is over.
  const waiting = client.deposits.wait("dep_1", { signal: stop.signal, timeout: 2_000 });
  await assert.rejects(waiting, { code: "cancelled" });
});

test("a deadline ends a call whose transport does not listen", async () => {
  const transport = () => new Promise(() => undefined);
  const client = sandbox.client({ gatewayKeys: sandbox.details.gateway_keys, transport, timeout: 20 });
  await assert.rejects(client.payments.create(order("pm_1")), { name: "OutcomeUnknown", code: "deadline_exceeded" });
});

test("texts cross whole", async () => {
  const client = sandbox.client();
  const metadata = { empty: "", nul: "a\0b", pair: "🧺𐍈", wide: "支付", quote: '"\\\n\t' };
  const payment = await client.payments.create({ ...order(await sandbox.card()), metadata });
  assert.deepEqual((await client.payments.retrieve(payment.id)).metadata, metadata);
  // A lone surrogate is no character, so that it cannot be sent as one.
  await assert.rejects(client.payments.create({ ...order("pm_1"), reference: "\ud800" }), sdk.Invalid);
  await assert.rejects(client.payments.retrieve("../x?y"), { name: "Rejected" });
  await assert.rejects(client.payments.retrieve(""), { name: "Invalid", param: "id" });
  await assert.rejects(client.payments.create({ ...order("pm_1"), amonut: 1 }), { code: "unknown_field", param: "amonut" });
});

test("bodies cross whole, whatever they are", async () => {
  const secret = sdk.webhookSecret();
  const verifier = new Verifier(secret);
  const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
  for (const body of [new Uint8Array(), bytes, new Uint8Array(1 << 20).fill(255), bytes.subarray(7, 9)]) {
    assert.deepEqual(verifier.verify(body, sdk.sign(secret, "evt_1", body)).body, Uint8Array.from(body));
  }
  const large = new Uint8Array((1 << 20) + 1);
  assert.throws(() => verifier.verify(large, sdk.sign(secret, "evt_1", large)), { code: "body_too_large" });
  assert.throws(() => verifier.verify(bytes, sdk.sign(secret, "evt_1", bytes)).event(), { code: "webhook_unreadable" });
  const order = { amount: new Money("5.00", "EUR"), method: "card", payment_method: "pm_1", description: "x".repeat(2 << 20) };
  const error = await sandbox
    .client()
    .payments.create(order)
    .catch((error) => error);
  assert.ok(["body_too_large", "invalid_field"].includes(error.code), error);
});

const WORK = `
  import { workerData, parentPort } from "node:worker_threads";
  const { Client, FeeSchedule } = await import(workerData.sdk);
  const client = new Client(workerData.options);
  const page = await client.balances.list();
  parentPort.postMessage([Array.isArray(page.data), FeeSchedule.standard().id]);
`;

test("worker threads have their own", async () => {
  const { url: baseUrl, key_id: keyId, secret } = sandbox.details;
  const workerData = { sdk: import.meta.resolve("@okpay/sdk/server"), options: { baseUrl, keyId, secret } };
  const code = new URL(`data:text/javascript,${encodeURIComponent(WORK)}`);
  const one = () => new Promise((done, failed) => new Worker(code, { workerData }).once("message", done).once("error", failed));
  assert.deepEqual(await Promise.all([one(), one(), one()]), Array(3).fill([true, "okpay-standard"]));
});

test("two clients share one core and stay apart", async () => {
  const [one, other] = [sandbox.client(), new Client({ baseUrl: sandbox.url, publishableKey: sandbox.details.publishable_key })];
  await one.balances.list();
  await assert.rejects(other.balances.list(), { code: "scope_not_allowed" });
});
