/** What a merchant does about a failure, in English and Chinese. `locale` is a tag (`en`, `zh-CN`) or an `Accept-Language` header. */

import type { OkpayError } from "./errors.js";
import type { Advice, ErrorCode } from "./generated/models.js";
import { askServer } from "./server-core.js";

/** What to do about an error. */
export function adviceFor(error: OkpayError, locale = "en"): Advice {
  return JSON.parse(askServer((core) => core.adviceForError(JSON.stringify(error), locale)));
}

/** What to do about a code, without the error around it. */
export function adviceForCode(code: ErrorCode, locale = "en"): Advice {
  return JSON.parse(askServer((core) => core.adviceForCode(code, locale)));
}
