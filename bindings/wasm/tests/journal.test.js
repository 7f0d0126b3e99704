// The journal: calls that are lost track of nowhere, whatever is lost on the way, the process itself among it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as sdk from "@okpay/sdk/server";
import { ask } from "../dist/internals.js";
import { Sandbox } from "./support.js";

const { FileJournal } = sdk;
const card = { number: "4242424242424242", exp_month: 12, exp_year: 2040, cvc: "123" };
const order = (token, amount = "5.00") => ({ amount: { amount, currency: "EUR" }, method: "card", payment_method: token });
let sandbox;
let folder;

before(async () => {
  sandbox = await Sandbox.start();
  folder = mkdtempSync(join(tmpdir(), "okpay-journal-"));
});
after(async () => {
  rmSync(folder, { recursive: true });
  await sandbox.stop();
});

/** A journal in a file of its own, closed after the test. */
async function opened(context, name) {
  const journal = await FileJournal.open(join(folder, name));
  context.after(() => journal.close());
  return journal;
}

const keys = async (journal) => (await journal.openCalls()).map(({ call }) => call.idempotencyKey);

/** A transport of which every answer is lost. */
const lost = async () => {
  throw new Error("the cable is out");
};

test("a call whose answer was lost is recovered by the next client, and is paid once", async (context) => {
  const own = await Sandbox.start();
  context.after(() => own.stop());
  await own.control("POST", "/sandbox/faults", { kind: "drop_answer", on: "payments.create" });
  const first = await opened(context, "lost");
  const began = Date.now();
  const paying = own
    .client({ journal: first, maxAttempts: 1 })
    .payments.create(order(await own.card()), { idempotencyKey: "order-1" });
  await assert.rejects(paying, { name: "OutcomeUnknown" });
  await first.close();

  const client = own.client({ journal: await opened(context, "lost") });
  const [recovered, ...others] = await client.recover();
  assert.deepEqual(others, []);
  const { call, recorded } = recovered.entry;
  assert.deepEqual(
    [call.operation, call.method, call.path, call.idempotencyKey],
    ["payments.create", "POST", "/v1/payments", "order-1"],
  );
  assert.ok(JSON.parse(call.body).amount.amount === "5.00" && recorded.getTime() >= began && recorded.getTime() <= Date.now());
  const { data: payments } = await client.payments.list();
  assert.deepEqual([recovered.outcome.state, recovered.outcome.object], ["executed", payments[0].id]);
  assert.equal(payments.length, 1);
  assert.deepEqual(await client.recover(), []);
});

test("a process that is killed in the middle of a call leaves it to the next one", async (context) => {
  const own = await Sandbox.start();
  context.after(() => own.stop());
  await own.control("POST", "/sandbox/faults", { kind: "delay", on: "payments.create", delay_ms: 60_000 });
  const path = join(folder, "killed");
  const { url: baseUrl, key_id: keyId, secret } = own.details;
  const code = `
    import { Client, FileJournal } from "@okpay/sdk/server";
    const journal = await FileJournal.open(${JSON.stringify(path)});
    const client = new Client({ ...${JSON.stringify({ baseUrl, keyId, secret })}, journal, timeout: 60_000 });
    await client.payments.create(${JSON.stringify(order(await own.card()))}, { idempotencyKey: "killed-1" });`;
  const cwd = fileURLToPath(new URL("../", import.meta.url));
  const child = spawn(process.execPath, ["--input-type=module", "--eval", code], {
    cwd,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const ended = once(child, "exit");
  await own.executed("payments.create");
  await assert.rejects(FileJournal.open(path), {
    name: "Invalid",
    code: "journal_failed",
    message: /process \d+ on .* has it open/,
  });
  child.kill("SIGKILL");
  assert.deepEqual(await ended, [null, "SIGKILL"]);

  const client = own.client({ journal: await opened(context, "killed") });
  const [{ entry, outcome }] = await client.recover();
  assert.deepEqual([entry.call.idempotencyKey, outcome.state], ["killed-1", "executed"]);
  assert.equal((await client.payments.list()).data.length, 1);
});

test("what cannot be recorded is not sent", async (context) => {
  const sent = [];
  const options = { gatewayKeys: sandbox.details.gateway_keys, transport: async (request) => sent.push(request) };
  const pay = (journal) => sandbox.client({ ...options, journal }).payments.create(order("pm_1"));
  const own = (record) => ({ record, settle: assert.fail, withdraw: assert.fail, openCalls: () => [] });
  const closed = await opened(context, "closed");
  await closed.close();
  const full = () => Promise.reject(new Error("the disk is full"));
  for (const [journal, detail] of [
    [closed, /it was closed$/],
    [own(full), /^the intent could not be journaled, so nothing was sent: the disk is full$/],
    [own(() => undefined), /true or false$/],
  ]) {
    const error = await pay(journal).catch((error) => error);
    assert.deepEqual([error.name, error.code], ["NotSent", "journal_failed"]);
    assert.match(error.detail, detail);
  }
  assert.deepEqual(sent, []);
});

test("cards, PINs and reads are in no file", async (context) => {
  const journal = await opened(context, "secrets");
  const client = sandbox.client({ journal, gatewayKeys: sandbox.details.gateway_keys, transport: lost, maxAttempts: 1 });
  const confirmation = { kind: "payment_pin", code: "493817" };
  await assert.rejects(client.withdrawals.confirm("wd_1", { confirmation }), { name: "OutcomeUnknown" });
  await assert.rejects(client.paymentMethods.create({ card }));
  await assert.rejects(client.payments.retrieve("pay_1"), { name: "Unanswered" });
  const browser = new sdk.Client({
    baseUrl: sandbox.url,
    publishableKey: sandbox.details.publishable_key,
    journal,
    maxAttempts: 1,
  });
  await browser.paymentMethods.create({ card });
  const [{ call }, ...others] = await journal.openCalls();
  assert.deepEqual(
    [call.operation, call.path, call.body, others],
    ["withdrawals.confirm", "/v1/withdrawals/wd_1/confirm", null, []],
  );
  const text = readFileSync(join(folder, "secrets"), "utf8");
  assert.ok(text.includes("/v1/withdrawals/wd_1/confirm") && !/493817|42424242|_sk_|payments/.test(text), text);
  assert.equal(statSync(join(folder, "secrets")).mode & 0o777, 0o600);
});

test("a call stays open until its end is proven, or all its runs have sent nothing", async (context) => {
  const journal = await opened(context, "ends");
  const never = async () => {
    throw new sdk.NotSent({ phase: "not_sent", code: "connect_failed", detail: "no network" });
  };
  const gatewayKeys = sandbox.details.gateway_keys;
  const token = await sandbox.card();
  const pay = (transport, amount) =>
    sandbox
      .client({ journal, gatewayKeys, maxAttempts: 1, ...(transport && { transport }) })
      .payments.create(order(token, amount), { idempotencyKey: "ends-1" })
      .then(
        ({ status }) => status,
        ({ name }) => name,
      );
  assert.deepEqual([await pay(never), await keys(journal)], ["NotSent", []]);
  assert.deepEqual([await pay(lost), await keys(journal)], ["OutcomeUnknown", ["ends-1"]]);
  // An earlier run may have left, whatever becomes of this one.
  assert.deepEqual([await pay(never), await keys(journal)], ["OutcomeUnknown", ["ends-1"]]);
  assert.deepEqual([await pay(undefined, "6.00"), await keys(journal)], ["NotSent", ["ends-1"]]);
  assert.deepEqual([await pay(undefined), await keys(journal)], ["succeeded", []]);
});

test("to resolve a call strikes it off, and one that cannot be asked about stays", async (context) => {
  const journal = await opened(context, "resolve");
  const options = { journal, gatewayKeys: sandbox.details.gateway_keys, maxAttempts: 1 };
  const offline = sandbox.client({ ...options, transport: lost });
  for (const idempotencyKey of ["open-1", "open-2"]) {
    await assert.rejects(offline.payments.create(order("pm_1"), { idempotencyKey }), { name: "OutcomeUnknown" });
  }
  const recovered = await offline.recover();
  assert.deepEqual(
    recovered.map(({ entry, error }) => [entry.call.idempotencyKey, error.name]),
    [
      ["open-1", "OutcomeUnknown"],
      ["open-2", "OutcomeUnknown"],
    ],
  );
  assert.deepEqual(await keys(journal), ["open-1", "open-2"]);
  const { data, answer } = await sandbox.client(options).resolve("open-1").withAnswer();
  assert.deepEqual([data.state, answer.status, await keys(journal)], ["not_executed", 200, ["open-2"]]);
  const [{ outcome }] = await sandbox.client(options).recover();
  assert.deepEqual([outcome.state, await keys(journal)], ["not_executed", []]);
  await assert.rejects(sandbox.client().recover(), { code: "invalid_configuration", param: "journal" });
});

test("a journal that cannot strike off fails no call", async (context) => {
  const shown = context.mock.method(console, "error", () => undefined);
  const failing = () => Promise.reject(new Error("the disk is full"));
  const journal = {
    record: () => false,
    settle: failing,
    withdraw: failing,
    openCalls: () => [{ call: { idempotencyKey: "open-1" } }],
  };
  const client = sandbox.client({ journal });
  assert.equal((await client.payments.create(order(await sandbox.card()))).status, "succeeded");
  await assert.rejects(client.payments.create(order("pm_1")), { name: "Rejected" });
  assert.equal((await client.resolve("open-1")).state, "not_executed");
  assert.equal(shown.mock.callCount(), 3);
});

test("many calls at once share the disk, and a trap elsewhere loses none of them", async (context) => {
  const journal = await opened(context, "many");
  const call = (number) => ({
    operation: "refunds.create",
    method: "POST",
    path: "/v1/refunds",
    body: null,
    idempotencyKey: `k${number}`,
  });
  const numbers = Array.from({ length: 300 }, (_, number) => number);
  const told = await Promise.all(numbers.map((number) => journal.record(call(number % 200), new Date(number))));
  assert.deepEqual(
    told,
    numbers.map((number) => number >= 200),
  );
  const settled = numbers.slice(0, 100).map((number) => journal.settle(`k${number}`));
  await Promise.all([...settled, journal.withdraw("k150"), journal.settle("unknown")]);
  context.mock.method(console, "error", () => undefined);
  assert.throws(() => ask((core) => core.__panic()), { code: "sdk_panicked" });
  assert.equal(await journal.record(call(0)), false);
  const open = ["k100", "k101"].concat(numbers.slice(102, 150).map((number) => `k${number}`));
  assert.deepEqual((await keys(journal)).slice(0, 50), open);
  assert.deepEqual((await keys(journal)).length, 100);
  await journal.close();
  assert.equal((await keys(await opened(context, "many"))).length, 100);
});

test("a file has one owner, and another file is left as it is", async (context) => {
  const path = join(folder, "owner");
  await opened(context, "owner");
  await assert.rejects(FileJournal.open(pathToFileURL(path)), {
    code: "journal_failed",
    message: /open already in this process/,
  });
  const foreign = join(folder, "foreign");
  writeFileSync(foreign, "SQLite format 3\0");
  await assert.rejects(FileJournal.open(foreign), { code: "journal_failed", message: /no journal of this kind/ });
  assert.equal(readFileSync(foreign, "utf8"), "SQLite format 3\0");
  await assert.rejects(FileJournal.open(join(folder, "none", "calls")), { code: "journal_failed", message: /ENOENT/ });
});

test("whoever has lost the file to another process says so, and writes no more", async (context) => {
  const journal = await opened(context, "taken");
  const path = join(folder, "taken");
  const call = (idempotencyKey) => ({
    operation: "refunds.create",
    method: "POST",
    path: "/v1/refunds",
    body: null,
    idempotencyKey,
  });
  await journal.record(call("k1"));
  copyFileSync(path, `${path}.other`);
  renameSync(`${path}.other`, path);
  for (const key of ["k2", "k3"]) {
    await assert.rejects(
      journal.record(call(key)),
      (error) => error.code === "journal_failed" && /taken it over/.test(error.detail),
    );
  }
  await journal.close();
  assert.deepEqual(await keys(await opened(context, "taken")), ["k1"]);
});

test("a journal is not recovered from another gateway, and not closed by another key", async (context) => {
  const [here, there] = [sandbox, await Sandbox.start()];
  context.after(() => there.stop());
  const journal = await opened(context, "whose");
  const client = here.client({ journal, gatewayKeys: here.details.gateway_keys, transport: lost, maxAttempts: 1 });
  await assert.rejects(client.refunds.create({ payment: "pay_1" }, { idempotencyKey: "refund-1" }), { name: "OutcomeUnknown" });
  const renewed = await here.client().apiKeys.create({ name: "renewed" });
  const others = [there.client({ journal }), here.client({ journal, keyId: renewed.id, secret: renewed.secret })];
  for (const other of others) {
    const [{ entry, error }, ...more] = await other.recover();
    assert.deepEqual([error.code, error.param, more], ["invalid_configuration", "journal", []], error);
    assert.equal(entry.call.caller, `${here.url} ${here.details.key_id}`);
    await other.resolve("refund-1");
    assert.deepEqual(await keys(journal), ["refund-1"]);
  }
  const [{ outcome }] = await here.client({ journal }).recover();
  assert.deepEqual([outcome.state, await keys(journal)], ["not_executed", []]);
});

test("an owner that is no more is recognised", async () => {
  const path = join(folder, "stale");
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  const owner = { host: hostname(), since: Date.now() };
  const cases = [
    // The number of a process that is no more may have been given to another, to this one at last.
    [{ ...owner, pid: process.pid, born: "another-boot 1" }, true],
    [{ ...owner, pid: process.pid, since: 0 }, true],
    [{ ...owner, pid: process.pid, since: Date.now() }, false],
    [{ ...owner, pid: child.pid }, true],
    [{ ...owner, pid: process.ppid }, false],
    // Before the machine was started.
    [{ ...owner, pid: process.ppid, since: 0 }, true],
    [{ ...owner, pid: 1, host: "elsewhere" }, false],
    [{}, true],
  ];
  for (const text of [...cases.map(([owner, free]) => [JSON.stringify(owner), free]), ['{"pid":', true]]) {
    writeFileSync(`${path}.lock`, text[0]);
    const opening = FileJournal.open(path);
    if (text[1]) {
      await (await opening).close();
    } else {
      await assert.rejects(opening, {
        code: "journal_failed",
        message: /process \d+ on \S+ has it open; a journal has one owner\. If it is no more, delete .*stale\.lock/,
      });
    }
  }
  writeFileSync(`${path}.lock.taking`, "");
  writeFileSync(`${path}.lock`, "");
  const waiting = FileJournal.open(path);
  await new Promise((done) => setImmediate(done));
  rmSync(`${path}.lock.taking`);
  await (await waiting).close();
});

test("where there are no files it says so", async (context) => {
  const { getBuiltinModule } = process;
  context.after(() => {
    process.getBuiltinModule = getBuiltinModule;
  });
  process.getBuiltinModule = undefined;
  await assert.rejects(FileJournal.open("calls"), {
    code: "journal_failed",
    message: /no files that stay on node .*Journal of your own/,
  });
});
