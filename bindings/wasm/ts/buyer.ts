/** What a buyer is told of a decline, in English and Chinese: on a server at once, in a page out of texts that are loaded when needed. */

import { ask } from "./core.js";
import type { DeclineCode } from "./generated/models.js";

/** What `adviceForDecline` is told beside the code. */
export interface BuyerAdviceOptions {
  /** A tag (`en`, `zh-CN`) or an `Accept-Language` header; English unless it is Chinese. */
  readonly locale?: string;
  /** The payment's own reference, which the buyer can name to the shop. */
  readonly transaction?: string;
}

/** The decline code that a buyer may see: that a card was reported stolen is for the merchant alone. */
export function codeForBuyer(code: DeclineCode): DeclineCode {
  return ask((core) => core.codeForBuyer(code));
}
