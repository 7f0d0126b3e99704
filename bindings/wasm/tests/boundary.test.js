// The checkout entry has nothing that takes a secret key: not in its exports, not in its types, not in its wasm.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import "@okpay/sdk/server";
import { askServer } from "../dist/internals.js";

const dist = new URL("../dist/", import.meta.url);
const binary = (name) => readFileSync(new URL(`wasm/okpay_${name}.wasm`, dist)).toString("latin1");
/** All that an entry loads. */
const wasm = (name) => binary(`${name}_bg`) + (name === "checkout" ? binary("checkout_fees") : "");
const text = (path) => readFileSync(new URL(path, dist), "utf8");

/** Names that only a server may know. */
const SECRET = [
  "payments.create",
  "refunds.create",
  "api_keys.create",
  "idempotency.resolve",
  "webhook_endpoints.rotate_secret",
  "whsec_",
  "okp_test_sk_",
  "okp_live_sk_",
];

test("the wasm of the checkout knows no secret operation and no secret key", () => {
  for (const name of SECRET) {
    assert.ok(!wasm("checkout").includes(name), name);
    // The same search finds them where they are.
    assert.ok(wasm("server").includes(name), name);
  }
  for (const name of ["payment_methods.create", "checkout_sessions.confirm"]) {
    assert.ok(wasm("checkout").includes(name), name);
  }
});

/** The files that an entry reaches. */
function reached(file, seen = new Set()) {
  if (!seen.has(file)) {
    seen.add(file);
    for (const [, path] of text(file).matchAll(/from ?"(\.[^"]+)"/g)) {
      const next = new URL(path, new URL(file, dist)).href.slice(dist.href.length);
      reached(file.endsWith(".d.ts") ? next.replace(/\.js$/, ".d.ts") : next, seen);
    }
  }
  return seen;
}

test("the fee engine is in its own file, and nowhere else", () => {
  for (const text of ["valid_until comes after valid_from", "a surcharge has a percent, a fixed part or both"]) {
    assert.ok(binary("checkout_fees").includes(text) && !binary("checkout_bg").includes(text), text);
  }
});

test("the checkout reaches no file of the server, and exports nothing of it", async () => {
  const types = [...reached("checkout.d.ts")];
  assert.ok(
    types.length > 15 && types.every((file) => !/server|signing|webhooks|replay|merchant|\/client\./.test(file)),
    types.join(" "),
  );
  const scripts = (entry) => [...reached(entry)].map(text).join("\n");
  for (const name of ["okpay_server", "HmacKey", "webhookSecret", "quoteMany", "adviceForCode"]) {
    assert.ok(!scripts("checkout.js").includes(name) && scripts("server.js").includes(name), name);
  }
  const [checkout, server] = [await import("@okpay/sdk/checkout"), await import("@okpay/sdk/server")];
  for (const name of [
    "Client",
    "HmacKey",
    "Ed25519Key",
    "Verifier",
    "MemoryStore",
    "signRequest",
    "sign",
    "webhookSecret",
    "adviceFor",
    "divide",
  ]) {
    assert.ok(!(name in checkout) && name in server, name);
  }
  assert.deepEqual(Object.keys(await import("@okpay/sdk")), []);
});

test("the test of the crossing is in no public type", () => {
  const types = [...reached("checkout.d.ts"), ...reached("server.d.ts"), "wasm/okpay_checkout.d.ts", "wasm/okpay_server.d.ts"];
  assert.ok(types.length > 20 && types.every((name) => !text(name).includes("panic()")));
});

test("public types speak of no internals", () => {
  for (const entry of ["checkout.d.ts", "server.d.ts"]) {
    for (const file of reached(entry)) {
      assert.ok(!file.startsWith("wasm/"), `${entry} reaches ${file}`);
    }
  }
});

test("the package and its core are of one version", () => {
  const { version } = JSON.parse(text("../package.json"));
  assert.equal(
    askServer((core) => core.version()),
    version,
  );
});
