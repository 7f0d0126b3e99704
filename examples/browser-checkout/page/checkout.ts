/**
 * The checkout without its looks: the session, what is going on, and the one try to pay that is under way.
 *
 * A try is kept by the tab with its idempotency key before it is sent. Whatever happens then, a lost answer, a reload or a crash, it is
 * sent again under the same key, so that it is done once. Two tabs are no danger either: the gateway takes one payment a session.
 */

import {
  type CardDetails,
  type CheckoutClient,
  type CheckoutFees,
  type CheckoutSession,
  type ConfirmCheckoutSession,
  type FeeSchedule,
  NotSent,
  OkpayError,
  OutcomeUnknown,
  type PaymentMethod,
  Rejected,
  Unanswered,
} from "@okpay/sdk/checkout";
import type { Store } from "./kept.js";
import { type Stage, stageOf } from "./stage.js";

/** What the buyer is told of a call that failed. */
export type Trouble = "no_answer" | "failed" | "changed";

/** What is going on. */
export type Busy = "paying" | "finishing";

/** A try to pay, as the tab keeps it. */
interface Try {
  readonly key: string;
  readonly choice: ConfirmCheckoutSession;
}

/** How often the gateway is asked, in milliseconds, by stage; a stage that is not here is final. */
const PERIODS: Partial<Record<Stage, number>> = { choose: 8000, redirect: 4000, send: 2500, confirming: 2500, checking: 4000 };

/** The longest pause after failures. */
const MAX_PAUSE = 20_000;

/** One order, on one page. */
export class Checkout {
  /** The session as the gateway told it last. */
  session: CheckoutSession | undefined;
  /** The gateway's own figures. */
  fees: CheckoutFees | undefined;
  /** The shop's signed fee schedule. */
  schedule: FeeSchedule | undefined;
  /** A write that is under way. */
  busy: Busy | undefined;
  /** What went wrong last. */
  trouble: Trouble | undefined;
  /** Whether the gateway could not be reached last time. */
  unreachable = false;

  readonly #client: CheckoutClient;
  readonly #id: string;
  readonly #store: Store;
  readonly #channel: BroadcastChannel;
  readonly #changed: () => void;
  #other = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: CheckoutClient, id: string, store: Store, changed: () => void) {
    [this.#client, this.#id, this.#store, this.#changed] = [client, id, store, changed];
    // What one tab learns the others ask for at once.
    this.#channel = new BroadcastChannel(`okpay ${id}`);
    this.#channel.addEventListener("message", () => void this.refresh());
    addEventListener("online", () => void this.#resume());
    document.addEventListener("visibilitychange", () => void this.refresh());
    addEventListener("pageshow", (event) => event.persisted && void this.refresh());
  }

  /** What the page is about. */
  get stage(): Stage | undefined {
    return this.session && stageOf(this.session, this.#other);
  }

  /** Whether another way to pay is being chosen while one waits. */
  get choosesOther(): boolean {
    return this.#other && this.session !== undefined && stageOf(this.session, false) !== "choose";
  }

  /** Reads the session, and goes on asking while it may change. At the first answer a try that an earlier visit began is finished. */
  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    if (document.hidden && this.session) {
      return;
    }
    const isFirst = this.session === undefined;
    try {
      this.#accept(await this.#client.checkoutSessions.retrieve(this.#id, { maxAttempts: 1, timeout: 10_000 }));
    } catch (error) {
      this.#notReached(error);
    }
    this.#askLater();
    if (isFirst && this.session) {
      await Promise.all([this.finish(), this.#readFees()]);
    }
  }

  /** Without the gateway's own figures the page's hold. */
  async #readFees(): Promise<void> {
    this.fees = await this.#client.checkoutSessions.fees(this.#id).catch(() => undefined);
    this.#changed();
  }

  /** Turns a card into a token. The card goes from here to the gateway, and is kept nowhere. */
  async tokenOf(card: CardDetails): Promise<PaymentMethod | undefined> {
    return this.#doing("paying", () => this.#client.paymentMethods.create({ card }));
  }

  /** Pays, or asks where to send the money. */
  async pay(choice: ConfirmCheckoutSession): Promise<void> {
    const attempt: Try = { key: crypto.randomUUID(), choice };
    this.#store.set("try", attempt);
    await this.#send(attempt, "paying");
  }

  /** Sends a try that got no answer again, under its own key. */
  async finish(): Promise<void> {
    const attempt = this.#store.get<Try>("try");
    if (attempt && this.session?.status === "open") {
      await this.#send(attempt, "finishing");
    }
  }

  /** Whether there is a try without an answer. */
  get isUnfinished(): boolean {
    return this.#store.get<Try>("try") !== undefined;
  }

  /** Shows the ways to pay while one of them waits, or goes back to it. */
  chooseOther(other: boolean): void {
    [this.#other, this.trouble] = [other, undefined];
    this.#changed();
  }

  async #send(attempt: Try, busy: Busy): Promise<void> {
    const confirm = () => this.#client.checkoutSessions.confirm(this.#id, attempt.choice, { idempotencyKey: attempt.key });
    const session = await this.#doing(busy, confirm);
    if (session) {
      this.#other = false;
      this.#accept(session);
      this.#channel.postMessage("changed");
    }
    this.#askLater();
  }

  /** Does a write, and says what came of it. */
  async #doing<T>(busy: Busy, work: () => PromiseLike<T>): Promise<T | undefined> {
    [this.busy, this.trouble] = [busy, undefined];
    this.#changed();
    try {
      const done = await work();
      this.#store.remove("try");
      return done;
    } catch (error) {
      await this.#failed(error);
      return undefined;
    } finally {
      this.busy = undefined;
      this.#changed();
    }
  }

  async #failed(error: unknown): Promise<void> {
    console.warn("okpay:", error instanceof OkpayError ? error.message : error);
    if (error instanceof OutcomeUnknown || error instanceof NotSent || error instanceof Unanswered) {
      this.trouble = "no_answer";
      return;
    }
    this.#store.remove("try");
    const before = this.#mark();
    if (error instanceof Rejected) {
      await this.refresh();
    }
    this.trouble = this.#mark() === before ? "failed" : "changed";
  }

  /** Changes with whatever a buyer would notice. */
  #mark(): string {
    return JSON.stringify([this.session?.status, this.session?.payment, this.session?.payment_status]);
  }

  #accept(session: CheckoutSession): void {
    [this.#failures, this.unreachable] = [0, false];
    this.session = session;
    if (session.status !== "open") {
      this.#store.remove("try");
    }
    this.#changed();
  }

  #notReached(error: unknown): void {
    if (error instanceof Rejected && !this.session) {
      throw error;
    }
    this.#failures += 1;
    this.unreachable = true;
    this.#changed();
  }

  async #resume(): Promise<void> {
    await this.refresh();
    if (this.trouble === "no_answer" && !this.busy) {
      await this.finish();
    }
  }

  #askLater(): void {
    clearTimeout(this.#timer);
    const period = this.stage ? PERIODS[this.stage] : 2000;
    if (period !== undefined) {
      const pause = Math.min(period * 2 ** this.#failures, Math.max(period, MAX_PAUSE));
      this.#timer = setTimeout(() => void this.refresh(), pause);
    }
  }
}
