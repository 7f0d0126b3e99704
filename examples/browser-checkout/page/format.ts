/** Amounts, times and numbers as people read them. Amounts stay texts: no digit goes through a `number`. */

import type { MoneyValue } from "@okpay/sdk/checkout";
import type { Locale } from "./words.js";

/** Coins are written with their code behind, as wallets do. */
const COINS = new Set(["BTC", "USDT"]);

/** `$129.00`, `0.00198462 BTC`. */
export function money({ amount, currency }: MoneyValue, locale: Locale): string {
  if (COINS.has(currency)) {
    return `${amount} ${currency}`;
  }
  // As many places as the amount has: the SDK gives the currency's own (ISO 4217), which are not always those of a locale's data.
  const places = amount.split(".")[1]?.length ?? 0;
  const shown = new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
  return shown.format(amount as Intl.StringNumericLiteral);
}

/** A day and a time, in the visitor's zone. */
export function moment(text: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(text));
}

/** `14:05`, or `1:02:05`. */
export function countdown(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (part: number) => String(part).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`;
}

/** Groups of four, as IBANs are printed. */
export function inFours(text: string): string {
  return text.replace(/(.{4})(?=.)/g, "$1 ");
}
