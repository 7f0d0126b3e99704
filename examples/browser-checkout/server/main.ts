/** `npm start`: the gateway (a sandbox of this machine, unless the environment names one), and the shop in front of it. */

import { connect } from "./gateway.js";
import { Shop } from "./shop.js";

const gateway = await connect();
const shop = await Shop.start(gateway.settings, Number(process.env["PORT"] ?? 3000));
console.log(`The shop is at ${shop.url} and its gateway at ${gateway.settings.url}; Ctrl-C stops both.`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    shop.stop();
    gateway.stop();
  });
}
