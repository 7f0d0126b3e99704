/** HMAC-SHA256 by the host where it has one that answers at once (Node, Deno, Bun, workers with Node's modules): faster than core's in wasm. */

import { hostProcess } from "./load.js";

/** What core asks for the MACs of one webhook. */
export interface HostMac {
  /** The MAC by the secret at a place of the list, over the text and the body. */
  v1(secret: number, prefix: string): Uint8Array;
}

/** From how many bytes on: below, to ask takes longer than to hash. */
const WORTH_ASKING = 1024;

/** What is used of `node:crypto`. */
interface Crypto {
  createSecretKey(bytes: Uint8Array): unknown;
  createHmac(algorithm: "sha256", key: unknown): Hmac;
}

interface Hmac {
  update(data: string | Uint8Array): Hmac;
  digest(): Uint8Array;
}

/**
 * Gives the MACs by these secrets over a body from so many bytes on; nothing where the host has no HMAC of its own. A public key has no
 * secret.
 */
export function hostMac(
  secrets: readonly (Uint8Array | undefined)[],
  from: number = WORTH_ASKING,
): (body: Uint8Array) => HostMac | undefined {
  const crypto = hostProcess()?.getBuiltinModule?.("node:crypto") as Crypto | undefined;
  if (crypto?.createHmac === undefined || crypto.createSecretKey === undefined) {
    return () => undefined;
  }
  const keys = secrets.map((secret) => secret && crypto.createSecretKey(secret));
  const mac = (secret: number, prefix: string, body: Uint8Array) =>
    crypto.createHmac("sha256", keys[secret]).update(prefix).update(body).digest();
  return (body) => (body.length < from ? undefined : { v1: (secret, prefix) => mac(secret, prefix, body) });
}
