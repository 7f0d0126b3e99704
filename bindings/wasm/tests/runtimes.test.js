// The server entry in the runtimes themselves, installed as users install it: Deno and Bun, which load the file and have Node's HMAC, and
// workerd, which is given the module and may have none.

import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Sandbox, vectors } from "./support.js";

const own = fileURLToPath(new URL("../", import.meta.url));
const [request] = vectors("okpay_requests").cases.filter(({ alg, body }) => alg === "hmac-sha256" && body);
const { hmac_hex: hmac } = vectors("okpay_requests").rfc9421_test_keys;
const [webhook] = vectors("standard_webhooks").vectors.filter(({ scheme }) => scheme === "v1");
let project;
let sandbox;

before(async () => {
  sandbox = await Sandbox.start();
  project = mkdtempSync(join(tmpdir(), "okpay-runtimes-"));
  execFileSync("npm", ["pack", "--silent", "--pack-destination", project], { cwd: own });
  const [tarball] = readdirSync(project);
  write("package.json", '{ "name": "shop", "private": true, "type": "module" }');
  execFileSync("npm", ["install", "--silent", "--offline", "--no-audit", "--no-fund", `./${tarball}`], { cwd: project });
  copyFileSync(fileURLToPath(new URL("first-steps.js", import.meta.url)), join(project, "first-steps.js"));
});
after(async () => {
  rmSync(project, { recursive: true });
  await sandbox.stop();
});

function write(name, text) {
  writeFileSync(join(project, name), text);
}

/** The program that npm has installed for this platform, in a package whose name says which. */
function installed(scope, path) {
  const folder = join(own, "node_modules", scope);
  const [name] = readdirSync(folder);
  return join(folder, name, path);
}

/** What a program does, and with what. */
function given(changed) {
  return JSON.stringify({ webhook, request, hmac, ...sandbox.details, ...changed });
}

/** Runs a program, and checks what it prints. */
async function run(file, args, host) {
  const env = { PATH: process.env.PATH, HOME: project, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
  const { stdout } = await promisify(execFile)(file, args, { cwd: project, env });
  const line = stdout.split("\n").find((line) => line.includes("did:"));
  assert.ok(line, stdout);
  assert.deepEqual(JSON.parse(line.slice(line.indexOf("did:") + 4)), {
    id: webhook.msg_id,
    refused: "webhook_signature_mismatch",
    signature: request.signature,
    status: "succeeded",
    host,
  });
}

const program = (changed) => `
  import * as sdk from "@okpay/sdk/server";
  import { firstSteps } from "./first-steps.js";
  console.log("did:" + JSON.stringify(await firstSteps(sdk, ${given(changed)})));`;

const DENO = ["run", "--quiet", "--cached-only", "--no-prompt", "--node-modules-dir=manual"];

test("Deno", async () => {
  write("deno.js", program());
  const allowed = ["--allow-read", "--allow-env", "--allow-net=127.0.0.1"];
  await run(installed("@deno", "deno"), [...DENO, ...allowed, "deno.js"], true);
});

test("Deno that may not read the environment", async () => {
  // Without the keys, for which the environment would be asked.
  write("no-env.js", program({ gateway_keys: undefined }));
  const allowed = ["--allow-read", "--allow-net=127.0.0.1"];
  await run(installed("@deno", "deno"), [...DENO, ...allowed, "no-env.js"], true);
});

test("Bun", async () => {
  write("bun.js", program());
  await run(installed("@oven", "bin/bun"), ["run", "bun.js"], true);
});

/** Records a call twice, settles another, and is refused what it has open. */
const journaling = `
  import { FileJournal } from "@okpay/sdk/server";
  const call = (idempotencyKey) => ({ operation: "refunds.create", method: "POST", path: "/v1/refunds", body: null, idempotencyKey });
  const journal = await FileJournal.open("calls.journal");
  const open = await journal.openCalls();
  const told = await Promise.all([journal.record(call("a")), journal.record(call("a")), journal.record(call("b"))]);
  await journal.settle("b");
  const { code } = await FileJournal.open("calls.journal").catch((error) => error);
  console.log(JSON.stringify([open.length, told, code]));`;

test("a journal in a file, in Deno and Bun", async () => {
  write("journaling.js", journaling);
  const deno = [...DENO, "--allow-all", "journaling.js"];
  const programs = [
    [installed("@oven", "bin/bun"), ["run", "journaling.js"], 0],
    // What the first left open, without having closed the file.
    [process.execPath, ["journaling.js"], 1],
    [installed("@deno", "deno"), deno, 1],
  ];
  for (const [file, args, open] of programs) {
    const env = { PATH: process.env.PATH, HOME: project, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
    const { stdout } = await promisify(execFile)(file, args, { cwd: project, env });
    assert.deepEqual(JSON.parse(stdout), [open, [open > 0, true, false], "journal_failed"]);
  }
});

test("workerd, as an edge worker", async () => {
  write(
    "worker.js",
    `import * as sdk from "@okpay/sdk/server";
    import wasm from "@okpay/sdk/server.wasm";
    import { firstSteps } from "./first-steps.js";
    sdk.load(wasm);
    export default {
      async test() {
        const { code } = await sdk.FileJournal.open("calls.journal").catch((error) => error);
        if (code !== "journal_failed") throw new Error(code);
        console.log("did:" + JSON.stringify(await firstSteps(sdk, ${given()})));
      },
    };`,
  );
  const bundle = ["--bundle", "--format=esm", "--external:*.wasm", "--outfile=bundle.js", "worker.js"];
  execFileSync(join(own, "node_modules/.bin/esbuild"), ["--log-level=warning", ...bundle], { cwd: project });
  copyFileSync(join(project, "node_modules/@okpay/sdk/dist/wasm/okpay_server_bg.wasm"), join(project, "server.wasm"));
  // Since 2025 a worker has Node's modules by default.
  await served("2026-11-01", true);
  await served("2024-01-01", false);
});

/** Runs the worker as of a date. */
async function served(date, host) {
  write(
    "config.capnp",
    `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [ (name = "main", worker = .worker), (name = "internet", network = (allow = ["private"])) ],
    );
    const worker :Workerd.Worker = (
      modules = [
        (name = "bundle.js", esModule = embed "bundle.js"),
        (name = "@okpay/sdk/server.wasm", wasm = embed "server.wasm"),
      ],
      compatibilityDate = "${date}",
    );`,
  );
  await run(installed("@cloudflare", "bin/workerd"), ["test", "config.capnp"], host);
}
