/** What a page tells a buyer of a decline. Most payments are not declined: the texts of the one language are loaded when one is. */

import type { BuyerAdviceOptions } from "./buyer.js";
import { ask } from "./core.js";
import type { Advice, DeclineCode } from "./generated/models.js";

/**
 * What a buyer is told, and can do, when a payment was declined.
 *
 * The first call in a language loads its texts, a file beside the SDK. If that fails, so does the call, and the next tries again; a page
 * that expects to lose its network calls once before.
 */
export async function adviceForDecline(code: DeclineCode, options: BuyerAdviceOptions = {}): Promise<Advice> {
  const { locale = "en", transaction } = options;
  const texts = await textsIn(ask((core) => core.adviceLanguage(locale)));
  return JSON.parse(ask((core) => core.adviceOutOf(texts, code, transaction, locale)));
}

async function textsIn(language: string): Promise<string> {
  // Each by its own name, so that bundlers find them.
  const file = language === "zh-CN" ? import("./texts/buyer.zh-CN.js") : import("./texts/buyer.en.js");
  return (await file).default;
}
