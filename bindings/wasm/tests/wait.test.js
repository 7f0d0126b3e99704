// `wait`: woken by an event, given up, out of time.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Sandbox } from "./support.js";

let sandbox;

before(async () => {
  sandbox = await Sandbox.start();
});
after(() => sandbox.stop());

/** A deposit of which nothing was seen yet, and the event of it. */
async function deposit() {
  const client = sandbox.client();
  const made = await client.deposits.create({ amount: { amount: "5.00", currency: "EUR" }, method: "bank_transfer" });
  const { data: events } = await client.events.list();
  return [made, events.find((event) => event.data.id === made.id)];
}

/** A client, and the next question that it has asked. */
function observed() {
  const [asked, waiting] = [[], []];
  const onAttempt = (report) => (waiting.length > 0 ? waiting.shift()(report) : asked.push(report));
  const next = () => (asked.length > 0 ? asked.shift() : new Promise((resolve) => waiting.push(resolve)));
  return { client: sandbox.client({ onAttempt }), next, asked };
}

test("an event wakes whoever waits", async () => {
  const [{ id }, event] = await deposit();
  const { client, next } = observed();
  const waits = [client.deposits.wait(id), client.deposits.wait(id, { timeout: 300_000 })];
  await next();
  await next();
  // Unwoken, so many questions would take minutes.
  for (let round = 0; round < 12; round += 1) {
    client.notify(event);
    await next();
    assert.equal((await next()).operation, "deposits.retrieve");
  }
  await sandbox.client().deposits.cancel(id);
  client.notify(event);
  const canceled = await Promise.all(waits);
  assert.deepEqual(
    canceled.map(({ status }) => status),
    ["canceled", "canceled"],
  );
  client.notify(event);
  assert.equal((await client.deposits.wait(id).withAnswer()).answer.status, 200);
});

test("a wait is given up by its signal, during a question and between two", async () => {
  const [{ id }] = await deposit();
  const { client, next, asked } = observed();
  const controller = new AbortController();
  const waiting = client.deposits.wait(id, { signal: controller.signal });
  await next();
  controller.abort(new Error("enough"));
  await assert.rejects(waiting, { code: "cancelled" });
  await assert.rejects(client.deposits.wait(id, { signal: AbortSignal.abort() }), { code: "cancelled" });
  assert.ok(asked.length <= 1);
});

test("time that is over says where it stands", async () => {
  const [{ id }] = await deposit();
  const client = sandbox.client();
  await client.deposits.retrieve(id);
  const error = await client.deposits.wait(id, { timeout: 2_500 }).catch((thrown) => thrown);
  assert.deepEqual([error.name, error.code, error.object, error.state], ["Unanswered", "wait_timed_out", id, "pending"]);
  assert.equal(JSON.parse(JSON.stringify(error)).state, "pending");
  assert.ok(error.message.includes("state pending"));
});

test("what cannot be waited for so is refused", async () => {
  const client = sandbox.client();
  await assert.rejects(client.deposits.wait("dep_1", { timeout: -1 }), RangeError);
  await assert.rejects(client.deposits.wait("dep_1", { headers: { Authorization: "Bearer x" } }), {
    name: "Invalid",
    param: "headers",
  });
  await assert.rejects(client.deposits.wait("dep_1"), { name: "Rejected", code: "not_found" });
});
