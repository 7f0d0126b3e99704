// The clients: options, answers, transports, hooks.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { after, before, test } from "node:test";
import { inspect } from "node:util";
import * as sdk from "@okpay/sdk/server";
import { Sandbox } from "./support.js";

const { Client, HmacKey, Money } = sdk;
const card = { number: "4242424242424242", exp_month: 12, exp_year: 2040, cvc: "123" };
let sandbox;

/** An address at which nobody listens any more. */
async function closedPort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}

before(async () => {
  sandbox = await Sandbox.start();
});
after(() => sandbox.stop());

const order = (token, amount = "5.00") => ({ amount: { amount, currency: "EUR" }, method: "card", payment_method: token });

test("a reply comes with its answer when it is asked for", async () => {
  const client = sandbox.client();
  const params = order(await sandbox.card());
  const options = { idempotencyKey: "answer-1" };
  const first = await client.payments.create(params, options).withAnswer();
  const second = await client.payments.create(params, options).withAnswer();
  assert.deepEqual(first.data, second.data);
  assert.deepEqual(
    [first, second].map(({ answer }) => sdk.isReplayed(answer)),
    [false, true],
  );
  assert.match(sdk.requestId(first.answer), /^req_/);
  assert.equal(sdk.header(first.answer, "CONTENT-TYPE"), "application/json");
  assert.equal(first.answer.status, 200);
});

test("options hold, and what cannot hold is refused", async () => {
  const client = sandbox.client({ userAgent: "bookshop/2.1", timeout: 20_000 });
  await client.balances.list({ timeout: 5_000, maxAttempts: 1, headers: { traceparent: "00-1" } });
  await assert.rejects(client.balances.list({ headers: { Authorization: "Bearer x" } }), { name: "Invalid", param: "headers" });
  for (const timeout of [-1, 1.5, Number.NaN, 1e30]) {
    await assert.rejects(client.balances.list({ timeout }), RangeError);
  }
  await assert.rejects(client.balances.list({ timeout: 0 }), { name: "Unanswered", code: "deadline_exceeded" });
});

test("clients, keys and errors hide their secrets", async () => {
  const { secret, publishable_key } = sandbox.details;
  const key = new HmacKey(sandbox.details.key_id, secret);
  const client = sandbox.client();
  const thrown = await client.payments.retrieve("pay_1").catch((error) => error);
  for (const shown of [client, key, thrown, sandbox.browser({ clientSecret: secret })]) {
    const texts = [inspect(shown, { depth: 10, showHidden: true }), JSON.stringify(shown), String(shown)];
    assert.ok(texts.every((text) => !text.includes(secret)));
  }
  assert.equal(client.keyId, sandbox.details.key_id);
  assert.ok(inspect(thrown).includes(thrown.requestId) && publishable_key.startsWith("okp_test_pk_"));
});

test("settings come from the environment", async () => {
  const names = { BASE_URL: "url", KEY_ID: "key_id", SECRET: "secret", GATEWAY_KEYS: "gateway_keys" };
  for (const [name, detail] of Object.entries(names)) {
    process.env[`OKPAY_${name}`] = sandbox.details[detail];
  }
  try {
    assert.ok(Array.isArray((await new Client().balances.list()).data));
    const key = new HmacKey(sandbox.details.key_id, sandbox.details.secret);
    assert.ok(Array.isArray((await new Client({ key }).balances.list()).data));
  } finally {
    for (const name of Object.keys(names)) {
      delete process.env[`OKPAY_${name}`];
    }
  }
  assert.throws(() => new Client(), { code: "invalid_configuration" });
});

test("a user agent that is no text of a header is refused before anything is sent", () => {
  for (const userAgent of ["bücher/1", "shop\r\nx: y", "\ud800", "支付"]) {
    assert.throws(() => sandbox.client({ userAgent }), { name: "Invalid", code: "invalid_configuration", param: "userAgent" });
  }
});

test("a checkout goes by its client secret", async () => {
  const amount = new Money("9.00", "EUR");
  const session = await sandbox.client().checkoutSessions.create({ amount, success_url: "https://shop.test/thanks" });
  const buyer = sandbox.browser({ clientSecret: session.client_secret });
  const { id } = await buyer.paymentMethods.create({ card });
  const paid = await buyer.checkoutSessions.confirm(session.id, { method: "card", payment_method: id });
  assert.equal(paid.payment_status, "succeeded");
  const stranger = sandbox.browser({ clientSecret: "wrong" });
  await assert.rejects(stranger.checkoutSessions.retrieve(session.id), { name: "Rejected", code: "client_secret_invalid" });
});

test("a declined payment tells its id, its code and what to do", async () => {
  const token = await sandbox.card("4000000000000002");
  const error = await sandbox
    .client()
    .payments.create(order(token))
    .catch((error) => error);
  assert.ok(error instanceof sdk.Rejected && error instanceof sdk.OkpayError && error instanceof Error);
  assert.deepEqual([error.code, error.phase, error.status], ["payment_declined", "rejected", 402]);
  assert.match(error.object, /^pay_/);
  assert.match(error.message, /decline .*request req_.*idempotency key /);
  assert.equal(sdk.adviceFor(error, "zh-CN").locale, "zh-CN");
  assert.ok(sdk.adviceFor(error).steps.length > 0);
  assert.equal(sdk.adviceForDecline(error.declineCode, { locale: "fr" }).locale, "en");
  assert.equal(sdk.adviceForCode("payment_declined", "zh").locale, "zh-CN");
  assert.equal(sdk.codeForBuyer("stolen_card"), "generic_decline");
});

test("another transport carries what it is given, and only NotSent means that nothing left", async () => {
  const sent = [];
  const lost = async (request) => {
    sent.push(request);
    throw new Error("the cable is out");
  };
  const options = { gatewayKeys: sandbox.details.gateway_keys, maxAttempts: 2 };
  const pay = (transport) => sandbox.client({ ...options, transport }).payments.create(order("pm_1"));
  const error = await pay(lost).catch((error) => error);
  assert.ok(error instanceof sdk.OutcomeUnknown && error.code === "connection_lost" && error.idempotencyKey);
  const [first, second] = sent.map(({ headers, ...rest }) => ({ ...rest, headers: Object.fromEntries(headers) }));
  assert.deepEqual([first.method, first.url, first.body], ["POST", `${sandbox.url}/v1/payments`, second.body]);
  assert.equal(first.headers["idempotency-key"], second.headers["idempotency-key"]);
  assert.notEqual(first.headers.signature, second.headers.signature);
  await assert.rejects(sandbox.client({ ...options, transport: lost }).balances.list(), sdk.Unanswered);
  const off = async () => {
    throw new sdk.NotSent({ phase: "not_sent", code: "connect_failed", detail: "no network" });
  };
  await assert.rejects(pay(off), sdk.NotSent);
  const wrong = [
    undefined,
    {},
    { status: "200", headers: [], body: new Uint8Array() },
    { status: 200, headers: [], body: "text" },
    { status: 200, headers: [], body: detached() },
    ...[["a", "b"], 1, null, "\ud800"].map((value) => ({ status: 200, headers: [["etag", value]], body: new Uint8Array() })),
    { status: 200, headers: [new Array(2)], body: new Uint8Array() },
  ];
  for (const answer of wrong) {
    await assert.rejects(
      pay(async () => answer),
      sdk.OutcomeUnknown,
    );
  }
});

/** Bytes that somebody else has taken. */
function detached() {
  const bytes = new Uint8Array(2);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

test("an answer counts whatever a header that is not signed holds, and a failure whatever is thrown", async () => {
  const gatewayKeys = sandbox.details.gateway_keys;
  const carry = async ({ method, url, headers, body }) => {
    const response = await fetch(url, { method, headers, body: body.length > 0 ? body : undefined });
    const pairs = [...response.headers, ["x-note", "a\ud800b"]];
    return { status: response.status, headers: pairs, body: new Uint8Array(await response.arrayBuffer()) };
  };
  const pay = async (transport, token) => sandbox.client({ gatewayKeys, transport }).payments.create(order(token));
  assert.equal((await pay(carry, await sandbox.card())).status, "succeeded");
  const wordless = Object.assign(new Error("lost"), { message: Object.create(null) });
  for (const thrown of [Object.create(null), wordless, Symbol("lost"), undefined]) {
    await assert.rejects(
      pay(() => Promise.reject(thrown), "pm_1"),
      { name: "OutcomeUnknown", code: "connection_lost" },
    );
  }
});

test("a connection that broke under way may have carried the call, whatever its code", async () => {
  const gatewayKeys = sandbox.details.gateway_keys;
  const pay = (syscall) => {
    const cause = Object.assign(new Error(`${syscall} EHOSTUNREACH`), { code: "EHOSTUNREACH", syscall });
    const broken = async () => Promise.reject(new TypeError("fetch failed", { cause }));
    return sandbox.client({ gatewayKeys, fetch: broken, maxAttempts: 1 }).payments.create(order("pm_1"));
  };
  for (const [syscall, name] of Object.entries({ read: "OutcomeUnknown", write: "OutcomeUnknown", connect: "NotSent" })) {
    await assert.rejects(pay(syscall), { name });
  }
});

test("a gateway that is not there is NotSent, and its redirects are not followed", async () => {
  const gatewayKeys = sandbox.details.gateway_keys;
  const baseUrl = await closedPort();
  const nobody = sandbox.client({ baseUrl, gatewayKeys, maxAttempts: 1 });
  await assert.rejects(nobody.payments.create(order("pm_1")), { name: "NotSent", code: "connect_failed" });
  await assert.rejects(sandbox.client({ baseUrl }).balances.list(), { name: "NotSent" });
  let asked = 0;
  const redirecting = async (_, init) => {
    asked += 1;
    assert.equal(init.redirect, "manual");
    return new Response(null, { status: 307, headers: { location: "https://elsewhere.test" } });
  };
  const client = sandbox.client({ gatewayKeys, fetch: redirecting, maxAttempts: 1 });
  await assert.rejects(client.balances.list(), { name: "VerificationError", code: "answer_unsigned", status: 307 });
  assert.equal(asked, 1);
});

test("an answer past its bound is not read", async () => {
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1 << 20)) });
  const options = { gatewayKeys: sandbox.details.gateway_keys, maxAttempts: 1, fetch: async () => new Response(endless) };
  await assert.rejects(sandbox.client(options).balances.list(), { name: "Unanswered", code: "answer_incomplete" });
});

test("hooks hear of every attempt, and one that fails changes nothing", async (context) => {
  const own = await Sandbox.start();
  context.after(() => own.stop());
  const shown = context.mock.method(console, "error", () => undefined);
  const heard = [];
  const onAttempt = (report) => {
    heard.push(report);
    throw new Error("on purpose");
  };
  await own.control("POST", "/sandbox/faults", { kind: "unavailable", on: "payments.list" });
  await own.client({ onAttempt }).payments.list({ limit: 1 });
  assert.deepEqual(
    heard.map(({ attempt, status, urlTemplate }) => [attempt, status, urlTemplate]),
    [
      [1, 503, "/v1/payments"],
      [2, 200, "/v1/payments"],
    ],
  );
  assert.equal(shown.mock.callCount(), 2);
});

test("a secret key is no publishable key", async () => {
  const browser = sandbox.browser({ publishableKey: sandbox.details.secret });
  const error = await browser.paymentMethods.create({ card }).catch((error) => error);
  assert.deepEqual([error.name, error.code], ["Invalid", "invalid_key"]);
  assert.ok(!inspect(error).includes(sandbox.details.secret));
});
