/** What the page is about, decided by what the gateway says of the session and by nothing else. */

import { type CheckoutSession, Money } from "@okpay/sdk/checkout";

/**
 * - `choose`: the ways to pay.
 * - `redirect`: something has to be done on another page, such as 3-D Secure at the bank's.
 * - `send`: a transfer or coins have to be sent.
 * - `confirming`: they were seen, and are not certain yet.
 * - `checking`: somebody at OKPay looks at the payment first; nothing is charged yet.
 * - `paid`, `over`: the end.
 */
export type Stage = "choose" | "redirect" | "send" | "confirming" | "checking" | "paid" | "over";

/** The stage of a session. With `other` the buyer looks for another way to pay, which is possible until money has arrived. */
export function stageOf(session: CheckoutSession, other: boolean): Stage {
  switch (session.status) {
    case "complete":
      return "paid";
    case "open":
      return stageOfOpen(session, other);
    default:
      return "over";
  }
}

function stageOfOpen(session: CheckoutSession, other: boolean): Stage {
  if (session.payment_status === "processing") {
    return "confirming";
  }
  if (session.payment_status === "in_review") {
    return "checking";
  }
  if (session.payment_status !== "requires_action" || !session.next_action) {
    return "choose";
  }
  if (other && !hasArrived(session)) {
    return "choose";
  }
  return session.next_action.type === "redirect" ? "redirect" : "send";
}

/** Whether money of the last try is here already. */
export function hasArrived({ amount_received }: CheckoutSession): boolean {
  return !!amount_received && Money.from(amount_received).minorUnits > 0n;
}

/** What is due in all by bank or blockchain. */
export function dueOf({ next_action }: CheckoutSession): Money | undefined {
  const due = next_action?.crypto?.amount_due ?? next_action?.bank_transfer?.amount_due;
  return due && Money.from(due);
}

/** What is still to be sent. */
export function missingOf(session: CheckoutSession): Money | undefined {
  const due = dueOf(session);
  return due && session.amount_received && hasArrived(session) ? due.minus(session.amount_received) : due;
}

/** Where a redirect goes: a page, never a script. */
export function redirectOf({ next_action }: CheckoutSession): string | undefined {
  const url = next_action?.type === "redirect" ? next_action.url : undefined;
  return url && /^https?:$/.test(new URL(url).protocol) ? url : undefined;
}
