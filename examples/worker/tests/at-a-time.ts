/** The worker with a clock that the test sets: published signatures are years old. */

import { load } from "@okpay/sdk/server";
import wasm from "@okpay/sdk/server.wasm";
import { type Environment, receive } from "../src/receive.js";

export { Resource } from "../src/resource.js";

load(wasm);

export default {
  fetch: (request, environment) => receive(request, environment, new Date(Number(request.headers.get("x-now")) * 1000)),
} satisfies ExportedHandler<Environment>;
