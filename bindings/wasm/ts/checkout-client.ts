/** {@link CheckoutClient}: what a browser may do. */

import { Held } from "./core.js";
import { CheckoutOperations } from "./generated/checkout.js";
import type { ClientOptions } from "./options.js";
import { Sender, whole } from "./send.js";
import { fetchTransport } from "./transport.js";
import type { Caller } from "./wasm/okpay_checkout.js";

/** How a {@link CheckoutClient} is made. */
export interface CheckoutClientOptions extends ClientOptions {
  /** Where the gateway is. */
  readonly baseUrl: string;
  /** `okp_test_pk_…` or `okp_live_pk_…`; public. */
  readonly publishableKey: string;
  /** The client secret of the one checkout session that this page is for. */
  readonly clientSecret?: string;
}

/** Calls OKPay from a browser, with the publishable key. Ship goods on a webhook, never on what a browser says. */
export class CheckoutClient extends CheckoutOperations {
  /** @throws {@link Invalid}: `invalid_configuration`, `invalid_url`. */
  constructor(options: CheckoutClientOptions) {
    const caller = browsersCaller(settingsText(options), options);
    super(new Sender(caller, options.transport ?? fetchTransport(platformFetch(options)), options.onAttempt));
  }
}

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
    baseUrl,
    gatewayKeys,
    insecureHost,
    timeout: whole("timeout", timeout),
    maxAttempts: whole("maxAttempts", maxAttempts),
  });
}

/** The given `fetch`, or the platform's at the time of the call, so that one that is patched in later counts. */
export function platformFetch(options: ClientOptions): typeof fetch {
  return options.fetch ?? ((input, init) => globalThis.fetch(input, init));
}
