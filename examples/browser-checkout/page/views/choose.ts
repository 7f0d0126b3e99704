/** The ways to pay, each with what it costs. */

import {
  adviceForDecline,
  type CheckoutSession,
  type ConfirmCheckoutSession,
  type DeclineCode,
  type MethodType,
  type Network,
  type PaymentMethod,
} from "@okpay/sdk/checkout";
import { h, write } from "../dom.js";
import { money } from "../format.js";
import { type CardFacts, cheapest, type Price, pricesOf } from "../prices.js";
import { redirectOf } from "../stage.js";
import { fill, type Words } from "../words.js";
import { alertOf } from "./alert.js";
import { type CardDraft, cardForm } from "./card.js";
import { review } from "./review.js";
import { type Context, leave, type View } from "./view.js";

/** What the buyer chose and typed so far; the page keeps it while it is open, and nobody else. */
export interface Draft extends CardDraft {
  method?: MethodType;
  network?: Network;
}

const NAMES: Partial<Record<string, { readonly name: keyof Words; readonly note: keyof Words }>> = {
  card: { name: "card", note: "cardNote" },
  bank_transfer: { name: "bank", note: "bankNote" },
  online_banking: { name: "onlineBanking", note: "onlineBankingNote" },
  balance: { name: "balance", note: "balanceNote" },
  usdt: { name: "usdt", note: "usdtNote" },
  btc: { name: "btc", note: "btcNote" },
};

/** Networks as wallets name them. */
export const NETWORK_NAMES: Partial<Record<string, string>> = {
  tron: "TRON (TRC-20)",
  ethereum: "Ethereum (ERC-20)",
  bnb: "BNB Chain (BEP-20)",
  bitcoin: "Bitcoin",
};

/** Draws the ways. */
export function choose(context: Context): View {
  return new Choose(context);
}

class Choose implements View {
  readonly element: HTMLElement;
  readonly heading: HTMLElement;
  readonly #context: Context;
  readonly #alert = h("div", { class: "alerts" });
  readonly #form: HTMLFormElement;
  readonly #pay = h("button", { class: "pay" });
  readonly #progress = h("p", { class: "progress", role: "status" });
  readonly #back: HTMLElement;
  readonly #methods = new Map<MethodType, Method>();
  readonly #networks = new Map<
    Network,
    { readonly price: Element; readonly badge: HTMLElement; readonly input: HTMLInputElement }
  >();
  readonly #card;
  #prices: Price[] = [];
  #said = "";
  #slow: ReturnType<typeof setTimeout> | undefined;

  constructor(context: Context) {
    this.#context = context;
    const { checkout, words, draft } = context;
    this.heading = h("h1", { id: "how" }, words.how);
    this.#card = cardForm(words, draft, () => this.#price());
    const methods = checkout.session?.methods ?? [];
    draft.method ??= methods[0] ?? "card";
    const rows = methods.map((method) => this.#method(method));
    this.#form = h(
      "form",
      { novalidate: true, autocomplete: "on", onsubmit: (event) => void this.#submit(event), onchange: () => this.#chosen() },
      h("fieldset", { class: "methods", "aria-labelledby": "how" }, ...rows),
      this.#pay,
      this.#progress,
    );
    this.#back = h("button", { type: "button", class: "link", onclick: () => checkout.chooseOther(false) }, words.back);
    const cancel = checkout.session?.cancel_url;
    const nav = h(
      "nav",
      { class: "ways", "aria-label": words.toShop },
      this.#back,
      cancel ? leave(words.cancel, cancel) : undefined,
    );
    this.element = h("section", { class: "card" }, this.#alert, this.heading, this.#form, nav);
    this.#chosen();
    // What a decline is told with, while the network is there.
    void adviceForDecline("generic_decline", { locale: context.locale }).catch(() => undefined);
  }

  update(session: CheckoutSession): void {
    const { checkout } = this.#context;
    this.#back.hidden = !checkout.choosesOther;
    this.#price();
    this.#tell(session);
    this.#show();
  }

  close(): void {
    clearTimeout(this.#slow);
  }

  /** A method: a radio button, and below it what it asks for. */
  #method(method: MethodType): HTMLElement {
    const { words, draft } = this.#context;
    const { name, note } = NAMES[method] ?? {};
    const input = h("input", {
      type: "radio",
      name: "method",
      value: method,
      id: `method-${method}`,
      checked: draft.method === method,
    });
    const price = h("span", { class: "price" });
    const badge = h("span", { class: "badge good", hidden: true }, words.cheapest);
    const panel = h("div", { class: "panel" }, ...this.#asked(method));
    this.#methods.set(method, { input, price, badge, panel });
    const shown = name ? words[name] : method.replaceAll("_", " ");
    const about = h(
      "span",
      { class: "about" },
      h("span", { class: "name" }, shown),
      h("span", { class: "note" }, note ? words[note] : ""),
    );
    const label = h("label", { for: input.id }, about, h("span", { class: "cost" }, badge, price));
    return h("div", { class: "method" }, input, label, panel);
  }

  #asked(method: MethodType): HTMLElement[] {
    if (method === "card") {
      return [this.#card.element];
    }
    return method === "usdt" ? [this.#networkChoice(["tron", "bnb", "ethereum"])] : [];
  }

  #networkChoice(networks: readonly Network[]): HTMLElement {
    const { words, draft } = this.#context;
    const choices = networks.map((network) => {
      const input = h("input", { type: "radio", name: "network", value: network, checked: draft.network === network });
      const [price, badge] = [h("span", { class: "price" }), h("span", { class: "badge good", hidden: true }, words.cheapest)];
      this.#networks.set(network, { price, badge, input });
      return h(
        "label",
        { class: "choice" },
        input,
        h("span", { class: "name" }, NETWORK_NAMES[network] ?? network),
        h("span", { class: "cost" }, badge, price),
      );
    });
    return h(
      "fieldset",
      { class: "networks" },
      h("legend", {}, words.network),
      h("p", { class: "note" }, words.networkNote),
      ...choices,
    );
  }

  /** Another way was chosen. */
  #chosen(): void {
    const { draft } = this.#context;
    const data = new FormData(this.#form);
    draft.method = String(data.get("method") ?? draft.method);
    const network = data.get("network");
    if (network) {
      draft.network = String(network);
    }
    for (const [method, { panel }] of this.#methods) {
      panel.hidden = method !== draft.method || panel.childElementCount === 0;
    }
    this.#label();
  }

  /** Computes every price again, from what is known of the card by now. */
  #price(): void {
    const { checkout, draft } = this.#context;
    if (!checkout.session) {
      return;
    }
    this.#prices = pricesOf(checkout.session, checkout.schedule, checkout.fees, this.#card.facts());
    const lowest = cheapest(this.#prices);
    for (const [method, row] of this.#methods) {
      const own = this.#prices.filter(({ way }) => way.method === method);
      const least = own.reduce<Price | undefined>((best, next) => lower(best, next), undefined);
      const differ = own.some(
        (price) => price.kind !== "unavailable" && least && least.kind !== "unavailable" && !price.total.equals(least.total),
      );
      write(row.price, this.#priceText(least, differ));
      row.badge.hidden = lowest?.way.method !== method;
      row.input.disabled = least === undefined || least.kind === "unavailable";
    }
    for (const [network, { price, badge, input }] of this.#networks) {
      const own = this.#prices.find(({ way }) => way.method === "usdt" && way.network === network);
      write(price, this.#priceText(own, false));
      badge.hidden = lowest?.way.network !== network;
      input.disabled = own?.kind === "unavailable";
      input.checked = draft.network ? draft.network === network : network === this.#leastNetwork();
    }
    this.#label();
  }

  #leastNetwork(): Network | undefined {
    const own = this.#prices.filter(({ way, kind }) => way.method === "usdt" && kind !== "unavailable");
    return own.reduce<Price | undefined>((best, next) => lower(best, next), undefined)?.way.network;
  }

  #priceText(price: Price | undefined, isLeast: boolean): string {
    const { checkout, words, locale } = this.#context;
    if (!price || price.kind === "unavailable") {
      // Until the schedule is here nothing is known.
      return checkout.schedule || checkout.fees ? words.unavailable : "…";
    }
    if (price.surcharge.minorUnits === 0n) {
      return checkout.session?.bearer === "customer" ? words.noFee : "";
    }
    return fill(price.kind === "at_least" || isLeast ? words.feeFrom : words.fee, money(price.surcharge, locale));
  }

  /** The price of what is chosen. */
  #chosenPrice(): Price | undefined {
    const { draft } = this.#context;
    const network = draft.method === "usdt" ? (draft.network ?? this.#leastNetwork()) : undefined;
    return this.#prices.find(({ way }) => way.method === draft.method && (network === undefined || way.network === network));
  }

  /** What the button says is what is charged: a card that turns out to cost more is shown first. */
  #label(): void {
    const { checkout, words, locale, draft } = this.#context;
    if (checkout.busy) {
      return;
    }
    const price = this.#chosenPrice();
    const known = price && price.kind !== "unavailable" ? price.total : undefined;
    const total = known ? fill(words.pay, money(known, locale)) : words.payFrom;
    const text = { card: total, bank_transfer: words.showBank, usdt: words.showAddress, btc: words.showAddress }[
      String(draft.method)
    ];
    write(this.#pay, text ?? total);
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const { checkout, draft } = this.#context;
    if (checkout.busy || checkout.isUnfinished) {
      return;
    }
    if (draft.method === "card") {
      await this.#payByCard();
      return;
    }
    const network = this.#chosenPrice()?.way.network;
    await this.#confirm({ method: draft.method ?? "card", ...(network && draft.method === "usdt" && { network }) });
  }

  async #payByCard(): Promise<void> {
    const { checkout } = this.#context;
    const card = this.#card.card();
    const token = card && (await checkout.tokenOf(card));
    if (!token || !checkout.session) {
      return;
    }
    const shown = this.#chosenPrice();
    const price = this.#priceOf(token);
    const isAsShown = shown && shown.kind !== "unavailable" && price?.kind === "exact" && shown.total.equals(price.total);
    if (isAsShown || checkout.session.bearer !== "customer") {
      await this.#payWith(token);
    } else {
      this.#review(token, price);
    }
  }

  #priceOf(card: CardFacts): Price | undefined {
    const { session, schedule, fees } = this.#context.checkout;
    return session && pricesOf(session, schedule, fees, card).find(({ way }) => way.method === "card");
  }

  /** A card that costs another total than the button said is not charged before the buyer has seen it. */
  #review(token: PaymentMethod, price: Price | undefined): void {
    const back = () => {
      panel.replaceWith(this.#form);
      this.heading.hidden = false;
      this.#pay.focus();
    };
    const panel = review(this.#context, token, price, () => this.#payWith(token).then(back), back);
    this.#form.replaceWith(panel);
    this.heading.hidden = true;
    panel.querySelector<HTMLElement>("h1")?.focus();
  }

  async #payWith(token: PaymentMethod): Promise<void> {
    await this.#confirm({ method: "card", payment_method: token.id });
  }

  /** Pays, and goes to the bank's page if it asks for that. */
  async #confirm(choice: ConfirmCheckoutSession): Promise<void> {
    const { checkout } = this.#context;
    await checkout.pay(choice);
    const url = checkout.session && checkout.trouble === undefined ? redirectOf(checkout.session) : undefined;
    if (url) {
      location.assign(url);
    }
  }

  /** What went wrong, once, so that it is read once. */
  #tell(session: CheckoutSession): void {
    const { checkout } = this.#context;
    const declined = ["failed", "expired"].includes(session.payment_status ?? "") && session.decline_code;
    const said = checkout.busy ? "" : JSON.stringify([checkout.trouble, declined, session.payment, session.total]);
    if (said === this.#said) {
      return;
    }
    this.#said = said;
    void this.#say(said, (!checkout.busy && declined) || undefined, session.payment ?? undefined);
  }

  /** The SDK may have to load its texts first; what has been overtaken by then is not said. */
  async #say(said: string, declined: DeclineCode | undefined, transaction: string | undefined): Promise<void> {
    const { checkout, words, locale } = this.#context;
    const advice =
      declined &&
      (await adviceForDecline(declined, { locale, ...(transaction && { transaction }) }).catch(() => "untold" as const));
    if (said !== this.#said) {
      return;
    }
    const told = checkout.busy ? [] : alertOf(words, checkout, advice);
    this.#alert.replaceChildren(...told);
    this.#lead(told[0]);
  }

  /** Whoever has just paid has lost the focus with the form: it goes to what is said about it, which is read out by that. */
  #lead(told: HTMLElement | undefined): void {
    if (told && (document.activeElement === null || document.activeElement === document.body)) {
      requestAnimationFrame(() => {
        told.tabIndex = -1;
        told.focus();
      });
    }
  }

  #show(): void {
    const { checkout, words } = this.#context;
    const { busy } = checkout;
    this.#form.toggleAttribute("inert", busy !== undefined);
    this.#form.setAttribute("aria-busy", String(busy !== undefined));
    this.#pay.disabled = busy !== undefined || checkout.isUnfinished;
    this.#pay.classList.toggle("busy", busy !== undefined);
    if (!busy) {
      clearTimeout(this.#slow);
      this.#slow = undefined;
      write(this.#progress, "");
      return;
    }
    this.#slow ??= setTimeout(() => write(this.#progress, words.payingSlow), 8000);
    write(this.#progress, busy === "finishing" ? words.finishing : words.paying);
  }
}

interface Method {
  readonly input: HTMLInputElement;
  readonly price: Element;
  readonly badge: HTMLElement;
  readonly panel: HTMLElement;
}

function lower(best: Price | undefined, next: Price): Price | undefined {
  if (best === undefined || best.kind === "unavailable") {
    return next;
  }
  return next.kind !== "unavailable" && next.total.compare(best.total) < 0 ? next : best;
}
