/** {@link JournalingSender}: has a journal record each write before its first try. What it keeps, and when it strikes one off, the core says. */

import type { Held } from "./core.js";
import { fromText, OkpayError } from "./errors.js";
import type { Journal, JournalEntry, JournaledCall } from "./journal.js";
import type { ClientOptions } from "./options.js";
import { askServer } from "./server-core.js";
import { type Answer, type Transport, words } from "./transport.js";
import { WaitingSender } from "./wait.js";
import type { Caller, Exchange } from "./wasm/okpay_checkout.js";
import type { Exchange as ServerExchange } from "./wasm/okpay_server.js";

/** Carries the calls of one client, waits, and keeps its journal. */
export class JournalingSender extends WaitingSender {
  readonly #journal: Journal | undefined;

  constructor(caller: Held<Caller>, transport: Transport, onAttempt: ClientOptions["onAttempt"], journal: Journal | undefined) {
    super(caller, transport, onAttempt);
    this.#journal = journal;
  }

  /** Every call that has not ended; nothing without a journal. */
  async openCalls(): Promise<readonly JournalEntry[] | undefined> {
    return await this.#journal?.openCalls();
  }

  /** Takes what the gateway says became of a call. */
  async resolved(key: string, state: string): Promise<void> {
    if (this.#journal !== undefined && askServer((core) => core.isEnd(state))) {
      await struckOff(() => this.#journal?.settle(key));
    }
  }

  protected override async carry(call: Held<Exchange>, signal: AbortSignal | undefined): Promise<Answer> {
    const journal = this.#journal;
    const text = journal && call.use((exchange) => of(exchange).toRecord());
    return journal === undefined || text === undefined
      ? await super.carry(call, signal)
      : await this.#journaled(journal, JSON.parse(text), call, () => super.carry(call, signal));
  }

  async #journaled(journal: Journal, kept: JournaledCall, call: Held<Exchange>, run: () => Promise<Answer>): Promise<Answer> {
    const openBefore = await recorded(journal, kept).catch((error: unknown) => {
      call.free();
      throw error;
    });
    if (openBefore) {
      call.use((exchange) => of(exchange).afterEarlierRun());
    }
    let phase: string | undefined;
    try {
      return await run();
    } catch (error) {
      phase = error instanceof OkpayError ? error.phase : "outcome_unknown";
      throw error;
    } finally {
      await close(journal, kept.idempotencyKey, openBefore, phase);
    }
  }
}

function of(exchange: Exchange): ServerExchange {
  return exchange as unknown as ServerExchange;
}

/** Records a run. Where that fails nothing is sent, whatever a journal of the user's throws. */
async function recorded(journal: Journal, call: JournaledCall): Promise<boolean> {
  try {
    const openBefore = await journal.record(call, new Date());
    if (typeof openBefore !== "boolean") {
      throw new TypeError("`record` tells whether the same call was open already: true or false");
    }
    return openBefore;
  } catch (error) {
    const { code, detail } = error instanceof OkpayError ? error : { code: "journal_failed", detail: words(error) };
    throw fromText(
      askServer((core) => core.notRecorded(code, detail)),
      error,
    );
  }
}

async function close(journal: Journal, key: string, openBefore: boolean, failed: string | undefined): Promise<void> {
  const what = askServer((core) => core.closing(openBefore, failed));
  if (what !== undefined) {
    await struckOff(() => (what === "settle" ? journal.settle(key) : journal.withdraw(key)));
  }
}

/** A call that cannot be struck off stays open in the journal, where `recover` finds it: no reason to fail what has succeeded. */
async function struckOff(work: () => void | Promise<void> | undefined): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.error("okpay: a call that has ended stays open in the journal:", error);
  }
}
