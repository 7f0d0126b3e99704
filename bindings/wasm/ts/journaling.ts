/** {@link JournalingSender}: has a journal record each write before its first try. What it keeps, and when it strikes one off, the core says. */

import type { Held } from "./core.js";
import { fromText, OkpayError } from "./errors.js";
import type { CallOutcome } from "./generated/models.js";
import type { Journal, JournaledCall, Recovered } from "./journal.js";
import type { ClientOptions } from "./options.js";
import { askServer } from "./server-core.js";
import { type Answer, type Transport, words } from "./transport.js";
import { WaitingSender } from "./wait.js";
import type { Caller, Exchange } from "./wasm/okpay_checkout.js";
import type { Caller as ServerCaller, Exchange as ServerExchange } from "./wasm/okpay_server.js";

/** Carries the calls of one client, waits, and keeps its journal. */
export class JournalingSender extends WaitingSender {
  readonly #caller: Held<Caller>;
  readonly #journal: Journal | undefined;

  constructor(caller: Held<Caller>, transport: Transport, onAttempt: ClientOptions["onAttempt"], journal: Journal | undefined) {
    super(caller, transport, onAttempt);
    this.#caller = caller;
    this.#journal = journal;
  }

  /** Asks what became of every call that has not ended; nothing without a journal. What has ended is struck off last. */
  async recover(ask: (key: string) => PromiseLike<CallOutcome>): Promise<Recovered[] | undefined> {
    const journal = this.#journal;
    if (journal === undefined) {
      return undefined;
    }
    const [recovered, ended]: [Recovered[], string[]] = [[], []];
    for (const entry of await journal.openCalls()) {
      const { caller, idempotencyKey } = entry.call;
      try {
        this.#caller.use((own) => server(own).mayResolve(caller ?? undefined));
        const outcome = await ask(idempotencyKey);
        if (this.#isEnd(entry.call, outcome.state)) {
          ended.push(idempotencyKey);
        }
        recovered.push({ entry, outcome });
      } catch (error) {
        recovered.push({ entry, error: error as OkpayError });
      }
    }
    for (const key of ended) {
      await struckOff(() => journal.settle(key));
    }
    return recovered;
  }

  /** Takes what the gateway says became of a call: if the journal has it open, and this is its end, it is struck off. */
  async resolved(key: string, state: string): Promise<void> {
    const journal = this.#journal;
    await struckOff(async () => {
      const open = (await journal?.openCalls())?.find(({ call }) => call.idempotencyKey === key);
      if (open !== undefined && this.#isEnd(open.call, state)) {
        await journal?.settle(key);
      }
    });
  }

  #isEnd({ caller }: JournaledCall, state: string): boolean {
    return this.#caller.use((own) => server(own).isEnd(caller ?? undefined, state));
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

function server(caller: Caller): ServerCaller {
  return caller as unknown as ServerCaller;
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
