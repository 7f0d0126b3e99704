/**
 * A shop of one article: what a merchant's server has to do for a checkout page of its own.
 *
 * | request | what |
 * | --- | --- |
 * | `GET /` | the article |
 * | `POST /orders` | opens a checkout session, and sends the buyer to its page (`checkout.ts`) |
 * | `GET /orders/{order}` | whether it is paid, asked from server to server: what a browser says proves nothing |
 */

import { randomInt } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Client, Money, type NewCheckoutSession } from "@okpay/sdk/server";
import { CheckoutPage, clientOf, linkOf } from "./checkout.js";
import type { Settings } from "./gateway.js";
import { body, page, pathOf, redirect, type Served, serve, text } from "./http.js";
import { articlePage, orderPage } from "./pages.js";

/** What is sold. The price comes from here, never from a browser. */
const PRICE = new Money("129.00", "USD");
const DESCRIPTION = "Hand-thrown coffee set, six cups";
const SHOP = "Kiln & Co.";

/** What the shop does with a session besides. */
export type Extras = Partial<NewCheckoutSession>;

/** The shop, running. */
export class Shop {
  readonly #client: Client;
  readonly #checkout: CheckoutPage;
  readonly #sessions = new Map<string, string>();
  #served: Served | undefined;

  /** Listens on a port of this machine; 0 finds a free one. */
  static async start(settings: Settings, port = 0): Promise<Shop> {
    const shop = new Shop(settings);
    shop.#served = await serve(port, (request, response) => shop.#answer(request, response));
    return shop;
  }

  private constructor(settings: Settings) {
    this.#client = clientOf(settings);
    this.#checkout = new CheckoutPage(settings, { name: SHOP, url: "/" });
  }

  get url(): string {
    return this.#served?.url ?? "";
  }

  stop(): void {
    this.#served?.stop();
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
    return linkOf(page, session);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    if (request.method === "POST") {
      return path === "/orders" ? this.#opened(request, response) : text(response, 405, "Not allowed");
    }
    const [, first, order] = path.split("/");
    switch (first) {
      case "":
        return page(response, articlePage(SHOP, DESCRIPTION, PRICE));
      case "orders":
        return this.#shown(response, order ?? "");
      default:
        return this.#checkout.answer(path, response);
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
    redirect(response, await this.order(order, sandbox ? { metadata: { sandbox } } : {}));
  }

  async #shown(response: ServerResponse, order: string): Promise<void> {
    const id = this.#sessions.get(order);
    if (id === undefined) {
      return text(response, 404, "There is no such order.");
    }
    const { status, payment_status } = await this.#client.checkoutSessions.retrieve(id);
    page(response, orderPage(SHOP, order, status === "complete", payment_status ?? "not tried yet"));
  }
}
