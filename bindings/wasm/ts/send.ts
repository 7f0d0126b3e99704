/** The send loop: sends, sleeps as told, asks the core. It decides nothing about payments. */

import { type Core, Held, isTrap } from "./core.js";
import { fromText, NotSent, OkpayError, panicked } from "./errors.js";
import type { CallOptions, ClientOptions, WriteOptions } from "./options.js";
import { Reply } from "./reply.js";
import { type Answer, type Transport, type WireRequest, words } from "./transport.js";
import { millis, random, whole } from "./values.js";
import type { Caller, Exchange, Outcome, Request } from "./wasm/okpay_checkout.js";

/** What an attempt came to: an answer, or the reason why there is none. */
type Attempt = { readonly answer: Answer } | { readonly left: boolean; readonly code: string; readonly detail: string };

/** A request, but for what ends it. */
type Wire = Omit<WireRequest, "signal">;

/** Longest delay that a platform's timer takes. */
export const MAX_DELAY = 2 ** 31 - 1;

/** Carries the calls of one client. */
export class Sender {
  readonly #caller: Held<Caller>;
  readonly #transport: Transport;
  readonly #onAttempt: ClientOptions["onAttempt"];

  constructor(caller: Held<Caller>, transport: Transport, onAttempt: ClientOptions["onAttempt"]) {
    this.#caller = caller;
    this.#transport = transport;
    this.#onAttempt = onAttempt;
  }

  /** The public name of the client's key. */
  get keyId(): string {
    return this.#caller.use((caller) => caller.keyId());
  }

  /** Begins a call. */
  run<T>(operation: string, id: string | undefined, params: object | undefined, options: WriteOptions = {}): Reply<T> {
    return new Reply<T>(this.#run(operation, id, params, options));
  }

  /** Walks the pages of a list. */
  async *walk<T>(operation: string, params: object | undefined, options?: CallOptions): AsyncGenerator<T, void, undefined> {
    let after: { after?: string } = {};
    for (;;) {
      const page = await this.run<{ data: T[]; next?: string | null }>(operation, undefined, { ...params, ...after }, options);
      yield* page.data;
      if (!page.next) {
        return;
      }
      after = { after: page.next };
    }
  }

  async #run(operation: string, id: string | undefined, params: object | undefined, options: WriteOptions): Promise<Answer> {
    const { text, paramsText } = { text: optionsText(options), paramsText: params && JSON.stringify(params) };
    const call = this.#caller.use((caller, core) =>
      Held.kept(() => core.Exchange.begin(caller, operation, id, paramsText, text, millis(), random(16))),
    );
    return await this.carry(call, options.signal);
  }

  /** Carries a call that has begun to its end, and forgets it. */
  protected async carry(call: Held<Exchange>, signal: AbortSignal | undefined): Promise<Answer> {
    const key = call.use((exchange) => exchange.idempotencyKey());
    try {
      return await this.#untilEnd(call, signal);
    } catch (error) {
      throw error instanceof OkpayError && error.code === "sdk_panicked" ? panicked(error.cause, key) : error;
    } finally {
      call.free();
    }
  }

  async #untilEnd(call: Held<Exchange>, signal: AbortSignal | undefined): Promise<Answer> {
    const cancelled = () =>
      fromText(
        call.use((exchange) => exchange.brokenOff("cancelled", "the caller gave the call up")),
        signal?.reason,
      );
    await this.#learnKeys(call, signal);
    for (;;) {
      if (signal?.aborted) {
        throw cancelled();
      }
      const request = call.use((exchange) => taken(exchange.request(millis(), random(24))));
      const attempt = await this.#attempt(call, request, signal);
      const wait = conclude(call, attempt, signal);
      if (wait === undefined && "answer" in attempt) {
        return attempt.answer;
      }
      await sleep(wait ?? 0, signal).catch(() => {
        throw cancelled();
      });
    }
  }

  /** On this machine the sandbox is asked for its keys. A call that is given up learns nothing, and ends before its first attempt. */
  async #learnKeys(call: Held<Exchange>, signal: AbortSignal | undefined): Promise<void> {
    const request = this.#caller.use((caller) => taken(caller.discovery()));
    if (request !== undefined && !signal?.aborted) {
      const attempt = await this.#send(call, request, signal);
      if (!signal?.aborted) {
        call.use((exchange, core) => exchange.learnKeys(outcome(core, attempt)));
      }
    }
  }

  async #attempt(call: Held<Exchange>, request: Wire, signal: AbortSignal | undefined): Promise<Attempt> {
    const started = performance.now();
    const attempt = await this.#send(call, request, signal);
    const elapsed = Math.round(performance.now() - started);
    if (this.#onAttempt !== undefined) {
      const text = call.use((exchange, core) => {
        const told = outcome(core, attempt);
        const report = exchange.report(told, elapsed);
        told.free();
        return report;
      });
      try {
        this.#onAttempt(JSON.parse(text));
      } catch (error) {
        console.error("okpay: the hook onAttempt failed:", error);
      }
    }
    return attempt;
  }

  async #send(call: Held<Exchange>, request: Wire, signal: AbortSignal | undefined): Promise<Attempt> {
    const left = call.use((exchange) => exchange.timeLeft(millis()));
    const ended = new AbortController();
    const cancel = () => ended.abort("cancelled");
    const timer = setTimeout(() => ended.abort("deadline_exceeded"), Math.min(left, MAX_DELAY));
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      const wire: WireRequest = { ...request, signal: ended.signal };
      return { answer: checked(await Promise.race([this.#transport(wire), aborted(ended.signal)])) };
    } catch (error) {
      return failed(error, ended.signal, left);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", cancel);
    }
  }
}

/** Takes a request out of the core, whose memory of it is given back. */
function taken<R extends Request | undefined>(request: R): Wire | Exclude<R, Request> {
  const wire = request && { ...JSON.parse(request.head()), body: request.body() };
  request?.free();
  return wire;
}

function conclude(call: Held<Exchange>, attempt: Attempt, signal: AbortSignal | undefined): number | undefined {
  try {
    return call.use((exchange, core) => exchange.conclude(outcome(core, attempt), millis()));
  } catch (error) {
    if (error instanceof OkpayError && error.code === "cancelled") {
      Object.defineProperty(error, "cause", { value: signal?.reason, configurable: true, writable: true });
    }
    throw error;
  }
}

function outcome(core: Core, attempt: Attempt): Outcome {
  if (!("answer" in attempt)) {
    return core.Outcome.failed(attempt.left, attempt.code, attempt.detail);
  }
  const { status, headers, body } = attempt.answer;
  try {
    return core.Outcome.answered(status, JSON.stringify(headers, wellFormed), body);
  } catch (error) {
    if (isTrap(error)) {
      throw error;
    }
    // The request has left: that its answer cannot be read must not look as if the call had been refused here.
    return core.Outcome.failed(true, "connection_lost", words(error));
  }
}

/** Half of a pair of surrogates is no character, and no JSON takes it. */
function wellFormed(_name: string, value: unknown): unknown {
  return typeof value === "string" ? value.replace(/\p{Cs}/gu, "\ufffd") : value;
}

function failed(error: unknown, ended: AbortSignal, left: number): Attempt {
  if (ended.aborted) {
    const detail =
      ended.reason === "cancelled" ? "the caller gave the call up" : `no answer within the ${left} ms that were left`;
    return { left: true, code: String(ended.reason), detail };
  }
  const code = error instanceof OkpayError ? error.code : "connection_lost";
  return { left: !(error instanceof NotSent), code, detail: words(error) };
}

/** A transport of the user's may give anything. */
function checked(answer: Answer): Answer {
  const pairs = Array.isArray(answer?.headers) && answer.headers.every(isPair);
  if (!Number.isInteger(answer?.status) || !pairs || !(answer.body instanceof Uint8Array)) {
    throw new TypeError("the transport gave no answer: it gives a status, pairs of headers and the bytes of the body");
  }
  return answer;
}

function isPair(pair: unknown): boolean {
  return Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === "string");
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new Error(String(signal.reason)));
    signal.aborted ? stop() : signal.addEventListener("abort", stop, { once: true });
  });
}

function sleep(delay: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, delay);
    signal?.aborted ? stop() : signal?.addEventListener("abort", stop, { once: true });
  });
}

/** The options of a call, as the core takes them. */
export function optionsText(options: WriteOptions): string {
  const { idempotencyKey, timeout, maxAttempts, headers } = options;
  return JSON.stringify({
    idempotencyKey,
    timeout: whole("timeout", timeout),
    maxAttempts: whole("maxAttempts", maxAttempts),
    headers: Object.entries(headers ?? {}),
  });
}
