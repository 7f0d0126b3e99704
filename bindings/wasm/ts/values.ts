/** Times, bytes, headers and random numbers as the core takes them. */

/** A moment: a `Date`, or milliseconds since 1970, as `Date.now()` gives them. */
export type Moment = Date | number;

/** A body: the raw bytes, or the text that was sent. */
export type Body = Uint8Array | ArrayBuffer | string;

/** Headers, in any of the forms in which they come. */
export type HeadersLike =
  | Iterable<readonly [string, string]>
  | Headers
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** Milliseconds since 1970; now, if there is none. */
export function millis(moment?: Moment): bigint {
  const since = Math.trunc(moment === undefined ? Date.now() : Number(moment));
  if (!Number.isSafeInteger(since)) {
    throw new TypeError(`a moment is a valid Date or milliseconds since 1970, not ${String(moment)}`);
  }
  return BigInt(since);
}

/** The bytes of a body. */
export function bytes(body: Body): Uint8Array {
  if (typeof body === "string") {
    return new TextEncoder().encode(body);
  }
  if (body instanceof ArrayBuffer) {
    return new Uint8Array(body);
  }
  if (body instanceof Uint8Array) {
    return body;
  }
  throw new TypeError("a body is the raw bytes or the text as it came: read it before anything parses it");
}

/** Names and values as JSON; only those whose name is wanted. */
export function headerText(headers: HeadersLike, wanted: (name: string) => boolean = () => true): string {
  const pairs = isIterable(headers) ? [...headers] : Object.entries(headers).flatMap(pairsOf);
  return JSON.stringify(pairs.filter(([name]) => wanted(name)));
}

function isIterable(headers: HeadersLike): headers is Iterable<readonly [string, string]> {
  return Symbol.iterator in headers;
}

function pairsOf([name, value]: [string, string | readonly string[] | undefined]): [string, string][] {
  const values = typeof value === "string" ? [value] : (value ?? []);
  return values.map((one) => [name, one]);
}

/** Random bytes of the platform. */
export function random(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** 128 random bits in base64url. */
export function nonce(): string {
  const text = btoa(String.fromCharCode(...random(16)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** One text, or several, as JSON. */
export function listText(texts: string | readonly string[]): string {
  return JSON.stringify(typeof texts === "string" ? [texts] : texts);
}

/** A count, or a length of time. */
export function whole<T extends number | undefined>(name: string, value: T): T {
  if (value !== undefined && !(Number.isInteger(value) && value >= 0 && value < 2 ** 32)) {
    throw new RangeError(`${name} is a whole number that is not negative, not ${value}`);
  }
  return value;
}
