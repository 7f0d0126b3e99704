/** The stages that have little to say: another page, confirmations, the end. */

import type { CheckoutSession } from "@okpay/sdk/checkout";
import { h, svg, write } from "../dom.js";
import { money } from "../format.js";
import { redirectOf } from "../stage.js";
import { fill } from "../words.js";
import { type Context, leave, row, type View, ways } from "./view.js";

/** The way to the bank's page. */
export function redirect(context: Context): View {
  const { words, checkout } = context;
  const heading = h("h1", {}, words.approve);
  const url = checkout.session && redirectOf(checkout.session);
  const go = h("a", { class: "button", href: url ?? "", rel: "noreferrer" }, words.approveGo);
  const element = h("section", { class: "card" }, heading, h("p", {}, words.approveText), go, ways(context));
  return { element, heading, update: () => {} };
}

/** Money that was seen and is not certain yet. */
export function confirming({ words }: Context): View {
  const heading = h("h1", {}, words.seen);
  const bar = h("progress", { id: "confirmations", max: 1 });
  const label = h("label", { for: "confirmations", role: "status" });
  const counted = h("div", { class: "counted" }, label, bar);
  return {
    element: h("section", { class: "card" }, heading, h("p", {}, words.seenText), counted),
    heading,
    update({ next_action }) {
      const { confirmations, confirmations_required } = next_action?.crypto ?? {};
      counted.hidden = confirmations_required === undefined;
      if (confirmations !== undefined && confirmations_required !== undefined) {
        write(label, fill(words.confirmations, confirmations, confirmations_required));
        [bar.max, bar.value] = [confirmations_required, confirmations];
      }
    },
  };
}

/** A payment that somebody looks at before anything is charged. */
export function checking({ words }: Context): View {
  const heading = h("h1", {}, words.checked);
  return {
    element: h("section", { class: "card" }, heading, h("p", { role: "status" }, words.checkedText)),
    heading,
    update: () => {},
  };
}

/** Paid, or over. */
export function ended(context: Context): View {
  const { checkout, words } = context;
  const isPaid = checkout.stage === "paid";
  const heading = h("h1", {}, isPaid ? words.paid : words.over);
  const session = checkout.session;
  const url = (isPaid ? session?.success_url : session?.cancel_url) ?? undefined;
  const text = isPaid && session ? fill(words.paidText, money(session.total ?? session.amount, context.locale)) : words.overText;
  const back = url && leave(words.toShop, url);
  if (back) {
    back.className = "button";
  }
  return {
    element: h(
      "section",
      { class: `card end ${isPaid ? "good" : ""}` },
      isPaid && tick(),
      heading,
      h("p", {}, text),
      session?.payment ? h("dl", {}, row(words.transaction, h("code", {}, session.payment))) : undefined,
      back || undefined,
    ),
    heading,
    update: (_: CheckoutSession) => {},
  };
}

function tick(): SVGSVGElement {
  return svg(
    "svg",
    { class: "tick", viewBox: "0 0 64 64", "aria-hidden": "true" },
    svg("circle", { cx: 32, cy: 32, r: 30 }),
    svg("path", { d: "M19 33.5l9 9 17-19" }),
  );
}
