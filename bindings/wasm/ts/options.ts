/** What clients and calls are told. */

import type { Answer, Transport } from "./transport.js";

/** Options of every call. */
export interface CallOptions {
  /** For the whole call with all its attempts, in milliseconds; the client's by default. */
  readonly timeout?: number;
  /** How often it is tried at most; the client's number by default. */
  readonly maxAttempts?: number;
  /** Further headers, such as `traceparent`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Gives the call up. What has left cannot be called back: a write that was under way ends as {@link OutcomeUnknown}. */
  readonly signal?: AbortSignal;
}

/** Options of `wait`. */
export interface WaitOptions {
  /** For the whole wait, in milliseconds; 600 000, ten minutes, by default. */
  readonly timeout?: number;
  /** Further headers of each of its questions, such as `traceparent`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Gives the wait up, which changes nothing. */
  readonly signal?: AbortSignal;
}

/** Options of a call that may change something. */
export interface WriteOptions extends CallOptions {
  /** Your own key for this call, one per logical call; a random one by default. */
  readonly idempotencyKey?: string;
}

/** What one attempt came to. Nothing in it is secret, and `urlTemplate` serves as a metric's label. */
export interface AttemptReport {
  /** The operation, such as `payments.create`. */
  readonly operation: string;
  /** `GET` or `POST`. */
  readonly method: string;
  /** The path of the table, such as `/v1/payments/{id}`. */
  readonly urlTemplate: string;
  /** The attempt, from 1. */
  readonly attempt: number;
  /** The HTTP status, if an answer came. */
  readonly status: number | null;
  /** The code of the transport's failure, if none came. */
  readonly failure: string | null;
  /** The gateway's id of the request. */
  readonly requestId: string | null;
  /** `Deprecation`, if the gateway says that the endpoint goes (RFC 9745). */
  readonly deprecation: string | null;
  /** `Sunset`, when it goes (RFC 8594). */
  readonly sunset: string | null;
  /** How long the gateway asks to wait before the next attempt, in milliseconds, if it does. */
  readonly retryAfter: number | null;
  /** From sending to the end of the answer, in milliseconds. */
  readonly elapsed: number;
}

/** What every client may be told. */
export interface ClientOptions {
  /** Where the gateway is. */
  readonly baseUrl?: string;
  /** The gateway's public keys, by which answers are proven. Those of a sandbox on this machine are fetched. */
  readonly gatewayKeys?: string;
  /** The one host that may be spoken to without TLS, with test keys. */
  readonly insecureHost?: string;
  /** For a whole call with all its attempts, in milliseconds; 30 000 by default. */
  readonly timeout?: number;
  /** How often a call is tried at most; 3 by default. */
  readonly maxAttempts?: number;
  /** Another `fetch`, with a proxy or a connection pool of yours. */
  readonly fetch?: typeof fetch;
  /** Another way to send than `fetch`. */
  readonly transport?: Transport;
  /** Is told of every attempt. What it throws is shown on the console, and changes nothing. */
  readonly onAttempt?: (report: AttemptReport) => void;
}

/** A reply with the proven answer that it came in. */
export interface WithAnswer<T> {
  /** The reply. */
  readonly data: T;
  /** The proven answer as it came. */
  readonly answer: Answer;
}
