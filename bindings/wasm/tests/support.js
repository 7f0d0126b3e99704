// A gateway in a box for each test that asks for one, vectors, and the report of what was run.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { CheckoutClient, Client } from "@okpay/sdk/server";

export const REPOSITORY = new URL("../../../", import.meta.url);

/** A vector file. Whole numbers past 2^53 come as text, for a `number` would round them. */
export function vectors(name) {
  const text = readFileSync(new URL(`tests/vectors/${name}.json`, REPOSITORY), "utf8");
  const exact = (whole, before, digits) => (Number.isSafeInteger(Number(digits)) ? whole : `${before}"${digits}"`);
  return JSON.parse(text.replace(/([:,[]\s*)(-?\d{16,})(?=\s*[,}\]])/g, exact));
}

/** A running `okpay sandbox`. */
export class Sandbox {
  static async start() {
    const program = process.env.OKPAY_PROGRAM ?? new URL("target/debug/okpay", REPOSITORY).pathname;
    const child = spawn(program, ["sandbox", "--json", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout });
    const [line] = await once(lines, "line");
    return new Sandbox(child, JSON.parse(line));
  }

  constructor(child, details) {
    this.child = child;
    this.details = details;
    this.url = details.url;
  }

  async stop() {
    const ended = once(this.child, "exit");
    this.child.kill();
    await ended;
  }

  /** Asks a control endpoint. */
  async control(method, path, body) {
    const headers = { authorization: `Bearer ${this.details.control_token}`, "content-type": "application/json" };
    const init = method === "GET" ? { method, headers } : { method, headers, body: JSON.stringify(body ?? {}) };
    return (await fetch(this.url + path, init)).json();
  }

  /** A client with the secret key. */
  client(options = {}) {
    const { key_id: keyId, secret } = this.details;
    return new Client({ baseUrl: this.url, keyId, secret, ...options });
  }

  /** A client with the publishable key. */
  browser(options = {}) {
    return new CheckoutClient({ baseUrl: this.url, publishableKey: this.details.publishable_key, ...options });
  }

  /** The token of a card. */
  async card(number = "4242424242424242") {
    const card = { number, exp_month: 12, exp_year: 2040, cvc: "123" };
    return (await this.browser().paymentMethods.create({ card })).id;
  }

  /** Waits until a request to an operation has been executed. */
  async executed(operation) {
    while (!(await this.control("GET", "/sandbox/requests"))[operation]?.executed);
  }
}

/** The code of the error that work throws, now or later. */
export async function codeOf(work) {
  try {
    await work();
  } catch (error) {
    return error.code ?? error;
  }
  return undefined;
}

/** Bytes from hexadecimal digits. */
export function hex(text) {
  return new Uint8Array(Buffer.from(text, "hex"));
}
