// The checkout entry in a real browser, under a strict content security policy.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, Pages } from "./pages.js";
import { block } from "./readme.js";
import { Sandbox } from "./support.js";

const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
const RUNS = { "/": '<!doctype html><title>vectors</title><script type="module" src="/tests/page.js"></script>' };
let chromium;

before(async () => {
  chromium = await browser();
});
after(() => chromium.close());

/** Opens a page; what the browser finds wrong with it is noted. */
async function opened(context, pages, path = "/") {
  const page = await chromium.newPage();
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
  context.after(() => page.close().then(() => pages.close()));
  await page.goto(pages.url + path);
  return { page, wrong };
}

test("loads under a strict policy and runs the vectors", async (context) => {
  const pages = await Pages.start(STRICT, RUNS);
  const { wrong } = await opened(context, pages);
  const { counts, failures, error } = await pages.told;
  assert.deepEqual([error, failures], [undefined, []]);
  assert.ok(counts.fees > 200 && counts.iso4217 > 150 && counts.addresses > 100);
  // The page has no icon.
  assert.deepEqual(
    wrong.filter((text) => !text.includes("404")),
    [],
  );
});

test("says what a policy without wasm-unsafe-eval keeps it from", async (context) => {
  const pages = await Pages.start(STRICT.replace(" 'wasm-unsafe-eval'", ""), RUNS);
  await opened(context, pages);
  const { error } = await pages.told;
  assert.equal(error.code, "sdk_not_loaded");
  assert.match(error.message, /okpay_checkout_bg\.wasm on .*Chrome.*connect-src.*wasm-unsafe-eval/);
});

test("the README's page takes a payment", async (context) => {
  const sandbox = await Sandbox.start();
  context.after(() => sandbox.stop());
  const amount = { amount: "9.00", currency: "EUR" };
  const session = await sandbox.client().checkoutSessions.create({ amount, success_url: "https://shop.test/thanks" });
  const details = { url: sandbox.url, key: sandbox.details.publishable_key, secret: session.client_secret, session: session.id };
  const filled = block("html").replace(/\{\{(\w+)\}\}/g, (_, name) => details[name]);
  const script = block("js", "checkout").replace('"@okpay/sdk/checkout"', '"/dist/checkout.js"');
  const policy = `${STRICT} ${sandbox.url}`;
  const pages = await Pages.start(policy, { "/pay": filled, "/pay.js": script });
  const { page } = await opened(context, pages, "/pay");
  const pay = async (number) => {
    await page.fill("[name=number]", number);
    await page.fill("[name=expiry]", "12/40");
    await page.fill("[name=cvc]", "123");
    await page.click("button");
  };
  await pay("4000000000000002");
  await page.locator("output", { hasText: "declined" }).waitFor();
  await pay("4242424242424242");
  await page.locator("output", { hasText: "succeeded" }).waitFor();
  assert.equal((await sandbox.client().checkoutSessions.retrieve(session.id)).payment_status, "succeeded");
});
