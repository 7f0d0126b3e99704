// The package as users get it: packed, installed into an empty project, imported and typed there.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { block } from "./readme.js";
import { Sandbox } from "./support.js";

const own = fileURLToPath(new URL("../", import.meta.url));
let project;
let sandbox;

before(async () => {
  sandbox = await Sandbox.start();
  project = mkdtempSync(join(tmpdir(), "okpay-installed-"));
  execFileSync("npm", ["pack", "--silent", "--pack-destination", project], { cwd: own });
  const [tarball] = readdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "name": "shop", "private": true, "type": "module" }');
  execFileSync("npm", ["install", "--silent", "--offline", "--no-audit", "--no-fund", `./${tarball}`], { cwd: project });
});
after(async () => {
  rmSync(project, { recursive: true });
  await sandbox.stop();
});

/** Runs a program of the project. */
function ran(name, code) {
  writeFileSync(join(project, name), code);
  const { url, key_id, secret, gateway_keys, publishable_key } = sandbox.details;
  const settings = { OKPAY_BASE_URL: url, OKPAY_KEY_ID: key_id, OKPAY_SECRET: secret, OKPAY_GATEWAY_KEYS: gateway_keys };
  const env = { ...process.env, ...settings, OKPAY_PUBLISHABLE_KEY: publishable_key };
  const { status, stdout, stderr } = spawnSync(process.execPath, [name], { cwd: project, env, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout;
}

test("has what it needs and nothing else", () => {
  const files = readdirSync(join(project, "node_modules/@okpay/sdk"));
  assert.deepEqual(files.sort(), ["README.md", "dist", "package.json"]);
});

test("the README's first payment is made in under 20 lines", () => {
  const code = block("js", "payments.create");
  assert.ok(code.trim().split("\n").length < 20);
  assert.match(ran("first.js", code), /^pay_\w+ succeeded /);
});

test("the README's other programs run", () => {
  assert.match(ran("fees.js", block("js", "FeeSchedule")), /^2\.10 EUR/);
  assert.match(ran("ends.js", block("js", "payments.capture")), /^not_found \S/);
  const lost = `
    import { Client, FileJournal } from "@okpay/sdk/server";
    const transport = () => Promise.reject(new Error("the cable is out"));
    const client = new Client({ journal: await FileJournal.open("calls.journal"), transport, maxAttempts: 1 });
    await client.payments.capture("pay_1", {}, { idempotencyKey: "order-1001-capture" }).catch((error) => console.log(error.name));`;
  assert.equal(ran("lost.js", lost), "OutcomeUnknown\n");
  assert.equal(ran("recovers.js", block("js", "FileJournal")), "payments.capture order-1001-capture not_executed\n");
  const webhooks = block("js", "new Verifier");
  const tried = `${webhooks}
    import { sign } from "@okpay/sdk/server";
    const body = '{"id":"evt_1","type":"loyalty.added","created":"2026-11-01T00:00:00Z","api_version":"1","livemode":false,"data":{}}';
    handle(body, sign(process.env.OKPAY_WEBHOOK_SECRET, "evt_1", body));`;
  const secret = `process.env.OKPAY_WEBHOOK_SECRET = "whsec_${Buffer.alloc(32, 7).toString("base64")}";\n`;
  writeFileSync(join(project, "secret.js"), secret);
  assert.equal(ran("webhooks.js", `import "./secret.js";\n${tried}`), "of a later version: loyalty.added\n");
});

test("the checkout loads from its file in Node, too, and from bytes", () => {
  const code = `
    import { readFileSync } from "node:fs";
    import { FeeSchedule, init, Money } from "@okpay/sdk/checkout";
    const bytes = (name) => readFileSync(new URL(import.meta.resolve("@okpay/sdk/" + name + ".wasm")));
    await (process.env.FROM_BYTES ? init(bytes("checkout"), { fees: bytes("checkout-fees") }) : init());
    console.log(String(new Money("1", "EUR")));
    await FeeSchedule.fromJson("{}").catch((error) => console.log(error.code));`;
  assert.equal(ran("checkout.js", code), "1.00 EUR\ninvalid_schedule\n");
  assert.equal(ran("bytes.js", `process.env.FROM_BYTES = "1";${code}`), "1.00 EUR\ninvalid_schedule\n");
});

/** Both entries in one program: the checkout is loaded before the server's entry is, after it, or around it. */
const both = (order) => `
  import { readFileSync } from "node:fs";
  import * as checkout from "@okpay/sdk/checkout";
  const gatewayKeys = process.env.OKPAY_GATEWAY_KEYS;
  const page = { baseUrl: process.env.OKPAY_BASE_URL, publishableKey: process.env.OKPAY_PUBLISHABLE_KEY, gatewayKeys };
  const card = { number: "4242424242424242", exp_month: 12, exp_year: 2040, cvc: "123" };
  ${order}
  const verifier = new server.Verifier(server.webhookSecret());
  console.log(new server.Client().keyId === process.env.OKPAY_KEY_ID, server.FeeSchedule.standard().id);
  const buyer = new checkout.CheckoutClient(page);
  console.log((await buyer.paymentMethods.create({ card })).last4);
  const schedule = await checkout.FeeSchedule.fromJson(server.FeeSchedule.standard().text);
  console.log(schedule.id, new checkout.Money("1", "EUR") instanceof server.Money);`;
const SERVER = 'const server = await import("@okpay/sdk/server");';

test("both entries work in one program, in whatever order they are loaded", () => {
  const bytes = 'readFileSync(new URL(import.meta.resolve("@okpay/sdk/checkout.wasm")))';
  const orders = {
    before: `await checkout.init(); await checkout.loadFees(); ${SERVER}`,
    after: `${SERVER} await checkout.init();`,
    around: `let give; const loading = checkout.init(new Promise((done) => { give = done; })); ${SERVER} give(${bytes}); await loading;`,
  };
  for (const [name, order] of Object.entries(orders)) {
    assert.equal(ran(`${name}.js`, both(order)), "true okpay-standard\n4242\nokpay-standard true\n", name);
  }
});

test("what a page's core made goes on in the server's, and a call under way is told that it is lost", () => {
  const order = `
    await checkout.init();
    const client = new checkout.CheckoutClient(page);
    let sent;
    const left = new Promise((done) => { sent = done; });
    let answer;
    const transport = () => new Promise((done) => { answer = done; sent(); });
    const paying = new checkout.CheckoutClient({ ...page, transport }).paymentMethods.create({ card });
    await left;
    ${SERVER}
    answer({ status: 200, headers: [], body: new Uint8Array() });
    console.log(await paying.catch((error) => error.name + " " + error.code + " " + (error.idempotencyKey !== undefined)));
    console.log((await client.paymentMethods.create({ card })).last4);`;
  const [lost, made] = ran("meanwhile.js", both(order)).split("\n");
  assert.deepEqual([lost, made], ["OutcomeUnknown sdk_panicked true", "4242"]);
});

test("esbuild's bundle finds the wasm in a folder beside it, as the README says", () => {
  writeFileSync(
    join(project, "pay.js"),
    `import { FeeSchedule, init, Money } from "@okpay/sdk/checkout";
    await init();
    console.log(String(new Money("1", "EUR")));
    await FeeSchedule.fromJson("{}").catch((error) => console.log(error.code));`,
  );
  const bundle = ["--bundle", "--format=esm", "--outdir=bundled", "--log-level=error", "pay.js"];
  execFileSync(join(own, "node_modules/.bin/esbuild"), bundle, { cwd: project });
  cpSync(join(project, "node_modules/@okpay/sdk/dist/wasm"), join(project, "bundled/wasm"), { recursive: true });
  assert.equal(ran("bundled.js", 'import "./bundled/pay.js";'), "1.00 EUR\ninvalid_schedule\n");
});

test("a file that is not there is named, with the platform", () => {
  const code = `
    import { init } from "@okpay/sdk/checkout";
    await init(new URL("file:///nowhere/okpay.wasm")).catch((error) => console.log(error.code, error.message));`;
  assert.match(
    ran("missing.js", code),
    /^sdk_not_loaded .*file:\/\/\/nowhere\/okpay\.wasm on node \d+\.\d+\.\d+ on \w+ \w+: ENOENT/,
  );
});

test("what is given and is no wasm of the SDK's is told of, and the next try succeeds", () => {
  const failed = 'Promise.reject(new Error("the cable is out"))';
  const told =
    "catch((error) => console.log(error.name, error.code, /the given wasm on node .*: (.*?)[.] /.exec(error.message)[1]))";
  const checkout = `
    import { FeeSchedule, init, loadFees, Money } from "@okpay/sdk/checkout";
    const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
    await init(${failed}).${told};
    await init(empty).${told};
    await init(undefined, { fees: ${failed} });
    await init(${failed});
    // A failure that nobody waits for ends Node, which is told of it by then.
    await new Promise((done) => setImmediate(done));
    await loadFees().${told};
    await loadFees();
    await FeeSchedule.fromJson("{}").catch((error) => console.log(error.code, String(new Money("1", "EUR"))));`;
  const lines = ["the cable is out", "it is not the SDK's", "the cable is out"].map((why) => `Invalid sdk_not_loaded ${why}\n`);
  assert.equal(ran("retries.js", checkout), `${lines.join("")}invalid_schedule 1.00 EUR\n`);
  const server = `
    import { readFileSync } from "node:fs";
    import { load, Money } from "@okpay/sdk/server";
    const bytes = (name) => readFileSync(new URL(import.meta.resolve("@okpay/sdk/" + name + ".wasm")));
    for (const wrong of [new Uint8Array(), Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0), bytes("checkout"), "text"]) {
      try { load(wrong); } catch (error) { console.log(error.code); }
    }
    load(bytes("server"));
    console.log(String(new Money("1", "EUR")));`;
  assert.equal(ran("loads.js", server), `${"sdk_not_loaded\n".repeat(4)}1.00 EUR\n`);
});

test("an edge worker gives the module", () => {
  const code = `
    import { readFileSync } from "node:fs";
    const bytes = readFileSync(new URL(import.meta.resolve("@okpay/sdk/server.wasm")));
    globalThis.process.getBuiltinModule = undefined;
    const { load, Money } = await import("@okpay/sdk/server");
    try { new Money("1", "EUR"); } catch (error) { console.log(error.code); }
    load(new WebAssembly.Module(bytes));
    console.log(String(new Money("1", "EUR")));`;
  assert.equal(ran("edge.js", code), "sdk_not_loaded\n1.00 EUR\n");
});

test("TypeScript knows it", () => {
  copyFileSync(join(own, "tests/typed.ts"), join(project, "typed.ts"));
  for (const name of ["typescript", "@types"]) {
    symlinkSync(join(own, "node_modules", name), join(project, "node_modules", name));
  }
  const options = { strict: true, noEmit: true, module: "NodeNext", target: "ES2022", skipLibCheck: false };
  const more = { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noUnusedLocals: true };
  // With the types of browsers, and as many servers have it, with Node's.
  for (const platform of [
    { lib: ["ES2022", "DOM"], types: [] },
    { lib: ["ES2022"], types: ["node"] },
  ]) {
    const compilerOptions = { ...options, ...more, ...platform };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["typed.ts"] }));
    const tsc = join(own, "node_modules/typescript/bin/tsc");
    const { status, stdout } = spawnSync(process.execPath, [tsc, "--project", "."], { cwd: project, encoding: "utf8" });
    assert.equal(status, 0, `${platform.lib}: ${stdout}`);
  }
});
