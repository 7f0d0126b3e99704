/** {@link Reply}: what a method gives at once. */

import type { WithAnswer } from "./options.js";
import type { Answer } from "./transport.js";

/** A promise of the reply; {@link withAnswer} gives the answer that it came in as well. */
export class Reply<T> extends Promise<T> {
  readonly #both: Promise<WithAnswer<T>>;

  /** What follows from a reply is a plain promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** @internal */
  constructor(coming: Promise<Answer>) {
    const both = coming.then((answer) => ({ data: JSON.parse(new TextDecoder().decode(answer.body)) as T, answer }));
    super((done, failed) => {
      both.then(({ data }) => done(data), failed);
    });
    this.#both = both;
  }

  /** The reply and the proven answer: status, headers, body. */
  withAnswer(): Promise<WithAnswer<T>> {
    // Whoever waits for both does not wait for the reply alone, whose failure is the same.
    this.catch(() => undefined);
    return this.#both;
  }
}

/** The gateway's id of the request that an answer is to, for support. */
export function requestId(answer: Answer): string | undefined {
  return header(answer, "okpay-request-id");
}

/** Whether an answer is the first one to its key, given again. */
export function isReplayed(answer: Answer): boolean {
  return header(answer, "idempotency-replayed") === "true";
}

/** The first value of a header of an answer, its name compared without case. */
export function header(answer: Answer, name: string): string | undefined {
  return answer.headers.find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1];
}
