/** Where to send what by bank or blockchain, and what has arrived of it. */

import { type BankTransferInstructions, type CheckoutSession, type CryptoInstructions, Money } from "@okpay/sdk/checkout";
import { h, write } from "../dom.js";
import { countdown, inFours, moment, money } from "../format.js";
import { qrCode } from "../qr.js";
import { hasArrived, missingOf } from "../stage.js";
import { fill } from "../words.js";
import { box } from "./alert.js";
import { NETWORK_NAMES } from "./choose.js";
import { type Context, copied, row, type View, ways } from "./view.js";

/** Draws it; again whenever more has arrived, since amount and code are then those of the rest. */
export function send(context: Context): View {
  const { words, checkout } = context;
  const crypto = checkout.session?.next_action?.crypto;
  const heading = h("h1", {}, crypto ? words.send : words.transfer);
  const arrived = h("div", { role: "status" });
  const body = h("div", { class: "instructions" });
  const clock = new Clock(context, crypto?.expires ?? checkout.session?.next_action?.bank_transfer?.expires ?? "");
  const waiting = h("p", { class: "waiting" }, h("span", { class: "pulse", "aria-hidden": "true" }), words.waiting);
  const other = ways(context);
  let drawn = "";
  return {
    element: h("section", { class: "card" }, heading, arrived, body, waiting, other),
    heading,
    update(session) {
      const missing = missingOf(session);
      const key = JSON.stringify([missing, session.amount_received]);
      other.querySelector<HTMLElement>(".other")?.toggleAttribute("hidden", hasArrived(session));
      if (missing && key !== drawn) {
        drawn = key;
        arrived.replaceChildren(...partly(context, session, missing));
        body.replaceChildren(...instructions(context, session, missing, clock.element));
      }
    },
    close: () => clock.stop(),
  };
}

/** What came, where it was not all. */
function partly({ words, locale }: Context, session: CheckoutSession, missing: Money): HTMLElement[] {
  if (!hasArrived(session) || !session.amount_received) {
    return [];
  }
  const told = box("wait", words.partly, words.partlyText);
  const sums = [row(words.received, money(session.amount_received, locale)), row(words.missing, money(missing, locale))];
  told.append(h("dl", { class: "sums" }, ...sums));
  return [told];
}

function instructions(context: Context, { amount, next_action }: CheckoutSession, missing: Money, clock: HTMLElement): Element[] {
  if (next_action?.crypto) {
    return coins(context, next_action.crypto, missing, amount.currency, clock);
  }
  return next_action?.bank_transfer ? transfer(context, next_action.bank_transfer, missing) : [];
}

function coins(context: Context, crypto: CryptoInstructions, missing: Money, currency: string, clock: HTMLElement): Element[] {
  const { words, locale } = context;
  const network = NETWORK_NAMES[crypto.network] ?? crypto.network;
  const rate = `1 ${missing.currency} = ${money(new Money(crypto.rate, currency), locale)}`;
  return [
    h("p", { class: "due" }, copied(context, words.amount, missing.amount, `${missing.amount} ${missing.currency}`)),
    qrCode(scanned(crypto, missing), fill(words.scan, crypto.address)),
    h("p", { class: "only" }, fill(words.onlyNetwork, network)),
    h(
      "dl",
      {},
      row(words.address, copied(context, words.address, crypto.address)),
      row(words.network, network),
      ...(missing.currency === currency ? [] : [row(words.rate, rate)]),
      row(words.timeLeft, clock),
    ),
  ];
}

/** BIP 21 for Bitcoin; for USDT the address alone, which every wallet takes and which names no token on the wrong chain. */
function scanned({ network, address }: CryptoInstructions, due: Money): string {
  return network === "bitcoin" ? `bitcoin:${address}?amount=${due.amount}` : address;
}

function transfer(context: Context, to: BankTransferInstructions, missing: Money): HTMLElement[] {
  const { words, locale } = context;
  return [
    h(
      "dl",
      {},
      row(words.amount, copied(context, words.amount, missing.amount, money(missing, locale))),
      row(words.reference, copied(context, words.reference, to.reference)),
      row(words.recipient, copied(context, words.recipient, to.holder)),
      row("IBAN", copied(context, "IBAN", to.iban, inFours(to.iban))),
      row("BIC", copied(context, "BIC", to.bic)),
      row(words.until, moment(to.expires, locale)),
    ),
    h("p", { class: "only" }, words.referenceHint),
  ];
}

/** How long rate and address hold. When the time is up the gateway says what follows, not this machine's clock. */
class Clock {
  // A timer is not read out at every second.
  readonly element = h("span", { role: "timer", "aria-live": "off", class: "clock" });
  readonly #ticking: ReturnType<typeof setInterval>;

  constructor({ checkout, words }: Context, expires: string) {
    let asked = false;
    const tick = () => {
      const left = Math.ceil((Date.parse(expires) - Date.now()) / 1000);
      write(this.element, left > 0 ? countdown(left) : words.timeUp);
      this.element.classList.toggle("soon", left < 120);
      if (left <= 0 && !asked) {
        asked = true;
        void checkout.refresh();
      }
    };
    this.#ticking = setInterval(tick, 1000);
    tick();
  }

  stop(): void {
    clearInterval(this.#ticking);
  }
}
