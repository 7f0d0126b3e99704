/** The one instance of the core that everything here calls, and what becomes of its errors and traps. */

import { fromText, OkpayError, panicked } from "./errors.js";

/** What both builds of the core offer, once they are loaded. */
export type Core = Omit<typeof import("./wasm/okpay_checkout.js"), "default" | "initSync">;

let bound: Core | undefined;
let renewed: (() => void) | undefined;
let loader: (() => Core) | undefined;
/** Counts the instances: what was made in a former one is gone. */
let generation = 0;

/**
 * Takes an instance.
 *
 * @param whenRenewed - what an instance that was made anew lacks, is given to it here.
 */
export function bind(core: Core, whenRenewed?: () => void): void {
  bound = core;
  renewed = whenRenewed;
}

/**
 * Says how the core is loaded when it is first needed: the server's, which offers all that the checkout's does, is not replaced by it, and
 * takes the place of one that is there. What was made in that one is gone.
 */
export function loadLazily(load: () => Core): void {
  loader = load;
  bound = undefined;
  renewed = undefined;
  generation += 1;
}

/** Whether it is this core that is asked. */
export function isBound(core: Core): boolean {
  return bound === core;
}

/** Whether the core is there, or comes by itself. */
export function isLoaded(): boolean {
  return bound !== undefined || loader !== undefined;
}

function loaded(): Core {
  bound ??= loader?.();
  if (bound === undefined) {
    throw new OkpayError({
      phase: "invalid",
      code: "sdk_not_loaded",
      detail: "the SDK is not loaded yet: `await init()` from @okpay/sdk/checkout comes first",
      suggestedAction: "Load the SDK, then call again; nothing was sent.",
    });
  }
  return bound;
}

/** Asks the core. What it refuses is thrown as an OkpayError, and so is a trap, after which the instance is made anew. */
export function ask<T>(work: (core: Core) => T): T {
  const core = loaded();
  try {
    return work(core);
  } catch (thrown) {
    if (typeof thrown === "string") {
      throw fromText(thrown);
    }
    if (isTrap(thrown)) {
      generation += 1;
      core.__wbg_reset_state();
      renewed?.();
      throw panicked(thrown);
    }
    throw thrown;
  }
}

/** A trap, or a stack that ran out in the middle of the core. */
export function isTrap(thrown: unknown): boolean {
  return (
    thrown instanceof WebAssembly.RuntimeError ||
    (thrown instanceof Error && /call stack|too much recursion/.test(thrown.message))
  );
}

/** An object of the core. It is made anew in every instance; or, made by `kept`, it is gone with its own. */
export class Held<T extends { free(): void }> {
  readonly #make: ((core: Core) => T) | undefined;
  #value: T;
  #generation: number;

  private constructor(value: T, make?: (core: Core) => T) {
    this.#value = value;
    this.#make = make;
    this.#generation = generation;
  }

  /** What can be made again from what it was made of. */
  static made<T extends { free(): void }>(make: (core: Core) => T): Held<T> {
    return new Held(ask(make), make);
  }

  /** What holds something that nobody else does. */
  static kept<T extends { free(): void }>(make: (core: Core) => T): Held<T> {
    return new Held(ask(make));
  }

  /** Asks the object. */
  use<R>(work: (value: T, core: Core) => R): R {
    return ask((core) => work(this.#current(core), core));
  }

  /** Gives its memory back; it is of no use after. */
  free(): void {
    if (this.#generation === generation) {
      this.#value.free();
    }
  }

  /** Gives its memory back until it is used again, for which it is made anew. */
  rest(): void {
    this.free();
    this.#generation = -1;
  }

  #current(core: Core): T {
    if (this.#generation !== generation) {
      if (this.#make === undefined) {
        throw panicked(new Error("what this object held was lost when the SDK stopped in another call"));
      }
      this.#value = this.#make(core);
      this.#generation = generation;
    }
    return this.#value;
  }
}
