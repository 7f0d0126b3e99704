// The published vectors that every platform runs, Node and a page: each function takes the SDK, a vector file and
// `check(list, name, work)`, which runs one case of one of the file's lists. See `tests/vectors/README.md`.

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

/** What of an error a vector names, or nothing if work does not fail. A page's schedules come later than a server's. */
async function failure(sdk, work) {
  try {
    await work();
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
    check("exponents", `${code} has ${places} places`, async () =>
      places === null
        ? same((await failure(sdk, () => sdk.currencyPlaces(code)))?.code, "unknown_currency")
        : same(sdk.currencyPlaces(code), places),
    );
  }
}

const MODES = ["half_up", "half_even", "half_down", "up", "down", "ceiling", "floor"];

export function roundings(sdk, file, check) {
  for (const row of file.division) {
    check("division", `${row.num} by ${row.den}`, () => {
      for (const mode of MODES) {
        same(String(sdk.divide(BigInt(row.num), BigInt(row.den), mode)), String(BigInt(row[mode])), mode);
      }
    });
  }
}

/** The quotient that a row of fees is about. */
export function roundingsOfFees(sdk, file, check) {
  for (const [number, row] of file.fee.entries()) {
    check("fee", `fee ${number}`, () => {
      const numerator = BigInt(row.amount_minor) * BigInt(row.rate_bps) + BigInt(row.fixed_minor) * 10_000n;
      for (const mode of MODES) {
        same(String(sdk.divide(numerator, 10_000n, mode)), String(BigInt(row[mode])), mode);
      }
    });
  }
}

export function fees(sdk, file, check) {
  const schedule = (name) => sdk.FeeSchedule.fromJson(JSON.stringify(file.schedules[name]));
  file.cases.forEach((one, number) => {
    check("cases", `case ${number}: ${one.name ?? one.do}`, async () => {
      let found;
      const failed = await failure(sdk, async () => {
        found = asked(await schedule(one.schedule), one);
      });
      failed ? same(failed, { param: null, ...one.error }) : same(found, one.expect);
    });
  });
  file.loads.forEach((one, number) => {
    check("loads", `load ${number}: ${one.name ?? ""}`, async () => {
      const text = JSON.stringify(changed(file.schedules[one.schedule], one.changes));
      const failed = await failure(sdk, () => sdk.FeeSchedule.fromJson(text));
      same(failed, one.error ? { param: null, ...one.error } : null);
    });
  });
  file.envelopes.forEach((one, number) => {
    check("envelopes", `envelope ${number}`, () => envelope(sdk, one));
  });
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

async function envelope(sdk, { envelope, public_key }) {
  const keys = [public_key].flat();
  const text = JSON.stringify(envelope);
  const schedule = await sdk.FeeSchedule.fromEnvelope(text, keys);
  same([schedule.verified, schedule.text], [true, envelope.schedule]);
  same((await sdk.FeeSchedule.fromJson(schedule.text)).verified, false);
  const forged = text.replace("1.5", "0.5");
  same((await failure(sdk, () => sdk.FeeSchedule.fromEnvelope(forged, keys)))?.code, "envelope_signature_invalid");
}

export function luhnAndIbans({ checks, ...sdk }, { luhn, iban }, check) {
  for (const list of ["valid", "invalid"]) {
    for (const text of luhn[list]) {
      check(`luhn.${list}`, `digits ${text}`, () => same(checks.luhn(text), list === "valid"));
    }
  }
  for (const printed of iban.valid) {
    check("iban.valid", `IBAN ${printed}`, () => {
      const electronic = printed.replaceAll(" ", "");
      const read = checks.iban(electronic.toLowerCase());
      same([read.print, read.electronic, read.country], [printed, electronic, printed.slice(0, 2)]);
    });
  }
  for (const text of iban.invalid) {
    check("iban.invalid", `no IBAN ${text}`, async () =>
      same((await failure(sdk, () => checks.iban(text)))?.code, "iban_checksum"),
    );
  }
}

const CHAINS = { main: "main", regtest: "regtest", testnet4: "test" };

/** Addresses that are some, by their list, each with what is read of it. */
function addressesThatAreSome({ eip55, tron, bitcoin_addresses: bitcoin, segwit }) {
  return {
    "eip55.valid": eip55.valid.map((text) => [text.toLowerCase(), "ethereum", { address: text }]),
    "tron.valid": tron.valid.map(({ address, hex }) => [address, "tron", { payload: hex }]),
    "tron.valid_plain": tron.valid_plain.map((text) => [text, "tron", { kind: "account" }]),
    "bitcoin_addresses.valid": bitcoin.valid.map((one) => [
      one.address,
      "bitcoin",
      { payload: one.script_pubkey, chain: CHAINS[one.chain] },
    ]),
    "segwit.valid": segwit.valid.map((one) => [one.address, "bitcoin", { payload: one.script_pubkey }]),
  };
}

/** Addresses that are none, by their list. What is only a part of an address is none either. */
function addressesThatAreNone({ eip55, tron, bitcoin_addresses: bitcoin, segwit, bech32, bech32m, base58 }) {
  return {
    "eip55.invalid": eip55.invalid.map((text) => [text, "ethereum"]),
    "tron.invalid": tron.invalid.map((text) => [text, "tron"]),
    "bitcoin_addresses.invalid": bitcoin.invalid.map((text) => [text, "bitcoin"]),
    "segwit.invalid": segwit.invalid.map((one) => [whole(one), "bitcoin"]),
    "bech32.invalid": bech32.invalid.map((one) => [whole(one), "bitcoin"]),
    "bech32m.invalid": bech32m.invalid.map((one) => [whole(one), "bitcoin"]),
    "bech32.valid": bech32.valid.map((text) => [text, "bitcoin"]),
    "bech32m.valid": bech32m.valid.map((text) => [text, "bitcoin"]),
    "base58.vectors": base58.vectors.map((one) => [one.base58, "bitcoin"]),
  };
}

/** The cases of all lists, each with its list. */
function flat(lists) {
  return Object.entries(lists).flatMap(([list, cases]) => cases.map((one) => [list, ...one]));
}

/** A vector's string, which may have a byte that JSON cannot hold before or behind it. */
function whole({ prefix_byte, string, suffix_byte }) {
  const byte = (digits) => (digits === null ? "" : String.fromCharCode(Number.parseInt(digits, 16)));
  return byte(prefix_byte ?? null) + string + byte(suffix_byte ?? null);
}

export function addresses({ checks, ...sdk }, file, check) {
  for (const [list, text, network, wanted] of flat(addressesThatAreSome(file))) {
    check(list, `${network} ${text}`, () => {
      const read = checks.address(text, network, wanted.chain);
      same(Object.fromEntries(Object.keys(wanted).map((name) => [name, read[name]])), wanted);
    });
  }
  for (const [list, text, network] of flat(addressesThatAreNone(file))) {
    check(list, `no ${network} ${text}`, async () => {
      const failed = await failure(sdk, () => checks.address(text, network));
      same(failed?.code.startsWith("address_"), true);
    });
  }
}

/** The links among the vectors of addresses. */
export function links({ paymentRequests, ...sdk }, file, check) {
  // The standard's own example has an address that is none.
  const [sample, good] = ["175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W", "1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo"];
  const { valid, invalid } = file.bip21;
  for (const uri of valid) {
    check("bip21.valid", uri, async () => {
      same((await failure(sdk, () => paymentRequests.parse(uri)))?.code, "address_checksum");
      const { coin } = paymentRequests.parse(uri.replace(sample, good));
      same([coin.address, coin.currency], [good, "BTC"]);
    });
  }
  for (const uri of invalid) {
    check("bip21.invalid", `no ${uri}`, async () => {
      const { code } = (await failure(sdk, () => paymentRequests.parse(uri.replace(sample, good)))) ?? {};
      same(["payment_request_unsupported", "invalid_amount"].includes(code), true, code);
    });
  }
  for (const uri of file.erc681.examples) {
    check("erc681.examples", uri, async () => {
      const isToken = uri.includes("transfer");
      // The example in coins has a slip in its capitals.
      same((await failure(sdk, () => paymentRequests.parse(uri)))?.code ?? null, isToken ? null : "address_checksum");
      const { coin } = paymentRequests.parse(isToken ? uri : uri.toLowerCase());
      same(coin.units, isToken ? "1" : "2014000000000000000");
    });
  }
}

export function shopCodes({ paymentRequests }, file, check) {
  for (const { payload, tlv } of file.samples) {
    check("samples", payload, () => {
      const fields = paymentRequests.qrFields(payload);
      same(
        fields.map(({ id, value }) => [id, value]),
        tlv.slice(0, -1),
      );
      same(paymentRequests.qrPayload(fields), payload);
      const { merchant } = paymentRequests.parse(payload);
      const written = paymentRequests.merchantQr(merchant);
      same(paymentRequests.parse(written).merchant, merchant);
      same(paymentRequests.qrPayload(fields.toSorted((one, other) => one.id.localeCompare(other.id))), written);
    });
  }
}
