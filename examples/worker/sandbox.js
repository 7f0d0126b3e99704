// A sandbox on this machine, and a worker that it delivers to.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { Client } from "@okpay/sdk/server";
import { Miniflare } from "miniflare";
import { options } from "./runtime.js";

/** Starts a sandbox on a free port: the program that `OKPAY_PROGRAM` names, the one that was built here, or cargo's. */
export async function sandbox() {
  const root = new URL("../../", import.meta.url);
  const built = ["release", "debug"].map((profile) => new URL(`target/${profile}/okpay`, root).pathname).find(existsSync);
  const program = process.env.OKPAY_PROGRAM ?? built;
  const [command, first] = program ? [program, []] : ["cargo", ["run", "--quiet", "--package", "okpay-cli", "--"]];
  const child = spawn(command, [...first, "sandbox", "--json", "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
    cwd: root,
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { details: JSON.parse(line), stop: () => child.kill() };
}

/** A worker that a gateway delivers to. The endpoint's secret is known only once the worker has its address. */
export async function delivered(details) {
  const worker = new Miniflare(options("whsec_unknown"));
  const url = new URL("/webhooks", await worker.ready);
  const client = new Client({ baseUrl: details.url, keyId: details.key_id, secret: details.secret });
  const endpoint = await client.webhookEndpoints.create({ url: url.href });
  const speak = (secrets) => worker.setOptions({ ...options(secrets), port: Number(url.port) });
  await speak(endpoint.secret);
  return { worker, client, endpoint, url, speak };
}
