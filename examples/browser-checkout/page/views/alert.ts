/** What went wrong, and what to do next. */

import type { Advice } from "@okpay/sdk/checkout";
import type { Checkout } from "../checkout.js";
import { h } from "../dom.js";
import type { Words } from "../words.js";

/** What the buyer is told of the last call, or of the last payment. */
export function alertOf(words: Words, checkout: Checkout, advice: Advice | "untold" | undefined): HTMLElement[] {
  if (checkout.trouble === "no_answer") {
    return [noAnswer(words, checkout)];
  }
  if (checkout.trouble === "failed" || advice === "untold") {
    return [box("bad", words.failed, words.failedText)];
  }
  if (advice) {
    return [advised(advice)];
  }
  return checkout.trouble === "changed" ? [box("wait", words.changed, words.changedText)] : [];
}

/** The outcome is not known: the one safe thing is the same call under the same key. */
function noAnswer(words: Words, checkout: Checkout): HTMLElement {
  const again = h("button", { type: "button", class: "again", onclick: () => void checkout.finish() }, words.tryAgain);
  const told = box("wait", words.noAnswer, words.noAnswerText);
  if (checkout.isUnfinished) {
    told.append(again);
  }
  return told;
}

function advised({ title, explanation, steps, locale }: Advice): HTMLElement {
  const told = box("bad", title, explanation);
  told.lang = locale;
  told.append(h("ul", {}, ...steps.map((step) => h("li", {}, step))));
  return told;
}

/** A box with a heading. */
export function box(kind: "bad" | "wait", title: string, text: string): HTMLElement {
  return h("div", { class: `alert ${kind}` }, h("h2", {}, title), h("p", {}, text));
}
