/**
 * `npm run serve`: the checkout page by itself, for a shop that is another program, as `examples/python-shop` is. Beside the lines of
 * `okpay sandbox` the environment has `SHOP_NAME` and `SHOP_URL`; `PORT` is a free one by default. Prints where it is as a line of JSON.
 */

import { CheckoutPage } from "./checkout.js";
import { fromEnvironment, variable } from "./gateway.js";
import { pathOf, redirect, serve } from "./http.js";

const home = { name: variable("SHOP_NAME"), url: variable("SHOP_URL") };
const page = new CheckoutPage(fromEnvironment(), home);
const served = await serve(Number(process.env["PORT"] ?? 0), async (request, response) => {
  const path = pathOf(request);
  return path === "/" ? redirect(response, home.url) : page.answer(path, response);
});
console.log(JSON.stringify({ url: served.url }));

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, served.stop);
}
