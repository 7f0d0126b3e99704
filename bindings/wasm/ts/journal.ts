/** {@link Journal}: every write on disk before its first try, so that a crash loses none. */

import type { OkpayError } from "./errors.js";
import type { CallOutcome } from "./generated/models.js";

/** The intent of one call, the same on every try. */
export interface JournaledCall {
  /** The operation, such as `payments.create`. */
  readonly operation: string;
  /** `POST`, for only what may change something is journaled. */
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  /** The exact body, JSON. Without one are operations that take none, and those that take a password, a PIN or a code. */
  readonly body: string | null;
  /** The key of the call. */
  readonly idempotencyKey: string;
  /**
   * Who made it: the gateway's URL and the id of the key, with a space between. A journal that does not keep it is believed to be of this very
   * account.
   */
  readonly caller?: string | null;
}

/** A call that was begun and, as far as the journal knows, has not ended. */
export interface JournalEntry {
  /** The intent. It holds no secret and no card number. */
  readonly call: JournaledCall;
  /** When it was first begun. */
  readonly recorded: Date;
}

/**
 * Keeps every write from before its first try until its end, so that none is lost track of in a crash. {@link FileJournal} is one; over a
 * database that several processes share you may make your own.
 *
 * A key may be run more than once: again after an unknown outcome, or by two workers at a time. The call stays open until one of its runs
 * has a proven end, or all have sent nothing.
 */
export interface Journal {
  /**
   * Records a run of a call, and tells whether the same call was open already, so that an earlier run may have left this machine. When it
   * has told so the entry is on disk. If it throws, nothing is sent: it does if the key is open with another call.
   */
  record(call: JournaledCall, now: Date): boolean | Promise<boolean>;
  /** Strikes a call off whose end is proven. */
  settle(idempotencyKey: string): void | Promise<void>;
  /** Takes back one `record`, whose run changed nothing. The call is struck off unless another run of it is open. */
  withdraw(idempotencyKey: string): void | Promise<void>;
  /** Every call that has not ended, oldest first. */
  openCalls(): readonly JournalEntry[] | Promise<readonly JournalEntry[]>;
}

/** A call that a crash had left open, and what became of it; or the error, if that could not be learnt, and then it stays open. */
export type Recovered =
  | { readonly entry: JournalEntry; readonly outcome: CallOutcome; readonly error?: never }
  | { readonly entry: JournalEntry; readonly error: OkpayError; readonly outcome?: never };
