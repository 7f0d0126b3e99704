/** What clients are told, as the core takes it. */

import { Held } from "./core.js";
import type { ClientOptions } from "./options.js";
import { whole } from "./values.js";
import type { Caller } from "./wasm/okpay_checkout.js";

/** Who calls with a publishable key. */
export function browsersCaller(
  settings: string,
  { publishableKey = "", clientSecret }: { readonly publishableKey?: string; readonly clientSecret?: string },
): Held<Caller> {
  return Held.made((core) => core.Caller.publishable(settings, publishableKey, clientSecret));
}

/** The settings that the core reads, as JSON. */
export function settingsText(options: ClientOptions): string {
  const { baseUrl, gatewayKeys, insecureHost, timeout, maxAttempts } = options;
  return JSON.stringify({
    baseUrl: baseUrl && normal(baseUrl),
    gatewayKeys,
    insecureHost,
    timeout: whole("timeout", timeout),
    maxAttempts: whole("maxAttempts", maxAttempts),
  });
}

/** A URL in its normal form, the one that the core reads in a browser. What is no URL stays as it is, for the core to refuse. */
function normal(url: string): string {
  try {
    return new URL(url).href;
  } catch {
    return url;
  }
}

/** The given `fetch`, or the platform's at the time of the call, so that one that is patched in later counts. */
export function platformFetch(options: ClientOptions): typeof fetch {
  return options.fetch ?? ((input, init) => globalThis.fetch(input, init));
}
