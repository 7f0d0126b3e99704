/**
 * The checkout page and what it asks of its own server, whichever shop opens the sessions.
 *
 * | request | what |
 * | --- | --- |
 * | `GET /checkout/{order}` | the page, under a strict Content Security Policy. The session is in the fragment of its link |
 * | `GET /fees.json` | OKPay's signed fee schedule, which a browser may not ask for |
 * | `GET /…` | the page's own files |
 */

import type { ServerResponse } from "node:http";
import { Client } from "@okpay/sdk/server";
import { Files } from "./files.js";
import type { Settings } from "./gateway.js";
import { json } from "./http.js";

/** For how long a fee schedule is not asked for again, in milliseconds. */
const SCHEDULE_AGE = 60_000;

/** The shop that the page belongs to. */
export interface Home {
  readonly name: string;
  /** Where its own pages begin. */
  readonly url: string;
}

/** What answers for the page. */
export class CheckoutPage {
  readonly #settings: Settings;
  readonly #client: Client;
  readonly #files: Files;
  #schedule: { readonly text: string; readonly at: number } | undefined;

  constructor(settings: Settings, home: Home) {
    this.#settings = settings;
    this.#client = clientOf(settings);
    const { url, publishableKey: key, gatewayKeys, feeKey } = settings;
    this.#files = Files.read({ url, key, gatewayKeys, feeKey, shop: home.name, home: home.url });
  }

  async answer(path: string, response: ServerResponse): Promise<void> {
    if (path.startsWith("/checkout/")) {
      this.#files.checkout(response, new URL(this.#settings.url).origin);
    } else if (path === "/fees.json") {
      json(response, await this.#fees());
    } else {
      this.#files.send(response, path);
    }
  }

  async #fees(): Promise<string> {
    if (this.#schedule === undefined || this.#schedule.at < Date.now() - SCHEDULE_AGE) {
      this.#schedule = { text: JSON.stringify(await this.#client.feeSchedules.current()), at: Date.now() };
    }
    return this.#schedule.text;
  }
}

/** The shop's own client. */
export function clientOf({ url: baseUrl, keyId, secret, gatewayKeys }: Settings): Client {
  return new Client({ baseUrl, keyId, secret, gatewayKeys });
}

/** The link to a session's page: the client secret goes in the fragment, which a browser sends to nobody. */
export function linkOf(page: string, session: { readonly id: string; readonly client_secret?: string | null }): string {
  return `${page}#${new URLSearchParams({ session: session.id, secret: session.client_secret ?? "" })}`;
}
