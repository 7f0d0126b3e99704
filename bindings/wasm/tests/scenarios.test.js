// Every scenario, against the real gateway in a box.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { passed } from "./report.js";
import { Runner } from "./scenario.js";
import { REPOSITORY, Sandbox } from "./support.js";

const folder = new URL("tests/scenarios/", REPOSITORY);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));

test("there are scenarios", () => assert.ok(files.length >= 11));

for (const file of files) {
  test(file, async () => {
    const sandbox = await Sandbox.start();
    const runner = new Runner(sandbox);
    try {
      const scenario = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
      await runner.run(scenario);
      passed(`scenarios/${file}`, "steps", scenario.steps.length);
    } finally {
      runner.close();
      await sandbox.stop();
    }
  });
}
