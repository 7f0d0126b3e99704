/**
 * An edge worker that receives OKPay's webhooks: proven, in order, and once each.
 *
 * | file | what |
 * | --- | --- |
 * | `receive.ts` | a delivery: its size, its signature, the answer |
 * | `resource.ts` | what the shop knows of a payment, and what it does about it |
 */

import { load } from "@okpay/sdk/server";
import wasm from "@okpay/sdk/server.wasm";
import { type Environment, receive } from "./receive.js";

export { Resource } from "./resource.js";

// A worker has no files: it is given the module, compiled when it was deployed.
load(wasm);

export default {
  async fetch(request, environment): Promise<Response> {
    const { pathname } = new URL(request.url);
    return request.method === "POST" && pathname === "/webhooks"
      ? receive(request, environment)
      : new Response("OKPay's webhooks are posted to /webhooks.\n", { status: 404 });
  },
} satisfies ExportedHandler<Environment>;
