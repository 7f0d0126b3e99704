/**
 * The fee engine: the same code as the gateway's, so that offline figures equal its, to the cent. What both entries have of it; how a
 * schedule is loaded is in `page-fees.ts` and `merchant-fees.ts`.
 */

import { Held } from "./core.js";
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

/** What a schedule is loaded from. */
export interface ScheduleSource {
  /** The schedule itself, or with keys the envelope around it, as JSON. */
  readonly text: string;
  /** The keys that are trusted for fee schedules, `whpk_…`: one of them must have signed the envelope. */
  readonly publicKeys?: readonly string[];
  /** The version that was accepted last. */
  readonly lastAcceptedVersion?: string | undefined;
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

/** What both entries have of a table of fees. */
export abstract class Schedule {
  readonly #held: Held<CoreSchedule>;
  readonly #about: About;

  /** Only the schedules of the entries are made so, once the core's engine is loaded. */
  protected constructor({ text, publicKeys, lastAcceptedVersion }: ScheduleSource) {
    const keys = publicKeys && JSON.stringify(publicKeys);
    this.#held = Held.made(({ FeeSchedule: core }) =>
      keys ? core.fromEnvelope(text, keys, lastAcceptedVersion) : core.fromJson(text),
    );
    this.#about = JSON.parse(this.use((schedule) => schedule.about()));
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
    return this.use((schedule) => schedule.text());
  }

  /**
   * The fee on an amount.
   *
   * @throws {@link Invalid}: `missing_fact` with the name of the fact, `no_matching_rule`, `schedule_not_in_force`, …
   */
  quote(request: FeeRequest): Quote {
    return JSON.parse(this.use((schedule) => schedule.quote(requestText(request), millis())));
  }

  /** The quote of the smallest gross whose net reaches a target. */
  grossUp(request: Omit<FeeRequest, "amount"> & { readonly net: MoneyValue }): Quote {
    const { net, ...rest } = request;
    const text = requestText({ ...rest, amount: net });
    return JSON.parse(this.use((schedule) => schedule.grossUp(text, millis())));
  }

  /** Every method (or those given), cheapest first, then those that are not available, with the reason. */
  compare(request: Omit<FeeRequest, "method">, methods: readonly string[] = []): Offer[] {
    const text = requestText({ ...request, method: "" });
    return JSON.parse(this.use((schedule) => schedule.compare(text, JSON.stringify(methods), millis())));
  }

  /** @internal Asks the core's schedule. */
  protected use<R>(work: (schedule: CoreSchedule) => R): R {
    return this.#held.use(work);
  }
}

/** A request as the core reads it: facts are texts. */
export function requestText(request: FeeRequest): string {
  const facts = Object.entries(request.facts ?? {}).map(([name, value]) => [name, String(value)]);
  return JSON.stringify({ ...request, facts: Object.fromEntries(facts) });
}

function date(text: string | null): Date | undefined {
  return text === null ? undefined : new Date(text);
}
