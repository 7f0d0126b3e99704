/**
 * A shop of one article: what a merchant's server has to do for a checkout page of its own.
 *
 * | request | what |
 * | --- | --- |
 * | `GET /` | the article |
 * | `POST /orders` | opens a checkout session, and sends the buyer to its page; the client secret goes in the fragment of the link |
 * | `GET /checkout/{order}` | the page, under a strict Content Security Policy |
 * | `GET /fees.json` | OKPay's signed fee schedule, which a browser may not ask for |
 * | `GET /orders/{order}` | whether it is paid, asked from server to server: what a browser says proves nothing |
 */

import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Client, Money, type NewCheckoutSession } from "@okpay/sdk/server";
import { Files } from "./files.js";
import type { Settings } from "./gateway.js";
import { articlePage, orderPage } from "./pages.js";

/** What is sold. The price comes from here, never from a browser. */
const PRICE = new Money("129.00", "USD");
const DESCRIPTION = "Hand-thrown coffee set, six cups";
const SHOP = "Kiln & Co.";

/** For how long a fee schedule is not asked for again, in milliseconds. */
const SCHEDULE_AGE = 60_000;

/** What the shop does with a session besides. */
export type Extras = Partial<NewCheckoutSession>;

/** The shop, running. */
export class Shop {
  readonly #settings: Settings;
  readonly #client: Client;
  readonly #files: Files;
  readonly #sessions = new Map<string, string>();
  readonly #server: Server;
  #schedule: { readonly text: string; readonly at: number } | undefined;

  /** Listens on a port of this machine; 0 finds a free one. */
  static async start(settings: Settings, port = 0): Promise<Shop> {
    const shop = new Shop(settings);
    shop.#server.listen(port, "127.0.0.1");
    await once(shop.#server, "listening");
    return shop;
  }

  private constructor(settings: Settings) {
    this.#settings = settings;
    const { url: baseUrl, keyId, secret, gatewayKeys } = settings;
    this.#client = new Client({ baseUrl, keyId, secret, gatewayKeys });
    const { url, publishableKey: key, feeKey } = settings;
    this.#files = Files.read({ url, key, gatewayKeys, feeKey, shop: SHOP });
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        console.error(error);
        text(response, 502, "The shop could not reach its gateway. Nothing was charged; please try again.");
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Opens a checkout session for an order. The same order always has the same session, however often it is asked for. */
  async order(order: string, extras: Extras = {}): Promise<string> {
    const page = `${this.url}/checkout/${order}`;
    const session = await this.#client.checkoutSessions.create(
      {
        amount: PRICE,
        description: DESCRIPTION,
        reference: order,
        // Lawful for most cards in the United States; for consumers' cards in the EU the merchant bears the fee.
        bearer: "customer",
        return_url: page,
        success_url: `${this.url}/orders/${order}`,
        cancel_url: `${this.url}/`,
        ...extras,
      },
      { idempotencyKey: `${order}-session` },
    );
    this.#sessions.set(order, session.id);
    const handed = new URLSearchParams({ session: session.id, secret: session.client_secret ?? "" });
    return `${page}#${handed}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", this.url);
    const [, first, order] = pathname.split("/");
    if (request.method === "POST") {
      return pathname === "/orders" ? this.#opened(request, response) : text(response, 405, "Not allowed");
    }
    switch (first) {
      case "":
        return page(response, articlePage(SHOP, DESCRIPTION, PRICE));
      case "checkout":
        return this.#files.checkout(response, new URL(this.#settings.url).origin);
      case "fees.json":
        return json(response, await this.#fees());
      case "orders":
        return this.#shown(response, order ?? "");
      default:
        return this.#files.send(response, pathname);
    }
  }

  async #opened(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Another site's form does not order here.
    if ((request.headers["sec-fetch-site"] ?? "same-origin") !== "same-origin") {
      return text(response, 403, "Please order from the shop's own page.");
    }
    const form = new URLSearchParams(await body(request));
    const sandbox = form.get("sandbox");
    const order = `order-${randomInt(1e9, 1e10)}`;
    const link = await this.order(order, sandbox ? { metadata: { sandbox } } : {});
    response.writeHead(303, { location: link, "cache-control": "no-store" }).end();
  }

  async #shown(response: ServerResponse, order: string): Promise<void> {
    const id = this.#sessions.get(order);
    if (id === undefined) {
      return text(response, 404, "There is no such order.");
    }
    const { status, payment_status } = await this.#client.checkoutSessions.retrieve(id);
    page(response, orderPage(SHOP, order, status === "complete", payment_status ?? "not tried yet"));
  }

  async #fees(): Promise<string> {
    if (this.#schedule === undefined || this.#schedule.at < Date.now() - SCHEDULE_AGE) {
      this.#schedule = { text: JSON.stringify(await this.#client.feeSchedules.current()), at: Date.now() };
    }
    return this.#schedule.text;
  }
}

/** The most bytes of a form. */
const MAX_FORM = 4096;

async function body(request: IncomingMessage): Promise<string> {
  let read = "";
  for await (const chunk of request.setEncoding("utf8")) {
    read += chunk;
    if (read.length > MAX_FORM) {
      throw new Error("the form is too large");
    }
  }
  return read;
}

function text(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" }).end(words);
}

function json(response: ServerResponse, words: string): void {
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-cache" }).end(words);
}

function page(response: ServerResponse, html: string): void {
  const policy =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
  response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy }).end(html);
}
