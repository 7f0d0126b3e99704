/** {@link CheckoutClient}: what a browser may do. */

import { CheckoutOperations } from "./generated/checkout.js";
import type { ClientOptions } from "./options.js";
import { Sender } from "./send.js";
import { browsersCaller, platformFetch, settingsText } from "./settings.js";
import { fetchTransport } from "./transport.js";

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
