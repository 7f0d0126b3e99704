// The worker as `wrangler.json` describes it, in workerd, its real runtime.

import { readFileSync } from "node:fs";

const { compatibility_date, durable_objects, migrations } = JSON.parse(
  readFileSync(new URL("wrangler.json", import.meta.url), "utf8"),
);
const BUILT = new URL("build/", import.meta.url).pathname;

/** Options of Miniflare, with the endpoint's secrets. */
export function options(secrets, entry = "worker.js") {
  const classes = durable_objects.bindings.map(({ name, class_name }) => {
    return [
      name,
      { className: class_name, useSQLite: migrations.some(({ new_sqlite_classes }) => new_sqlite_classes.includes(class_name)) },
    ];
  });
  return {
    modules: [
      { type: "ESModule", path: `${BUILT}${entry}` },
      { type: "CompiledWasm", path: `${BUILT}okpay_server_bg.wasm` },
    ],
    modulesRoot: BUILT,
    compatibilityDate: compatibility_date,
    durableObjects: Object.fromEntries(classes),
    bindings: { OKPAY_WEBHOOK_SECRETS: secrets },
  };
}
