// The fee engine of a page is a file of its own. Nothing here may import the server's entry, whose core is whole.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { FeeSchedule, init, loadFees, Money, OkpayError } from "@okpay/sdk/checkout";
import { ask } from "../dist/internals.js";
import { fees, same } from "./cases.js";

const part = readFileSync(new URL("../dist/wasm/okpay_checkout_fees.wasm", import.meta.url));
const file = JSON.parse(readFileSync(new URL("../../../tests/vectors/fees.json", import.meta.url), "utf8"));
const [worked] = file.cases;
const text = JSON.stringify(file.schedules[worked.schedule]);

/** Another build's engine: it asks for what this one does not have. */
function ofAnotherBuild() {
  const name = /build_[0-9a-f]{14}/.exec(part.toString("latin1"));
  const other = Buffer.from(part);
  other.write(`build_${"0".repeat(14)}`, name.index, "latin1");
  return other;
}

/** Runs all that a page asks the engine, and counts it. */
async function passed() {
  const asked = file.cases.filter((one) => ["quote", "gross_up", "compare"].includes(one.do));
  const cases = [];
  fees({ FeeSchedule, OkpayError }, { ...file, cases: asked }, (_list, _about, work) => cases.push(work));
  for (const work of cases) {
    await work();
  }
  return cases.length;
}

test("an engine that is missing, or of another build, is told of by its file, and the next call tries again", async () => {
  await init(undefined, { fees: new URL("./none.wasm", import.meta.url) });
  await assert.rejects(FeeSchedule.fromJson(text), { code: "sdk_not_loaded", message: /none\.wasm on node .*Serve that file/ });
  await init(undefined, { fees: Promise.reject(new Error("the cable is out")) });
  await assert.rejects(loadFees(), { code: "sdk_not_loaded", message: /the given wasm .*the cable is out/ });
  await init(undefined, { fees: ofAnotherBuild() });
  await assert.rejects(loadFees(), { code: "sdk_not_loaded", message: /build_00000000000000/ });
  assert.equal(String(new Money("1", "EUR")), "1.00 EUR", "the rest needs no engine");
  await init(undefined, { fees: part });
  await Promise.all([loadFees(), loadFees()]);
  assert.ok((await passed()) > 200);
});

test("after a trap the engine is joined to the new instance, and a schedule goes on", async () => {
  const schedule = await FeeSchedule.fromJson(text);
  const quoted = () => same(schedule.quote({ ...worked.request, at: worked.now }), worked.expect);
  quoted();
  const trap = () =>
    ask(() => {
      throw new WebAssembly.RuntimeError("unreachable");
    });
  assert.throws(trap, { code: "sdk_panicked" });
  quoted();
  assert.throws(trap, { code: "sdk_panicked" });
  assert.ok((await passed()) > 200);
});
