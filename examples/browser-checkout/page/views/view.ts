/** What every view is, and the parts that several have. */

import type { CheckoutSession } from "@okpay/sdk/checkout";
import type { Checkout } from "../checkout.js";
import { h, write } from "../dom.js";
import { fill, type Locale, type Words } from "../words.js";
import type { Draft } from "./choose.js";

/** What a view is drawn from. */
export interface Context {
  readonly checkout: Checkout;
  readonly words: Words;
  readonly locale: Locale;
  readonly draft: Draft;
}

/** A stage, drawn. */
export interface View {
  readonly element: HTMLElement;
  /** Where a screen reader begins. */
  readonly heading: HTMLElement;
  /** Shows what changed. */
  update(session: CheckoutSession): void;
  /** Ends what the view began. */
  close?(): void;
}

/** A row of a list of facts. */
export function row(name: string, ...value: (Node | string)[]): HTMLElement {
  return h("div", {}, h("dt", {}, name), h("dd", {}, ...value));
}

/** A value to be copied: a buyer types no address. */
export function copied({ words }: Context, name: string, value: string, shown = value): HTMLElement {
  const said = h("span", { class: "said", role: "status" });
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    write(said, words.copied);
    setTimeout(() => write(said, ""), 2000);
  };
  const button = h(
    "button",
    { type: "button", class: "little", "aria-label": fill(words.copyWhat, name), onclick: () => void copy() },
    words.copy,
  );
  return h("span", { class: "copied" }, h("code", {}, shown), h("span", { class: "copy" }, button, said));
}

/** The way to the other ways, and the way out. */
export function ways({ checkout, words }: Context): HTMLElement {
  const other = h("button", { type: "button", class: "link other", onclick: () => checkout.chooseOther(true) }, words.other);
  const cancel = checkout.session?.cancel_url;
  return h("nav", { class: "ways", "aria-label": words.other }, other, cancel ? leave(words.cancel, cancel) : undefined);
}

/** A link back to the shop. */
export function leave(text: string, url: string): HTMLElement {
  return h("a", { href: url, rel: "noreferrer" }, text);
}
