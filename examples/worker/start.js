// `npm start`: the worker in workerd on this machine, and a sandbox that delivers to it what happens to a payment.

import { delivered, sandbox } from "./sandbox.js";

const gateway = await sandbox();
// Before there is a worker: Miniflare ends the process on these signals, and the worker with it.
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, gateway.stop);
}
const { worker, client, url } = await delivered(gateway.details);
console.log(`The worker takes webhooks at ${url.href}; a payment is made now, and what is known of it asked for.`);
const payment = await client.payments.create({ amount: { amount: "19.99", currency: "EUR" }, method: "bank_transfer" });
const resources = await worker.getDurableObjectNamespace("RESOURCES");
let known;
while (known?.status !== payment.status) {
  known = await resources.getByName(payment.id).known();
}
console.log(`${payment.id}: ${known.status}, version ${known.version}, shipped ${known.shipped} times`);
console.log("Ctrl-C stops both. More events: okpay trigger, with the lines of `okpay sandbox`.");
