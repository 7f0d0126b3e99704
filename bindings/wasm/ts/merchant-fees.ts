/** The whole fee engine: beside what a buyer's page has of it, what only a merchant asks. */

import { type FeeRequest, requestText, Schedule } from "./fees.js";
import type { Quote } from "./generated/models.js";
import type { MoneyValue } from "./money.js";
import { askServer } from "./server-core.js";
import { millis } from "./values.js";
import type { FeeSchedule as CoreSchedule } from "./wasm/okpay_server.js";

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

/** A table of fees: versioned data with a validity, whose first matching rule wins. */
export class FeeSchedule extends Schedule {
  /**
   * Loads a schedule from its JSON; it is not {@link verified}.
   *
   * @throws {@link Invalid}: `invalid_schedule`, with the path of the field at fault.
   */
  static fromJson(text: string): FeeSchedule {
    return new FeeSchedule({ text });
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
    return new FeeSchedule({ text, publicKeys, lastAcceptedVersion });
  }

  /** OKPay's own schedule as it was when this version was made; unsigned. */
  static standard(): FeeSchedule {
    return FeeSchedule.fromJson(askServer((core) => core.standardSchedule()));
  }

  /** The quote of the largest amount that fits into a balance together with its fee. */
  maxWithdrawal(
    request: Omit<FeeRequest, "amount" | "operation"> & { readonly balance: MoneyValue; readonly operation?: string },
  ): Quote {
    const { balance, ...rest } = request;
    const text = requestText({ operation: "withdrawal", ...rest, amount: balance });
    return JSON.parse(this.#ask((schedule) => schedule.maxWithdrawal(text, millis())));
  }

  /**
   * The fees on many amounts, each figure the one that {@link quote} gives.
   *
   * @param amounts - in minor units.
   * @param request - what holds of all of them; `currency` in place of an amount.
   */
  quoteMany(amounts: BigInt64Array, request: Omit<FeeRequest, "amount"> & { readonly currency: string }): QuoteColumns {
    const { currency, ...rest } = request;
    const amount = { amount: askServer((core) => core.moneyFromMinor(1n, currency)), currency };
    const text = requestText({ ...rest, amount });
    return this.#ask((schedule) => {
      const columns = schedule.quoteMany(amounts, text, millis());
      const { gross, fee, net, rule } = { gross: columns.gross(), fee: columns.fee(), net: columns.net(), rule: columns.rule() };
      const ruleIds = JSON.parse(columns.ruleIds()) as string[];
      columns.free();
      return { gross, fee, net, rule, ruleIds };
    });
  }

  /** The server's core is the one that is loaded wherever this is. */
  #ask<R>(work: (schedule: CoreSchedule) => R): R {
    return this.use((schedule) => work(schedule as CoreSchedule));
  }
}
