/**
 * Webhooks: verify, read, order, diagnose, sign. Standard Webhooks 1.0.
 *
 * A handler, step by step: {@link Verifier.verify}; claim the payload's id in a replay store (done answers 200, in progress 503); in one
 * transaction of the business database read the resource's version, {@link apply}, do the work, and complete the claim; if the work
 * failed, release it and answer 500.
 */

import { Held } from "./core.js";
import { EVENT_TYPES } from "./generated/events.js";
import type { Diagnosis, Event, KnownEvent } from "./generated/models.js";
import { type HostMac, hostMac } from "./host-mac.js";
import { askServer, type ServerCore } from "./server-core.js";
import { type Body, bytes, type HeadersLike, headerText, listText, type Moment, millis, random, whole } from "./values.js";
import type { Verifier as CoreVerifier, Payload } from "./wasm/okpay_server.js";

/** How a {@link Verifier} proves. */
export interface VerifierOptions {
  /** How far the webhook's timestamp may be from now, in seconds, to either side; 300 by default. Zero means zero, not off. */
  readonly tolerance?: number;
}

/** Proves webhooks with one or more secrets: `whsec_…`, or public keys `whpk_…`. During a rotation give the new and the old. */
export class Verifier {
  readonly #held: Held<CoreVerifier>;
  readonly #mac: (body: Uint8Array) => HostMac | undefined;

  /** @throws {@link Invalid}: `invalid_key`. */
  constructor(secrets: string | readonly string[], options: VerifierOptions = {}) {
    const list = typeof secrets === "string" ? [secrets] : [...secrets];
    const tolerance = whole("tolerance", options.tolerance ?? 300);
    this.#held = Held.made((core) => (core as unknown as ServerCore).Verifier.make(JSON.stringify(list), tolerance));
    this.#mac = hostMac(list.map((secret) => askServer((core) => core.secretBytes(secret))));
  }

  /**
   * Proves a webhook and gives its payload. It gives nothing that is not proven.
   *
   * @param body - the raw body, before anything parsed it.
   * @param headers - of the request; names are compared without case.
   * @param now - this machine's clock.
   * @throws {@link VerificationError}: `webhook_signature_mismatch`, `webhook_timestamp_out_of_tolerance`, `webhook_header_missing`,
   * `webhook_header_malformed`, `body_too_large`. {@link diagnose} says more about a mismatch.
   */
  verify(body: Body, headers: HeadersLike, now?: Moment): VerifiedPayload {
    const raw = bytes(body).slice();
    const [text, at] = [headerText(headers, (name) => name.toLowerCase().startsWith("webhook-")), millis(now)];
    return VerifiedPayload.proven(() => this.#held.use((verifier) => verifier.verify(raw, text, at, this.#mac(raw))), raw);
  }
}

/** A webhook that is proven to be OKPay's. Only {@link Verifier.verify} makes one. */
export class VerifiedPayload {
  readonly #held: Held<Payload>;
  /** The id of the event, the same on every delivery: what a replay store is keyed on. */
  readonly id: string;
  /** When this delivery was signed. */
  readonly timestamp: Date;
  /** The exact bytes that were signed. */
  readonly body: Uint8Array;

  private constructor(prove: () => Payload, body: Uint8Array) {
    this.#held = Held.made(prove);
    this.id = this.#ask((payload) => payload.id());
    this.timestamp = new Date(Number(this.#ask((payload) => payload.timestamp())));
    this.body = body;
  }

  /** @internal */
  static proven(prove: () => Payload, body: Uint8Array): VerifiedPayload {
    return new VerifiedPayload(prove, body);
  }

  /** What happened, such as `payment.succeeded`, found without reading the rest. */
  get eventType(): string {
    return this.#ask((payload) => payload.eventType());
  }

  /** One field by its path, such as `data.status`; undefined if it is not there. */
  field(path: string): unknown {
    const text = this.#ask((payload) => payload.field(path));
    return text === undefined ? undefined : JSON.parse(text);
  }

  /**
   * The event, typed by its `type`. One that this version does not know comes whole, and {@link isKnown} tells.
   *
   * @throws {@link VerificationError}: `webhook_unreadable`.
   */
  event(): Event {
    this.#ask((payload) => payload.checkEvent());
    return JSON.parse(new TextDecoder().decode(this.body));
  }

  /**
   * Asks the core's payload, whose memory is given back soon after: the engine does not see what the core holds, and would free it late.
   * Whoever asks later has it proven again, as of the same moment.
   */
  #ask<R>(work: (payload: Payload) => R): R {
    queueMicrotask(() => this.#held.rest());
    return this.#held.use(work);
  }
}

/** Whether an event is of a type that this version knows. */
export function isKnown(event: Event): event is KnownEvent {
  return EVENT_TYPES.has(event.type);
}

/** What else is known of a delivery, so that {@link diagnose} can tell more. */
export interface DiagnosisHints extends VerifierOptions {
  /** This machine's clock. */
  readonly now?: Moment;
  /** Secrets that this endpoint had before. */
  readonly previousSecrets?: readonly string[];
  /** Secrets of other endpoints, by a name to call them by. */
  readonly otherSecrets?: Readonly<Record<string, string>>;
}

/** Says why a webhook does not verify: for logs and terminals, not for the answer to whoever sent it. */
export function diagnose(
  body: Body,
  headers: HeadersLike,
  secrets: string | readonly string[],
  hints: DiagnosisHints = {},
): Diagnosis {
  const { previousSecrets = [], otherSecrets = {}, now } = hints;
  const tolerance = whole("tolerance", hints.tolerance ?? 300);
  const text = JSON.stringify({ previousSecrets, otherSecrets: Object.entries(otherSecrets), tolerance });
  return JSON.parse(askServer((core) => core.diagnose(bytes(body), headerText(headers), listText(secrets), text, millis(now))));
}

/** The three headers of a webhook that is signed with one secret, for tests of a handler. */
export function sign(secret: string, id: string, body: Body, timestamp?: Moment): Record<string, string> {
  return Object.fromEntries(JSON.parse(askServer((core) => core.signWebhook(secret, id, bytes(body), millis(timestamp)))));
}

/** The three headers of a delivery as the gateway signs it: with every secret of an endpoint, and its private key `whsk_…`. */
export function signDelivery(
  secrets: string | readonly string[],
  id: string,
  body: Body,
  timestamp?: Moment,
): Record<string, string> {
  const signed = askServer((core) => core.signDelivery(listText(secrets), id, bytes(body), millis(timestamp)));
  return Object.fromEntries(JSON.parse(signed));
}

/** A secret `whsec_…` from 24 to 64 random bytes; 32 of the platform's by default. */
export function webhookSecret(bytes: Uint8Array = random(32)): string {
  return askServer((core) => core.webhookSecret(bytes));
}

/**
 * How an event stands to the resource that the merchant keeps, by their versions: `apply` it; it is `stale`; or there is a `gap` before
 * it: apply it, for it carries the whole resource, and fetch what is missing where that matters.
 */
export function apply(currentVersion: number | undefined, eventVersion: number): "apply" | "stale" | "gap" {
  const current = currentVersion === undefined ? undefined : BigInt(whole("a version", currentVersion));
  return askServer((core) => core.apply(current, BigInt(whole("a version", eventVersion)))) as "apply" | "stale" | "gap";
}
