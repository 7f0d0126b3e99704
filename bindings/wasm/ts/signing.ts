/** Requests and answers, signed and proven as RFC 9421 has it, for those who bring their own HTTP. */

import { Held } from "./core.js";
import { askServer, type ServerCore } from "./server-core.js";
import { type Body, bytes, type HeadersLike, headerText, type Moment, millis, nonce } from "./values.js";
import type { Key as CoreKey } from "./wasm/okpay_server.js";

/** A key that signs. Its secret is never shown, in no text and in no JSON. */
export abstract class SigningKey {
  /** The public name of the key. */
  readonly keyId: string;
  readonly #held: Held<CoreKey>;

  /** @internal */
  constructor(keyId: string, make: (core: ServerCore) => CoreKey) {
    this.keyId = keyId;
    this.#held = Held.made((core) => make(core as unknown as ServerCore));
  }

  /** @internal */
  static held(key: SigningKey): Held<CoreKey> {
    if (!(key instanceof SigningKey)) {
      throw new TypeError("a key that signs is an HmacKey or an Ed25519Key");
    }
    return key.#held;
  }
}

/** A server's secret key, for HMAC-SHA256 (RFC 9421 §3.3.3). */
export class HmacKey extends SigningKey {
  /**
   * @param keyId - the public id.
   * @param secret - `okp_test_sk_…` or `okp_live_sk_…`, or its bytes.
   * @throws {@link Invalid}: `invalid_key`.
   */
  constructor(keyId: string, secret: string | Uint8Array) {
    const own = typeof secret === "string" ? secret : secret.slice();
    super(keyId, (core) => (typeof own === "string" ? core.Key.hmacFromText(keyId, own) : core.Key.hmacFromBytes(keyId, own)));
  }

  /** Whether the key moves real money. A key whose mode is not known counts as live. */
  get livemode(): boolean {
    return SigningKey.held(this).use((key) => key.livemode()) ?? true;
  }
}

/** A device's or gateway's private key, for Ed25519 (RFC 9421 §3.3.6). */
export class Ed25519Key extends SigningKey {
  /**
   * @param keyId - the public id.
   * @param seed - 32 bytes.
   * @throws {@link Invalid}: `invalid_key`.
   */
  constructor(keyId: string, seed: Uint8Array) {
    const own = seed.slice();
    super(keyId, (core) => core.Key.ed25519(keyId, own));
  }

  /** The public half. */
  get publicKey(): PublicKey {
    return PublicKey.parse(SigningKey.held(this).use((key) => key.publicKey()) ?? "");
  }
}

/** A public key for Ed25519, under the id by which it is trusted. */
export class PublicKey {
  /** The id. */
  readonly keyId: string;
  readonly #text: string;

  /** @throws {@link Invalid}: `invalid_key`. */
  constructor(keyId: string, publicBytes: Uint8Array) {
    this.keyId = keyId;
    this.#text = askServer((core) => core.publicKeyText(keyId, publicBytes));
  }

  /** From its text, `keyid=base64`. */
  static parse(text: string): PublicKey {
    const [keyId = ""] = text.split("=", 1);
    return new PublicKey(
      keyId.trim(),
      askServer((core) => core.publicKeyBytes(text)),
    );
  }

  /** The 32 bytes. */
  get bytes(): Uint8Array {
    return askServer((core) => core.publicKeyBytes(this.#text));
  }

  /** Its text, `keyid=base64`. */
  toString(): string {
    return this.#text;
  }
}

/** A request that is to be signed. */
export interface RequestToSign {
  /** `GET`, `POST`, … */
  readonly method: string;
  /** The whole URL. */
  readonly url: string;
  /** Its headers; `Content-Type` and `Idempotency-Key` are signed. */
  readonly headers?: HeadersLike;
  /** The exact bytes; empty for none. */
  readonly body?: Body;
}

/** A request that came in. */
export type ReceivedRequest = Required<Pick<RequestToSign, "method" | "url" | "headers">> & Pick<RequestToSign, "body">;

/** What {@link verifyRequest} has proven. Times are in seconds since 1970. */
export interface VerifiedRequest {
  /** The id of the key that signed. */
  readonly keyId: string;
  /** `hmac-sha256` or `ed25519`. */
  readonly algorithm: string;
  /** When it was signed. */
  readonly created: number;
  /** Until when it holds. */
  readonly expires: number;
  /** Used once: whoever takes requests refuses one that was there before. */
  readonly nonce: string;
  /** Until when the nonce has to be remembered. */
  readonly nonceKeptUntil: number;
  /** The idempotency key, if there is one. */
  readonly idempotencyKey: string | null;
}

/** The request that an answer is to: its nonce, and the id of the key that it was proven with. */
export interface AnsweredRequest {
  /** The nonce. */
  readonly nonce: string;
  /** The id of the key. */
  readonly keyId: string;
}

/** An answer that is to be signed, or that came in. */
export interface AnswerMessage {
  /** The HTTP status. */
  readonly status: number;
  /** Its headers. */
  readonly headers?: HeadersLike;
  /** The exact bytes; empty for none. */
  readonly body?: Body;
}

/** What {@link verifyAnswer} has proven. */
export interface VerifiedAnswer {
  /** When it was signed, in seconds since 1970. */
  readonly created: number;
  /** The id of the gateway's key. */
  readonly keyId: string;
  /** The request that it is to, if it says so. */
  readonly request: AnsweredRequest | null;
}

/**
 * Signs a request: the headers that are to be added.
 *
 * @param options - `created` is now by default, `nonce` 128 random bits in base64url.
 */
export function signRequest(
  request: RequestToSign,
  key: SigningKey,
  options: { readonly created?: Moment; readonly nonce?: string } = {},
): Record<string, string> {
  const { method, url, headers = [], body = "" } = request;
  const signed = SigningKey.held(key).use((held) =>
    askServer((core) =>
      core.signRequest(method, url, headerText(headers), bytes(body), held, millis(options.created), options.nonce ?? nonce()),
    ),
  );
  return Object.fromEntries(JSON.parse(signed));
}

/**
 * Proves a request: signature, digest and time. The nonce and the idempotency key are the caller's to look up.
 *
 * @param key - the key, or what finds it by its id.
 * @throws {@link VerificationError}.
 */
export function verifyRequest(
  request: ReceivedRequest,
  key: SigningKey | PublicKey | ((keyId: string) => SigningKey | PublicKey),
  now?: Moment,
): VerifiedRequest {
  const { method, url, headers, body = "" } = request;
  const read = ({ Claim }: ServerCore) => Claim.read(method, url, headerText(headers), bytes(body));
  const claim = Held.kept((core) => read(core as unknown as ServerCore));
  try {
    const found = typeof key === "function" ? key(claim.use((held) => held.keyId())) : key;
    const text =
      found instanceof PublicKey
        ? claim.use((held) => held.verifyPublic(found.toString(), millis(now)))
        : SigningKey.held(found).use((secret) => claim.use((held) => held.verify(secret, millis(now))));
    return JSON.parse(text);
  } finally {
    claim.free();
  }
}

/** Signs an answer, as the gateway does: the headers that are to be added. `request` is the one that it is to, once it is proven. */
export function signAnswer(
  answer: AnswerMessage,
  key: Ed25519Key,
  options: { readonly created?: Moment; readonly request?: AnsweredRequest } = {},
): Record<string, string> {
  const { status, headers = [], body = "" } = answer;
  const { created, request } = options;
  const signed = SigningKey.held(key).use((held) =>
    askServer((core) =>
      core.signAnswer(status, headerText(headers), bytes(body), held, millis(created), request?.nonce, request?.keyId),
    ),
  );
  return Object.fromEntries(JSON.parse(signed));
}

/**
 * Proves an answer with the gateway's public keys (or their text, as `OKPAY_GATEWAY_KEYS` has it).
 *
 * @param request - the request that it must be to.
 * @throws {@link VerificationError}.
 */
export function verifyAnswer(
  answer: AnswerMessage,
  keys: readonly PublicKey[] | string,
  request?: AnsweredRequest,
): VerifiedAnswer {
  const { status, headers = [], body = "" } = answer;
  const text = typeof keys === "string" ? keys : keys.join(",");
  return JSON.parse(
    askServer((core) => core.verifyAnswer(status, headerText(headers), bytes(body), text, request?.nonce, request?.keyId)),
  );
}

/** The value of `Content-Digest` (RFC 9530) of a body. */
export function contentDigest(body: Body): string {
  return askServer((core) => core.contentDigest(bytes(body)));
}

/**
 * The SHA-256 of a file's content, 64 hexadecimal digits: what the field `sha256` of an attachment, a document of identity or a file of
 * evidence takes. The file itself stays where it is.
 */
export function fileDigest(content: Body): string {
  return askServer((core) => core.fileDigest(bytes(content)));
}

/** Proves a body by its `Content-Digest`. */
export function verifyContentDigest(field: string, body: Body): void {
  askServer((core) => core.verifyContentDigest(field, bytes(body)));
}
