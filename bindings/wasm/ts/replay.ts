/** {@link ReplayStore}: every event handled once, though it is delivered more than once and workers die. */

import { Held } from "./core.js";
import type { ServerCore } from "./server-core.js";
import { type Moment, millis, whole } from "./values.js";
import type { MemoryStore as CoreStore } from "./wasm/okpay_server.js";

/** Proof of a claim. Only the newest claim of an id can complete or release it. */
export interface ClaimToken {
  /** The consumer that claimed. */
  readonly consumer: string;
  /** The id that was claimed. */
  readonly id: string;
  /** Rises with every claim of an id; an older one is refused. */
  readonly fence: bigint;
}

/** What a claim gives: `new`, do the work; `in_progress`, another worker has it, answer 503; `done`, answer 200. */
export type Claim = { readonly state: "new"; readonly token: ClaimToken } | { readonly state: "in_progress" | "done" };

/**
 * Remembers which events were handled. The id must be that of the verified payload, which is signed.
 *
 * Exactly once needs `complete` inside the business transaction, on the same database: with a store of its own a handler must be
 * idempotent, since the process may die between the work and the completion.
 */
export interface ReplayStore {
  /** Claims an id for so many seconds (60 suits most): longer than the work takes. */
  claim(consumer: string, id: string, lease?: number, now?: Moment): Claim | Promise<Claim>;
  /** Marks a claimed id as handled. Throws if it was claimed again since: roll the work back. */
  complete(token: ClaimToken, now?: Moment): void | Promise<void>;
  /** Gives a claimed id back unhandled, so that the next delivery can have it at once. */
  release(token: ClaimToken): void | Promise<void>;
}

/**
 * A replay store in memory, for one process: for tests, and for handlers that are idempotent anyway.
 *
 * When it is full it refuses; no id is pushed out before its 30 days. Should the SDK ever stop in the middle (`sdk_panicked`), its memory
 * is lost, and it refuses from then on.
 */
export class MemoryStore implements ReplayStore {
  readonly #held: Held<CoreStore>;

  /** @param capacity - how many ids it remembers at most. */
  constructor(capacity = 100_000) {
    this.#held = Held.kept((core) => (core as unknown as ServerCore).MemoryStore.make(whole("capacity", capacity)));
  }

  claim(consumer: string, id: string, lease = 60, now?: Moment): Claim {
    const { state, fence } = JSON.parse(this.#held.use((store) => store.claim(consumer, id, whole("lease", lease), millis(now))));
    return state === "new" ? { state, token: { consumer, id, fence: BigInt(fence) } } : { state };
  }

  complete(token: ClaimToken, now?: Moment): void {
    this.#held.use((store) => store.complete(token.consumer, token.id, token.fence, millis(now)));
  }

  release(token: ClaimToken): void {
    this.#held.use((store) => store.release(token.consumer, token.id, token.fence));
  }
}
