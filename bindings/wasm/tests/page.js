// Runs in a page: loads the checkout, runs the vectors that a browser has use for, and says what came of it.

import { addresses, currencies, fees, luhnAndIbans } from "/tests/cases.js";

/** What a page asks of the fee engine; the rest is the merchant's, and in the server's entry. */
const ASKED = ["quote", "gross_up", "compare"];

const SUITES = {
  iso4217: currencies,
  fees: (sdk, file, check) => fees(sdk, { ...file, cases: file.cases.filter((one) => ASKED.includes(one.do)) }, check),
  luhn_iban: (sdk, file, check) => luhnAndIbans(sdk, { ...file, iban: { valid: [], invalid: [] } }, check),
  addresses,
};

async function run() {
  const sdk = await import("/dist/checkout.js");
  try {
    new sdk.Money("1", "EUR");
  } catch (error) {
    if (error.code !== "sdk_not_loaded") {
      throw error;
    }
  }
  await Promise.all([sdk.init(), sdk.init()]);
  const failures = [];
  const counts = {};
  for (const [name, suite] of Object.entries(SUITES)) {
    const file = await (await fetch(`/vectors/${name}`)).json();
    counts[name] = 0;
    const cases = [];
    suite(sdk, file, (list, about, work) => cases.push({ list, about, work }));
    for (const { list, about, work } of cases) {
      try {
        await work();
        counts[name] += 1;
      } catch (error) {
        failures.push(`${name}, ${list}, ${about}: ${error.message}`);
      }
    }
  }
  return { counts, failures };
}

const told = await run().catch((error) => ({ error: { code: error.code, message: error.message } }));
await fetch("/told", { method: "POST", body: JSON.stringify(told) });
