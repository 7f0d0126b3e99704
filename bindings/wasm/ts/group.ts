/** {@link Group}: what the generated methods stand on. */

import type { CallOptions, WriteOptions } from "./options.js";
import type { Reply } from "./reply.js";
import type { Sender } from "./send.js";

/** Some operations of a client. */
export abstract class Group {
  readonly #sender: Sender;

  /** @internal */
  constructor(sender: Sender) {
    this.#sender = sender;
  }

  /** @internal */
  protected _run<T>(operation: string, id: string | undefined, params: object | undefined, options?: WriteOptions): Reply<T> {
    return this.#sender.run<T>(operation, id, params, options);
  }

  /** @internal */
  protected _walk<T>(operation: string, params: object | undefined, options?: CallOptions): AsyncGenerator<T, void, undefined> {
    return this.#sender.walk<T>(operation, params, options);
  }
}
