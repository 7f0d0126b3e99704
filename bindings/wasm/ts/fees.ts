/** The fee engine: the same code as the gateway's, so that offline figures equal its, to the cent. */

import { ask, type Core, Held } from "./core.js";
import type { Offer, Quote, QuoteRequest } from "./generated/models.js";
import type { MoneyValue, Rounding } from "./money.js";
import { millis } from "./values.js";
import type { FeeSchedule as CoreSchedule } from "./wasm/okpay_checkout.js";

/** A fact that a rule asks for, such as `brand: "visa"` or `conversion: true`. */
export type Fact = string | boolean | bigint;

/** What a schedule needs to know to quote a fee. */
export type FeeRequest = Omit<QuoteRequest, "facts"> & {
  /** Further facts by name: `brand`, `card_region`, `network`, `conversion`, `funding`, … */
  readonly facts?: Readonly<Record<string, Fact>>;
};

/** Fees by column, one row an amount, in minor units. */
export interface QuoteColumns {
  /** What the payer pays. */
  readonly gross: BigInt64Array;
  /** The fee. */
  readonly fee: BigInt64Array;
  /** What the receiver gets; negative when the fee is more than the amount. */
  readonly net: BigInt64Array;
  /** The place in `ruleIds` of the rule that matched. */
  readonly rule: Uint32Array;
  /** The ids of all rules of the schedule, in their order. */
  readonly ruleIds: readonly string[];
}

interface About {
  readonly id: string;
  readonly version: string;
  readonly verified: boolean;
  readonly rounding: Rounding;
  readonly validFrom: string | null;
  readonly validUntil: string | null;
  readonly ruleIds: readonly string[];
}

/** A table of fees: versioned data with a validity, whose first matching rule wins. */
export class FeeSchedule {
  readonly #held: Held<CoreSchedule>;
  readonly #about: About;

  private constructor(make: (core: Core) => CoreSchedule) {
    this.#held = Held.made(make);
    this.#about = JSON.parse(this.#held.use((schedule) => schedule.about()));
  }

  /**
   * Loads a schedule from its JSON; it is not {@link verified}.
   *
   * @throws {@link Invalid}: `invalid_schedule`, with the path of the field at fault.
   */
  static fromJson(text: string): FeeSchedule {
    return new FeeSchedule((core) => core.FeeSchedule.fromJson(text));
  }

  /**
   * Loads the signed envelope around a schedule.
   *
   * @param text - the envelope as JSON.
   * @param publicKeys - the keys that are trusted for fee schedules, `whpk_…`.
   * @param lastAcceptedVersion - the version that was accepted last; an older one is refused.
   * @throws {@link VerificationError}: `envelope_signature_invalid`, `schedule_rollback`.
   */
  static fromEnvelope(text: string, publicKeys: readonly string[], lastAcceptedVersion?: string): FeeSchedule {
    const keys = JSON.stringify(publicKeys);
    return new FeeSchedule((core) => core.FeeSchedule.fromEnvelope(text, keys, lastAcceptedVersion));
  }

  /** OKPay's own schedule as it was when this version was made; unsigned. */
  static standard(): FeeSchedule {
    return new FeeSchedule((core) => core.FeeSchedule.standard());
  }

  /** The schedule's id. */
  get id(): string {
    return this.#about.id;
  }

  /** The version: a date and a number, such as `2026-11-01.1`. */
  get version(): string {
    return this.#about.version;
  }

  /** Whether it came in an envelope whose signature was checked. */
  get verified(): boolean {
    return this.#about.verified;
  }

  /** How fractions of a minor unit are rounded. */
  get rounding(): Rounding {
    return this.#about.rounding;
  }

  /** The first moment at which it is in force. */
  get validFrom(): Date | undefined {
    return date(this.#about.validFrom);
  }

  /** The first moment at which it is no longer in force; nothing while no end is set. */
  get validUntil(): Date | undefined {
    return date(this.#about.validUntil);
  }

  /** The ids of the rules, in their order. */
  get ruleIds(): readonly string[] {
    return this.#about.ruleIds;
  }

  /** The exact text from which it was loaded. */
  get text(): string {
    return this.#held.use((schedule) => schedule.text());
  }

  /**
   * The fee on an amount.
   *
   * @throws {@link Invalid}: `missing_fact` with the name of the fact, `no_matching_rule`, `schedule_not_in_force`, …
   */
  quote(request: FeeRequest): Quote {
    return JSON.parse(this.#held.use((schedule) => schedule.quote(requestText(request), millis())));
  }

  /** The quote of the smallest gross whose net reaches a target. */
  grossUp(request: Omit<FeeRequest, "amount"> & { readonly net: MoneyValue }): Quote {
    const { net, ...rest } = request;
    const text = requestText({ ...rest, amount: net });
    return JSON.parse(this.#held.use((schedule) => schedule.grossUp(text, millis())));
  }

  /** The quote of the largest amount that fits into a balance together with its fee. */
  maxWithdrawal(
    request: Omit<FeeRequest, "amount" | "operation"> & { readonly balance: MoneyValue; readonly operation?: string },
  ): Quote {
    const { balance, ...rest } = request;
    const text = requestText({ operation: "withdrawal", ...rest, amount: balance });
    return JSON.parse(this.#held.use((schedule) => schedule.maxWithdrawal(text, millis())));
  }

  /** Every method (or those given), cheapest first, then those that are not available, with the reason. */
  compare(request: Omit<FeeRequest, "method">, methods: readonly string[] = []): Offer[] {
    const text = requestText({ ...request, method: "" });
    return JSON.parse(this.#held.use((schedule) => schedule.compare(text, JSON.stringify(methods), millis())));
  }

  /**
   * The fees on many amounts, each figure the one that {@link quote} gives.
   *
   * @param amounts - in minor units.
   * @param request - what holds of all of them; `currency` in place of an amount.
   */
  quoteMany(amounts: BigInt64Array, request: Omit<FeeRequest, "amount"> & { readonly currency: string }): QuoteColumns {
    const { currency, ...rest } = request;
    const amount = { amount: ask((core) => core.moneyFromMinor(1n, currency)), currency };
    const text = requestText({ ...rest, amount });
    return this.#held.use((schedule) => {
      const columns = schedule.quoteMany(amounts, text, millis());
      const { gross, fee, net, rule } = { gross: columns.gross(), fee: columns.fee(), net: columns.net(), rule: columns.rule() };
      const ruleIds = JSON.parse(columns.ruleIds()) as string[];
      columns.free();
      return { gross, fee, net, rule, ruleIds };
    });
  }
}

function requestText(request: FeeRequest): string {
  const facts = Object.entries(request.facts ?? {}).map(([name, value]) => [name, String(value)]);
  return JSON.stringify({ ...request, facts: Object.fromEntries(facts) });
}

function date(text: string | null): Date | undefined {
  return text === null ? undefined : new Date(text);
}
