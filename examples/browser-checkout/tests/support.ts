/** A gateway, the shop and a browser for the tests, and what a buyer does on the page. */

import { type CheckoutSession, Client } from "@okpay/sdk/server";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
  type Request,
} from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { type Gateway, type Settings, sandbox } from "../server/gateway.js";
import { type Extras, Shop } from "../server/shop.js";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What orders are paid by unless a test says otherwise. */
const METHODS = ["card", "bank_transfer", "usdt", "btc"] as const;

/** Everything that a test file works with. */
export class World {
  gateway!: Gateway;
  shop!: Shop;
  client!: Client;
  browser!: Browser;
  #count = 0;

  /** Starts it before the tests of a file, and ends it after them. */
  static ofFile(): World {
    const world = new World();
    beforeAll(() => world.#start());
    afterAll(() => world.#stop());
    return world;
  }

  async #start(): Promise<void> {
    this.gateway = await sandbox();
    this.shop = await Shop.start(this.settings);
    const { url: baseUrl, keyId, secret } = this.settings;
    this.client = new Client({ baseUrl, keyId, secret });
    const executablePath = process.env["OKPAY_BROWSER"] ?? "/usr/bin/chromium";
    this.browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  }

  async #stop(): Promise<void> {
    await this.browser?.close();
    this.shop?.stop();
    this.gateway?.stop();
  }

  get settings(): Settings {
    return this.gateway.settings;
  }

  /** Opens a session: its link, and the session as the server sees it. */
  async order(extras: Extras = {}): Promise<{ link: string; session: () => Promise<CheckoutSession> }> {
    this.#count += 1;
    const link = await this.shop.order(`order-${this.#count}`, { methods: METHODS, ...extras });
    const id = new URLSearchParams(new URL(link).hash.slice(1)).get("session") ?? "";
    return { link, session: () => this.client.checkoutSessions.retrieve(id) };
  }

  /** A buyer with a browser of their own. */
  async buyer(options: BrowserContextOptions = {}): Promise<Buyer> {
    return Buyer.of(await this.browser.newContext({ locale: "en-US", ...options }));
  }

  /** Steers the sandbox. */
  async control(path: string, body: object): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.settings.controlToken}`, "content-type": "application/json" };
    const response = await fetch(`${this.settings.url}/sandbox/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    expect(response.status, await response.clone().text()).toBe(200);
    return response.json();
  }

  /** How many payments a session has made. */
  async payments(reference: string): Promise<number> {
    return (await this.client.payments.list({ reference })).data.length;
  }
}

/** What a request of the page was. */
interface Sent {
  readonly method: string;
  readonly url: string;
  readonly body: string;
}

/** A buyer's tab, and what it sent and complained about. */
export class Buyer {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly requests: Request[] = [];
  readonly sent: Sent[] = [];
  readonly complaints: string[] = [];

  static async of(context: BrowserContext): Promise<Buyer> {
    return new Buyer(context, await context.newPage());
  }

  private constructor(context: BrowserContext, page: Page) {
    [this.context, this.page] = [context, page];
    page.setDefaultTimeout(10_000);
    page.on("request", (request) => {
      this.requests.push(request);
      this.sent.push({ method: request.method(), url: request.url(), body: request.postData() ?? "" });
    });
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => message.type() === "error" && this.complaints.push(message.text()));
  }

  /** Another tab of the same browser. */
  secondTab(): Promise<Buyer> {
    return Buyer.of(this.context);
  }

  async open(link: string): Promise<void> {
    await this.page.goto(link);
    await this.page.locator("main h1").waitFor();
  }

  async typeCard(number: string, expiry = "12/40", cvc = "123"): Promise<void> {
    await this.page.fill("#number", number);
    await this.page.fill("#expiry", expiry);
    await this.page.fill("#cvc", cvc);
  }

  async payByCard(number: string): Promise<void> {
    await this.typeCard(number);
    await this.pay();
  }

  async choose(method: string, network?: string): Promise<void> {
    await this.page.locator(`label[for="method-${method}"]`).click();
    if (network) {
      await this.page.locator(`[name=network][value=${network}]`).check();
    }
  }

  async pay(): Promise<void> {
    await this.page.locator("button.pay:enabled").click();
  }

  /** Waits until the page has a heading. */
  async sees(heading: string | RegExp): Promise<void> {
    await this.page.locator("main").getByRole("heading", { name: heading }).first().waitFor();
  }

  text(selector: string): Promise<string> {
    return this.page.locator(selector).first().innerText();
  }

  close(): Promise<void> {
    return this.context.close();
  }
}
