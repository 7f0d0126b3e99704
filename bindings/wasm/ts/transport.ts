/** How an attempt is carried: by `fetch`, or by another that keeps the rules. */

import { NotSent, Unanswered } from "./errors.js";

/** The largest answer that is read, in bytes: 8 MiB. */
const MAX_ANSWER = 8 * 1024 * 1024;

/** A request to send as it is. */
export interface WireRequest {
  /** `GET` or `POST`. */
  readonly method: string;
  /** The whole URL. */
  readonly url: string;
  /** Names in lower case, and values. */
  readonly headers: [string, string][];
  /** The exact bytes; empty for none. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** Ends the attempt. */
  readonly signal: AbortSignal;
}

/** An answer as it came. */
export interface Answer {
  /** The HTTP status. */
  readonly status: number;
  /** Names and values, as they came. */
  readonly headers: [string, string][];
  /** The body, as it came. */
  readonly body: Uint8Array;
}

/**
 * Carries one attempt of a call: it sends the request as it is, once, and follows no redirect.
 *
 * What it throws counts as a broken connection, after which the request may have left; a {@link NotSent} says that it has not.
 */
export type Transport = (request: WireRequest) => Promise<Answer>;

/** The platform's own `fetch`, or one like it. `userAgent` is for platforms where a program may set it. */
export function fetchTransport(send: typeof fetch, userAgent?: string): Transport {
  return async ({ method, url, headers, body, signal }) => {
    const own: [string, string][] = userAgent === undefined ? [] : [["user-agent", userAgent]];
    const init: RequestInit = { method, headers: [...headers, ...own], redirect: "manual", signal, ...pageOptions() };
    if (body.length > 0) {
      init.body = body;
    }
    const response = await send(url, init).catch((error: unknown) => {
      throw neverLeft(error) ? notSent(error) : error;
    });
    return { status: response.status, headers: [...response.headers], body: await bounded(response) };
  };
}

/** No cookies and no cache, where there are any: some edge workers have neither, and refuse the options. */
function pageOptions(): RequestInit {
  return "credentials" in Request.prototype ? { credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" } : {};
}

async function bounded(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (let read = await reader?.read(); reader && read && !read.done; read = await reader.read()) {
    chunks.push(read.value);
    length += read.value.length;
    if (length > MAX_ANSWER) {
      await reader.cancel();
      const detail = `the answer is past ${MAX_ANSWER} bytes`;
      throw new Unanswered({ phase: "unanswered", code: "answer_incomplete", detail });
    }
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Failures of Node's `fetch` before anything was written. A browser does not tell, and then the request may have left. */
const BEFORE_CONNECTED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** A connection that is there may fail by the same codes, of which the system's call tells. */
function neverLeft(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause as { code?: unknown; syscall?: unknown } | undefined) : undefined;
  const wasConnected = cause?.syscall === "read" || cause?.syscall === "write";
  return typeof cause?.code === "string" && BEFORE_CONNECTED.has(cause.code) && !wasConnected;
}

function notSent(error: unknown): NotSent {
  return new NotSent({ phase: "not_sent", code: "connect_failed", detail: words(error) }, { cause: error });
}

/** What a platform says of a failure, with its cause. Anything may be thrown, and some of it is no text. */
export function words(error: unknown): string {
  try {
    if (!(error instanceof Error)) {
      return String(error);
    }
    const cause = error.cause instanceof Error ? error.cause.message || (error.cause as { code?: string }).code : undefined;
    return cause ? `${error.message}: ${cause}` : `${error.message}`;
  } catch {
    return "a failure without words";
  }
}
