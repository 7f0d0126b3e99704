/** {@link WaitingGroup}: what the generated methods stand on where one reads what can be waited for. */

import { Group } from "./group.js";
import type { WaitOptions } from "./options.js";
import type { Reply } from "./reply.js";
import type { WaitingSender } from "./wait.js";

/** Some operations of a client, of which one reads what can be waited for. */
export abstract class WaitingGroup extends Group {
  readonly #sender: WaitingSender;

  /** @internal */
  constructor(sender: WaitingSender) {
    super(sender);
    this.#sender = sender;
  }

  /** @internal */
  protected _wait<T>(operation: string, id: string, options?: WaitOptions): Reply<T> {
    return this.#sender.wait<T>(operation, id, options);
  }
}
