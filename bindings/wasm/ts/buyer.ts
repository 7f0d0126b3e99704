/** What a buyer is told of a decline, in English and Chinese. */

import { ask } from "./core.js";
import type { Advice, DeclineCode } from "./generated/models.js";

/** What {@link adviceForDecline} is told beside the code. */
export interface BuyerAdviceOptions {
  /** A tag (`en`, `zh-CN`) or an `Accept-Language` header; English unless it is Chinese. */
  readonly locale?: string;
  /** The payment's own reference, which the buyer can name to the shop. */
  readonly transaction?: string;
}

/** What a buyer is told, and can do, when a payment was declined. */
export function adviceForDecline(code: DeclineCode, options: BuyerAdviceOptions = {}): Advice {
  const { locale = "en", transaction } = options;
  return JSON.parse(ask((core) => core.adviceForDecline(code, transaction, locale)));
}

/** The decline code that a buyer may see: that a card was reported stolen is for the merchant alone. */
export function codeForBuyer(code: DeclineCode): DeclineCode {
  return ask((core) => core.codeForBuyer(code));
}
