// What was run, for the table of conformance: `<OKPAY_CONFORMANCE>/javascript.json`.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Adds a part to the report, if one is asked for. */
export function report(part, counts) {
  const folder = process.env.OKPAY_CONFORMANCE;
  if (folder) {
    const file = join(folder, "javascript.json");
    const told = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { language: "javascript" };
    writeFileSync(file, `${JSON.stringify({ ...told, [part]: counts }, null, 2)}\n`);
  }
}
