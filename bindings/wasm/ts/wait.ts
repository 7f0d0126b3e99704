/** `wait`: reads until a resource has come to its end. The core says when to read again; this sleeps, or is woken by {@link WaitingSender.notify}. */

import { Held } from "./core.js";
import { OkpayError } from "./errors.js";
import type { ClientOptions, WaitOptions } from "./options.js";
import { Reply } from "./reply.js";
import { MAX_DELAY, optionsText, Sender } from "./send.js";
import type { ServerCore } from "./server-core.js";
import type { Answer, Transport } from "./transport.js";
import { millis, random, whole } from "./values.js";
import type { Caller } from "./wasm/okpay_checkout.js";
import type { Waiting } from "./wasm/okpay_server.js";

/** Carries the calls of one client, and waits. */
export class WaitingSender extends Sender {
  readonly #caller: Held<Caller>;
  readonly #bells = new Map<string, Set<Bell>>();

  constructor(caller: Held<Caller>, transport: Transport, onAttempt: ClientOptions["onAttempt"]) {
    super(caller, transport, onAttempt);
    this.#caller = caller;
  }

  /** Begins to wait. */
  wait<T>(operation: string, id: string, options: WaitOptions = {}): Reply<T> {
    return new Reply<T>(this.#wait(operation, id, options));
  }

  /** Has whoever waits for this id ask at once. */
  notify(id: string): void {
    for (const bell of this.#bells.get(id) ?? []) {
      bell.ring();
    }
  }

  async #wait(operation: string, id: string, { timeout, signal, ...each }: WaitOptions): Promise<Answer> {
    const [limit, text] = [whole("timeout", timeout), optionsText(each)];
    const wait = this.#caller.use((caller, core) =>
      Held.kept(() => (core as unknown as ServerCore).Waiting.begin(caller as never, operation, id, limit, text, millis())),
    );
    const bell = new Bell();
    const others = this.#bells.get(id) ?? new Set();
    this.#bells.set(id, others.add(bell));
    try {
      return await this.#untilEnd(wait, bell, signal);
    } finally {
      wait.free();
      others.delete(bell);
      if (others.size === 0 && this.#bells.get(id) === others) {
        this.#bells.delete(id);
      }
    }
  }

  async #untilEnd(wait: Held<Waiting>, bell: Bell, signal: AbortSignal | undefined): Promise<Answer> {
    for (;;) {
      const question = wait.use((waiting) => Held.kept(() => waiting.question(millis())));
      const end = await this.carry(question as never, signal).catch((error: unknown) => error);
      const pause = end instanceof Error ? failed(wait, end) : answered(wait, end as Answer);
      if (pause === undefined) {
        return end as Answer;
      }
      await bell.heard(pause, signal);
    }
  }
}

function answered(wait: Held<Waiting>, { body }: Answer): number | undefined {
  return wait.use((waiting) => waiting.answered(body, millis(), random(8)));
}

/** What follows from an error, if anything does; the error itself otherwise. */
function failed(wait: Held<Waiting>, error: Error): number | undefined {
  if (!(error instanceof OkpayError)) {
    throw error;
  }
  try {
    return wait.use((waiting) => waiting.failed(JSON.stringify(error), millis(), random(8)));
  } catch (told) {
    throw told instanceof OkpayError && told.code === error.code ? error : told;
  }
}

/** Wakes one who waits. */
class Bell {
  #rung = false;
  #wake: (() => void) | undefined;
  readonly #stop = () => this.#wake?.();

  /** A bell that rings during a question is heard after it. */
  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Until it rings, the time is over, or the caller gives up, of which the next question tells. */
  async heard(pause: number, signal: AbortSignal | undefined): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((done) => {
      this.#wake = done;
      timer = setTimeout(done, Math.min(pause, MAX_DELAY));
      signal?.addEventListener("abort", this.#stop);
      if (this.#rung || signal?.aborted) {
        done();
      }
    });
    clearTimeout(timer);
    signal?.removeEventListener("abort", this.#stop);
    this.#rung = false;
  }
}
