// The published vectors that every platform runs, Node and a page: each function takes the SDK, a vector file and `check(name, work)`,
// and gives how many cases it has.

/** Fails unless both are the same JSON, whatever the order of members. */
export function same(found, wanted, about = "") {
  const [one, other] = [canonical(found), canonical(wanted)];
  if (one !== other) {
    throw new Error(`${about} ${one} is not ${other}`);
  }
}

function canonical(value) {
  const sorted = (_, member) =>
    member && typeof member === "object" && !Array.isArray(member) ? Object.fromEntries(Object.entries(member).sort()) : member;
  return JSON.stringify(value, sorted) ?? "undefined";
}

/** What of an error a vector names, or nothing if work does not fail. */
function failure(sdk, work) {
  try {
    work();
  } catch (error) {
    if (!(error instanceof sdk.OkpayError)) {
      throw error;
    }
    return { code: error.code, param: error.param ?? null };
  }
  return null;
}

export function currencies(sdk, file, check) {
  const entries = Object.entries(file.exponents);
  for (const [code, places] of entries) {
    // Gold, test codes and the like have no minor unit.
    check(`${code} has ${places} places`, () =>
      places === null
        ? same(failure(sdk, () => sdk.currencyPlaces(code))?.code, "unknown_currency")
        : same(sdk.currencyPlaces(code), places),
    );
  }
  return entries.length;
}

export function roundings(sdk, file, check) {
  const modes = ["half_up", "half_even", "half_down", "up", "down", "ceiling", "floor"];
  for (const row of file.division) {
    check(`${row.num} by ${row.den}`, () => {
      for (const mode of modes) {
        same(String(sdk.divide(BigInt(row.num), BigInt(row.den), mode)), String(BigInt(row[mode])), mode);
      }
    });
  }
  return file.division.length;
}

export function fees(sdk, file, check) {
  const schedule = (name) => sdk.FeeSchedule.fromJson(JSON.stringify(file.schedules[name]));
  file.cases.forEach((one, number) => {
    check(`case ${number}: ${one.name ?? one.do}`, () => {
      let found;
      const failed = failure(sdk, () => {
        found = asked(schedule(one.schedule), one);
      });
      failed ? same(failed, { param: null, ...one.error }) : same(found, one.expect);
    });
  });
  file.loads.forEach((one, number) => {
    check(`load ${number}: ${one.name ?? ""}`, () => {
      const text = JSON.stringify(changed(file.schedules[one.schedule], one.changes));
      same(
        failure(sdk, () => sdk.FeeSchedule.fromJson(text)),
        one.error ? { param: null, ...one.error } : null,
      );
    });
  });
  file.envelopes.forEach((one, number) => {
    check(`envelope ${number}`, () => envelope(sdk, one));
  });
  return file.cases.length + file.loads.length + file.envelopes.length;
}

function asked(schedule, one) {
  const { amount, monthly_volume, at, ...rest } = one.request;
  const request = { ...rest, at: at ?? one.now, ...(monthly_volume ? { monthly_volume } : {}) };
  switch (one.do) {
    case "quote":
      return schedule.quote({ ...request, amount });
    case "gross_up":
      return schedule.grossUp({ ...request, net: amount });
    case "max_withdrawal":
      return schedule.maxWithdrawal({ ...request, balance: amount });
    case "compare":
      return schedule.compare({ ...request, amount }, one.methods).map(offered);
    default: {
      const amounts = BigInt64Array.from(one.amounts, (amount) => BigInt(amount));
      const columns = schedule.quoteMany(amounts, { ...request, currency: amount.currency });
      const [gross, fee, net] = [columns.gross, columns.fee, columns.net].map((column) => [...column].map(exact));
      return { gross, fee, net, rule: [...columns.rule] };
    }
  }
}

/** As the vectors have it: a number, or a text where a number would be rounded. */
function exact(figure) {
  return Number.isSafeInteger(Number(figure)) ? Number(figure) : String(figure);
}

function offered({ method, facts = {}, quote, code, param = null }) {
  return quote ? { method, facts, fee: quote.fee, rule_id: quote.rule_id } : { method, facts, code, param };
}

function changed(schedule, changes) {
  const copy = structuredClone(schedule);
  for (const { path, ...change } of changes) {
    const names = path.split("/").slice(1);
    const last = names.pop();
    const place = names.reduce((inner, name) => inner[name], copy);
    if ("value" in change) {
      place[last] = change.value;
    } else {
      delete place[last];
    }
  }
  return copy;
}

function envelope(sdk, { envelope, public_key }) {
  const keys = [public_key].flat();
  const text = JSON.stringify(envelope);
  const schedule = sdk.FeeSchedule.fromEnvelope(text, keys);
  same([schedule.verified, schedule.text], [true, envelope.schedule]);
  same(sdk.FeeSchedule.fromJson(schedule.text).verified, false);
  const forged = text.replace("1.5", "0.5");
  same(failure(sdk, () => sdk.FeeSchedule.fromEnvelope(forged, keys))?.code, "envelope_signature_invalid");
}
