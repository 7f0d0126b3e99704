/** What a merchant does about a failure, and what a buyer is told of one, in English and Chinese. `locale` is a tag (`en`, `zh-CN`) or an `Accept-Language` header. */

import type { BuyerAdviceOptions } from "./buyer.js";
import type { OkpayError } from "./errors.js";
import type { Advice, DeclineCode, ErrorCode } from "./generated/models.js";
import { askServer } from "./server-core.js";

/** What to do about an error. */
export function adviceFor(error: OkpayError, locale = "en"): Advice {
  return JSON.parse(askServer((core) => core.adviceForError(JSON.stringify(error), locale)));
}

/** What to do about a code, without the error around it. */
export function adviceForCode(code: ErrorCode, locale = "en"): Advice {
  return JSON.parse(askServer((core) => core.adviceForCode(code, locale)));
}

/** What a buyer is told, and can do, when a payment was declined. */
export function adviceForDecline(code: DeclineCode, options: BuyerAdviceOptions = {}): Advice {
  const { locale = "en", transaction } = options;
  return JSON.parse(askServer((core) => core.adviceForDecline(code, transaction, locale)));
}
