/** Which gateway the shop works with. */

import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";

/** How a gateway is reached and proven. The secret stays on the server. */
export interface Settings {
  readonly url: string;
  readonly keyId: string;
  readonly secret: string;
  readonly publishableKey: string;
  readonly gatewayKeys: string;
  readonly feeKey: string;
  /** Steers a sandbox; a real gateway has none. */
  readonly controlToken: string;
}

/** A gateway, and how to let go of it. */
export interface Gateway {
  readonly settings: Settings;
  readonly stop: () => void;
}

/** The gateway that the environment names, or a sandbox that is started here. */
export async function connect(): Promise<Gateway> {
  return process.env["OKPAY_KEY_ID"] ? { settings: fromEnvironment(), stop: () => {} } : sandbox();
}

/** A line of the environment that has to be there. */
export function variable(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set; \`okpay sandbox\` prints those of OKPAY_, SHOP_ ones are yours`);
  }
  return value;
}

/** The gateway that the environment names. */
export function fromEnvironment(): Settings {
  return {
    url: variable("OKPAY_BASE_URL"),
    keyId: variable("OKPAY_KEY_ID"),
    secret: variable("OKPAY_SECRET"),
    publishableKey: variable("OKPAY_PUBLISHABLE_KEY"),
    gatewayKeys: variable("OKPAY_GATEWAY_KEYS"),
    feeKey: variable("OKPAY_FEE_SCHEDULE_KEY"),
    controlToken: process.env["OKPAY_CONTROL_TOKEN"] ?? "",
  };
}

/** Starts a sandbox on a free port. */
export async function sandbox(): Promise<Gateway> {
  const child = program(["sandbox", "--json", "--port", "0"]);
  if (!child.stdout) {
    throw new Error("the sandbox has no output");
  }
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, "exit").then(([code]) => Promise.reject(new Error(`the sandbox ended (${code})`)));
  const [line] = await Promise.race([once(lines, "line"), ended]);
  ended.catch(() => {});
  const told = JSON.parse(line);
  const settings = {
    url: told.url,
    keyId: told.key_id,
    secret: told.secret,
    publishableKey: told.publishable_key,
    gatewayKeys: told.gateway_keys,
    feeKey: told.fee_schedule_key,
    controlToken: told.control_token,
  };
  return { settings, stop: () => child.kill() };
}

/** The program `okpay`: the one that is named, the one that was built here, or cargo's. */
function program(args: string[]): ChildProcess {
  const root = new URL("../../../", import.meta.url);
  const built = ["release", "debug"].map((profile) => new URL(`target/${profile}/okpay`, root).pathname).find(existsSync);
  const named = process.env["OKPAY_PROGRAM"] ?? built;
  const options: SpawnOptions = { stdio: ["ignore", "pipe", "inherit"] };
  return named
    ? spawn(named, args, options)
    : spawn("cargo", ["run", "--quiet", "--package", "okpay-cli", "--", ...args], { ...options, cwd: root });
}
