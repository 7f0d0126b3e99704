/** {@link Client}: what a server may do. */

import { Held } from "./core.js";
import { Invalid } from "./errors.js";
import type { CallOutcome, Event } from "./generated/models.js";
import { Operations } from "./generated/server.js";
import type { Journal, Recovered } from "./journal.js";
import { JournalingSender } from "./journaling.js";
import { hostProcess, platform } from "./load.js";
import type { CallOptions, ClientOptions } from "./options.js";
import { Reply } from "./reply.js";
import { askServer, type ServerCore } from "./server-core.js";
import { browsersCaller, platformFetch, settingsText } from "./settings.js";
import { HmacKey, SigningKey } from "./signing.js";
import { type Answer, fetchTransport } from "./transport.js";
import type { Caller } from "./wasm/okpay_checkout.js";

/** How a {@link Client} is made. What is not given comes from the environment: `OKPAY_BASE_URL`, `OKPAY_KEY_ID`, … */
export interface ServerClientOptions extends ClientOptions {
  /** The id of the secret key; `OKPAY_KEY_ID` by default. */
  readonly keyId?: string;
  /** The secret key, `okp_test_sk_…` or `okp_live_sk_…`; `OKPAY_SECRET` by default. */
  readonly secret?: string;
  /** In place of those two, a key: an `HmacKey`, or a device's `Ed25519Key`. */
  readonly key?: SigningKey;
  /** In place of a key, to do what a browser may: `okp_test_pk_…`. */
  readonly publishableKey?: string;
  /** Of the one checkout session that the publishable key is used for. */
  readonly clientSecret?: string;
  /** Added to `User-Agent`, such as `bookshop/2.1`; printable ASCII. */
  readonly userAgent?: string;
  /** Keeps every write from before its first try until its end, for {@link Client.recover}: `await FileJournal.open("calls.journal")`. */
  readonly journal?: Journal;
}

/** Calls OKPay from a server, with its secret key. One client serves any number of calls at a time. */
export class Client extends Operations {
  readonly #sender: JournalingSender;

  /** @throws {@link Invalid}: `invalid_configuration`, `invalid_key`, `invalid_url`. */
  constructor(options: ServerClientOptions = {}) {
    const gatewayKeys = options.gatewayKeys ?? environment("OKPAY_GATEWAY_KEYS");
    const baseUrl = options.baseUrl ?? variable("OKPAY_BASE_URL");
    const settings = settingsText({ ...options, baseUrl, ...(gatewayKeys && { gatewayKeys }) });
    const caller = options.publishableKey === undefined ? signingCaller(settings, options) : browsersCaller(settings, options);
    const transport = options.transport ?? fetchTransport(platformFetch(options), userAgent(options));
    const sender = new JournalingSender(caller, transport, options.onAttempt, options.journal);
    super(sender);
    this.#sender = sender;
  }

  /** The public name of the client's key. */
  get keyId(): string {
    return this.#sender.keyId;
  }

  /**
   * Has whoever waits for the resource of this event ask at once: for the handler of webhooks, behind the verifier. Nothing of the event is
   * handed on, so that its order does not matter. It costs next to nothing when nobody waits.
   */
  notify(event: Event): void {
    const { id } = event.data as { id?: unknown };
    if (typeof id === "string") {
      this.#sender.notify(id);
    }
  }

  /**
   * Asks the gateway what became of a call. `not_executed` is final: a key that the gateway has not seen is closed, so that a late request
   * under it is refused. A journal strikes the call off once its end is known.
   */
  resolve(idempotencyKey: string, options?: CallOptions): Reply<CallOutcome> {
    return new Reply<CallOutcome>(this.#resolved(idempotencyKey, options));
  }

  async #resolved(idempotencyKey: string, options: CallOptions | undefined): Promise<Answer> {
    const question = this.idempotency.resolve({ idempotency_key: idempotencyKey }, options);
    const { data, answer } = await question.withAnswer();
    await this.#sender.resolved(idempotencyKey, data.state);
    return answer;
  }

  /**
   * Resolves every call that the journal holds open, oldest first: after a crash, before anything else. A call that another process is about
   * to send is closed by this, and refused there: share a journal only among processes that recover together.
   *
   * One journal is for one account: what was made at another gateway, or in the other mode, is not asked about, and `not_executed` is believed
   * of the client's own key alone.
   *
   * Calls that ended are struck off once all have been asked about, just before the list is given. Whoever may crash before the replies are kept
   * gives each call an idempotency key and a reference of their own, under which it is found again.
   *
   * @throws {@link Invalid}: `invalid_configuration` without a journal, `journal_failed` if it cannot be read.
   */
  async recover(): Promise<Recovered[]> {
    const recovered = await this.#sender.recover((key) => this.idempotency.resolve({ idempotency_key: key }));
    if (recovered === undefined) {
      throw misconfigured(
        "journal",
        'recovery needs a journal: new Client({ journal: await FileJournal.open("calls.journal") })',
      );
    }
    return recovered;
  }
}

function signingCaller(settings: string, { key, keyId, secret }: ServerClientOptions): Held<Caller> {
  const own = SigningKey.held(key ?? new HmacKey(keyId ?? variable("OKPAY_KEY_ID"), secret ?? variable("OKPAY_SECRET")));
  return Held.made((core) => own.use((held) => (core as unknown as ServerCore).Caller.signing(settings, held)));
}

function userAgent({ userAgent }: ServerClientOptions): string {
  const own = `okpay-js/${askServer((core) => core.version())} (${platform()})`;
  if (userAgent !== undefined && !/^[ -~]*$/.test(userAgent)) {
    throw misconfigured("userAgent", "a header takes printable ASCII alone");
  }
  return userAgent === undefined ? own : `${own} ${userAgent}`;
}

function environment(name: string): string | undefined {
  try {
    return hostProcess()?.env?.[name] || undefined;
  } catch {
    // Deno throws where the program was not allowed to look.
    return undefined;
  }
}

function variable(name: string): string {
  const value = environment(name);
  if (value === undefined) {
    throw misconfigured(name, `set ${name}, or give it; \`okpay sandbox --json\` prints it for a gateway on this machine`);
  }
  return value;
}

function misconfigured(param: string, detail: string): Invalid {
  const suggestedAction = "Mend the value and call again; nothing was sent.";
  return new Invalid({ phase: "invalid", code: "invalid_configuration", detail, param, suggestedAction });
}
