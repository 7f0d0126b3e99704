/** What a card costs in all, before it is charged. */

import type { PaymentMethod } from "@okpay/sdk/checkout";
import { h } from "../dom.js";
import { money } from "../format.js";
import type { Price } from "../prices.js";
import { fill } from "../words.js";
import { BRANDS } from "./card.js";
import { type Context, row } from "./view.js";

/** Draws it. Without a price nothing can be confirmed, and the buyer goes back. */
export function review(
  { checkout, words, locale }: Context,
  card: PaymentMethod,
  price: Price | undefined,
  pay: () => Promise<void>,
  back: () => void,
): HTMLElement {
  const other = h("button", { type: "button", class: "quiet", onclick: back }, words.otherCard);
  const heading = h("h1", { tabindex: -1 }, words.review);
  const name = fill(words.cardEnding, BRANDS[card.brand] ?? card.brand, card.last4);
  if (!checkout.session || !price || price.kind === "unavailable") {
    return h("div", { class: "review" }, heading, h("p", {}, words.failedText), other);
  }
  const total = money(price.total, locale);
  const button = h("button", { type: "button", class: "pay", onclick: () => void charge() }, fill(words.pay, total));
  const charge = async () => {
    [button.disabled, other.disabled] = [true, true];
    button.classList.add("busy");
    await pay();
  };
  return h(
    "div",
    { class: "review" },
    heading,
    h("p", {}, words.reviewText),
    h(
      "dl",
      { class: "sums" },
      row(words.card, name),
      row(words.orderAmount, money(checkout.session.amount, locale)),
      row(words.feeName, money(price.surcharge, locale)),
      row(words.total, h("strong", {}, total)),
    ),
    button,
    other,
  );
}
