/** {@link Money}: exact amounts. */

import { ask } from "./core.js";

/** An amount as it travels: a decimal text with at most the currency's places, and the currency's code. Never a `number`. */
export interface MoneyValue {
  /** Such as `"19.99"`. */
  readonly amount: string;
  /** Such as `"EUR"`, `"USDT"` or `"BTC"`. */
  readonly currency: string;
}

/** How a fraction becomes a whole number. */
export type Rounding = "half_up" | "half_even" | "half_down" | "up" | "down" | "ceiling" | "floor";

/**
 * An exact amount of one currency, with the arithmetic of the core.
 *
 * Wherever the API takes an amount a plain `{ amount: "19.99", currency: "EUR" }` will do as well.
 */
export class Money implements MoneyValue {
  /** The amount with all places of its currency, such as `"19.90"`. */
  readonly amount: string;
  /** The code of the currency. */
  readonly currency: string;

  /**
   * @param amount - the digits as a text (`"19.99"`), or a whole `bigint`; a `number` has none that can be relied on.
   * @param currency - the code, such as `"EUR"`.
   * @throws {@link Invalid}: `unknown_currency`, `invalid_amount`, `too_many_places`, …
   */
  constructor(amount: string | bigint, currency: string) {
    if (typeof amount !== "string" && typeof amount !== "bigint") {
      throw new TypeError(`an amount is a text or a bigint, not a ${typeof amount}: write new Money("19.99", "EUR")`);
    }
    this.amount = ask((core) => core.moneyAmount(String(amount), currency));
    this.currency = currency;
  }

  /** From any amount as it travels. */
  static from(value: MoneyValue): Money {
    return value instanceof Money ? value : new Money(value.amount, value.currency);
  }

  /** From minor units: cents, satoshi, 10^-6 USDT. */
  static fromMinor(minorUnits: bigint, currency: string): Money {
    if (BigInt.asIntN(64, minorUnits) !== minorUnits) {
      throw new RangeError("an amount is at most 10^18 minor units");
    }
    return new Money(
      ask((core) => core.moneyFromMinor(minorUnits, currency)),
      currency,
    );
  }

  /** The amount in minor units. */
  get minorUnits(): bigint {
    return ask((core) => core.moneyMinor(this.amount, this.currency));
  }

  /** How many decimal places the currency has. */
  get places(): number {
    return currencyPlaces(this.currency);
  }

  /** The sum with an amount of the same currency. */
  plus(other: MoneyValue): Money {
    const sum = ask((core) => core.moneyAdd(this.amount, this.currency, other.amount, other.currency));
    return new Money(sum, this.currency);
  }

  /** The difference to an amount of the same currency. */
  minus(other: MoneyValue): Money {
    const difference = ask((core) => core.moneySubtract(this.amount, this.currency, other.amount, other.currency));
    return new Money(difference, this.currency);
  }

  /** The same amount with the other sign. */
  negated(): Money {
    return new Money(
      ask((core) => core.moneyNegate(this.amount, this.currency)),
      this.currency,
    );
  }

  /** -1, 0 or 1: how it stands to an amount of the same currency. */
  compare(other: MoneyValue): number {
    return ask((core) => core.moneyCompare(this.amount, this.currency, other.amount, other.currency));
  }

  /** Whether amount and currency are the same. */
  equals(other: MoneyValue): boolean {
    return this.currency === other.currency && this.compare(other) === 0;
  }

  /** Such as `"19.99 EUR"`. */
  toString(): string {
    return `${this.amount} ${this.currency}`;
  }

  /** As it travels. */
  toJSON(): MoneyValue {
    return { amount: this.amount, currency: this.currency };
  }
}

/** How many decimal places an amount in a currency may have. */
export function currencyPlaces(currency: string): number {
  return ask((core) => core.currencyPlaces(currency));
}
