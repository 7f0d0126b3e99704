// The worker in workerd: published signatures, fresh ones, and what a sandbox delivers.

import { readFileSync } from "node:fs";
import { sign, signDelivery, webhookSecret } from "@okpay/sdk/server";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { options } from "../runtime.js";
import { delivered, sandbox } from "../sandbox.js";

const [OLD, NEW] = [webhookSecret(), webhookSecret()];

/** A worker for the tests of a block. */
function workerFor(secrets, entry) {
  const started = {};
  beforeAll(async () => {
    started.worker = new Miniflare(options(secrets, entry));
    await started.worker.ready;
  });
  afterAll(() => started.worker?.dispose());
  return async (body, headers, path = "/webhooks") => {
    const response = await started.worker.dispatchFetch(`http://worker.test${path}`, { method: "POST", body, headers });
    return [response.status, (await response.text()).trim()];
  };
}

function event(id, version, status, type = `payment.${status}`) {
  const data = { id, version, status };
  return JSON.stringify({ id: `evt_${version}`, type, created: "2026-11-01T00:00:00Z", api_version: "1", livemode: false, data });
}

/** A payment as the gateway writes it, of which this test changes what it needs. */
function payment(id, version, status) {
  const amount = { amount: "5.00", currency: "EUR" };
  const sums = { amount, amount_captured: amount, amount_refunded: { ...amount, amount: "0.00" } };
  const rest = { method: "card", capture_mode: "automatic", disputed: false, created: "2026-11-01T00:00:00Z", livemode: false };
  const data = { id, version, status, ...sums, ...rest };
  return JSON.stringify({ ...JSON.parse(event(id, version, status)), data });
}

describe("published signatures, at their time", async () => {
  const file = JSON.parse(readFileSync(new URL("../../../tests/vectors/standard_webhooks.json", import.meta.url), "utf8"));
  const cases = new Map(file.vectors.map((vector) => [vector.name, vector]));
  const secrets = file.vectors.map(({ secret, public_key }) => secret ?? public_key);
  const entry = new URL("at-a-time.ts", import.meta.url).pathname;
  const outfile = new URL("../build/at-a-time.js", import.meta.url).pathname;
  const bundled = {
    bundle: true,
    format: "esm",
    target: "es2022",
    external: ["cloudflare:workers"],
    loader: { ".wasm": "copy" },
  };
  await build({ entryPoints: [entry], outfile, assetNames: "[name]", ...bundled });
  const post = workerFor(secrets.join(","), "at-a-time.js");
  const headers = ({ msg_id, timestamp }, signature, now = timestamp) => {
    return { "webhook-id": msg_id, "webhook-timestamp": String(timestamp), "webhook-signature": signature, "x-now": String(now) };
  };
  // What they sign is no event: whatever gets as far as that was proven.
  const [ACCEPTED, REFUSED] = ["webhook_unreadable", "webhook_signature_mismatch"];

  test.each(file.vectors)("$name", async (vector) => {
    const { payload, signature, timestamp } = vector;
    expect(await post(payload, headers(vector, signature))).toEqual([400, ACCEPTED]);
    expect(await post(`${payload} `, headers(vector, signature))).toEqual([400, REFUSED]);
    const edges = { 300: ACCEPTED, "-300": ACCEPTED, 301: "stale", "-301": "stale" };
    for (const [seconds, wanted] of Object.entries(edges)) {
      const code = wanted === "stale" ? "webhook_timestamp_out_of_tolerance" : wanted;
      expect(await post(payload, headers(vector, signature, timestamp + Number(seconds)))).toEqual([400, code]);
    }
  });

  test.each(file.signature_header_cases)("$name: $expect", async ({ base, headers_signature, expect: wanted }) => {
    const vector = cases.get(base);
    const [status, code] = await post(vector.payload, headers(vector, headers_signature));
    expect(status).toBe(400);
    expect(code === ACCEPTED).toBe(wanted === "accept");
  });
});

describe("fresh signatures, while the secret is rotated", () => {
  const post = workerFor(`${NEW}, ${OLD}`);

  test("good, good under the old secret, and under both", async () => {
    const body = payment("pay_1", 1, "created");
    expect(await post(body, sign(NEW, "evt_1", body))).toEqual([200, "taken"]);
    expect(await post(body, sign(OLD, "evt_1", body))).toEqual([200, "repeated"]);
    expect(await post(body, signDelivery([NEW, OLD], "evt_1", body))).toEqual([200, "repeated"]);
  });

  test("bad: another secret, another body, another id, none at all", async () => {
    const body = payment("pay_2", 1, "created");
    expect(await post(body, sign(webhookSecret(), "evt_2", body))).toEqual([400, "webhook_signature_mismatch"]);
    expect(await post(body.replace("5.00", "0.05"), sign(NEW, "evt_2", body))).toEqual([400, "webhook_signature_mismatch"]);
    expect(await post(body, { ...sign(NEW, "evt_2", body), "webhook-id": "evt_3" })).toEqual([400, "webhook_signature_mismatch"]);
    expect(await post(body, {})).toEqual([400, "webhook_header_missing"]);
  });

  test("stale, and from the future", async () => {
    const body = payment("pay_3", 1, "created");
    for (const minutes of [-6, 6]) {
      const signed = sign(NEW, "evt_4", body, new Date(Date.now() + minutes * 60_000));
      expect(await post(body, signed)).toEqual([400, "webhook_timestamp_out_of_tolerance"]);
    }
  });

  test("too large, and elsewhere", async () => {
    const body = "x".repeat(1024 * 1024 + 1);
    expect(await post(body, sign(NEW, "evt_5", "x"))).toEqual([413, "too large"]);
    expect((await post("", {}, "/"))[0]).toBe(404);
  });

  test("out of order nothing goes back, and many deliveries at once are one", async () => {
    const take = (version, status) => {
      const body = payment("pay_4", version, status);
      return post(body, sign(NEW, `evt_4${version}`, body));
    };
    expect(await take(3, "succeeded")).toEqual([200, "taken"]);
    expect(await take(2, "processing")).toEqual([200, "stale"]);
    const body = payment("pay_5", 1, "succeeded");
    const all = await Promise.all(Array.from({ length: 8 }, () => post(body, sign(NEW, "evt_51", body))));
    expect(all.map(([, outcome]) => outcome).sort()).toEqual([...Array(7).fill("repeated"), "taken"]);
  });

  test("an event of a later version is taken as it is", async () => {
    const body = event("loy_1", 1, "added", "loyalty.added");
    expect(await post(body, sign(NEW, "evt_6", body))).toEqual([200, "taken"]);
  });
});

describe("delivered by a sandbox", () => {
  const at = {};
  beforeAll(async () => {
    at.gateway = await sandbox();
    Object.assign(at, await delivered(at.gateway.details));
  });
  afterAll(async () => {
    await at.worker?.dispose();
    at.gateway?.stop();
  });

  async function control(path, body = {}) {
    const { url, control_token } = at.gateway.details;
    const headers = { authorization: `Bearer ${control_token}`, "content-type": "application/json" };
    const response = await fetch(`${url}/sandbox/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    expect(response.status).toBe(200);
  }

  /** A payment that is made and paid; what the worker knows of it in the end. */
  async function paid() {
    const made = await at.client.payments.create({ amount: { amount: "19.99", currency: "EUR" }, method: "bank_transfer" });
    await control(`payments/${made.id}/receive`);
    await control("deliver/flush");
    const resources = await at.worker.getDurableObjectNamespace("RESOURCES");
    return await expect
      .poll(() => resources.getByName(made.id).known(), { timeout: 20_000 })
      .toMatchObject({ status: "succeeded" });
  }

  test("twice and out of order, and shipped once; and again after the secret was rotated", async () => {
    await control("faults", { kind: "webhook_duplicate" });
    await control("faults", { kind: "webhook_reorder" });
    await paid();
    const { secret } = await at.client.webhookEndpoints.rotateSecret(at.endpoint.id);
    await paid();
    await at.speak(secret);
    await paid();
  });
});
