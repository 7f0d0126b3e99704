// What has passed, for the table of conformance: a line a list, appended to the file that `OKPAY_CONFORMANCE` names. See
// `tests/vectors/README.md`.

import { appendFileSync } from "node:fs";
import { after } from "node:test";

const counts = new Map();

/** Counts cases of a list that have passed. */
export function passed(file, list, cases = 1) {
  const name = JSON.stringify([file, list]);
  counts.set(name, (counts.get(name) ?? 0) + cases);
}

after(() => {
  const report = process.env.OKPAY_CONFORMANCE;
  if (report) {
    const lines = [...counts].map(([name, cases]) => {
      const [file, list] = JSON.parse(name);
      return `${JSON.stringify({ file, list, cases })}\n`;
    });
    appendFileSync(report, lines.join(""));
  }
});
