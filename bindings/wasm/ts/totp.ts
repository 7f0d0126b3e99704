/** One-time codes of an authenticator app (RFC 6238), for a merchant's own sign-in. */

import { Held } from "./core.js";
import type { ServerCore } from "./server-core.js";
import { type Moment, millis, whole } from "./values.js";
import type { TotpKey as CoreTotpKey } from "./wasm/okpay_server.js";

/** What the app has to know beside the secret. The defaults are what every app knows. */
export interface TotpOptions {
  /** The hash; `SHA1` by default, for whose use here its collisions do not matter. */
  readonly algorithm?: "SHA1" | "SHA256" | "SHA512";
  /** 6 to 8; 6 by default. */
  readonly digits?: number;
  /** How long a code is good, in seconds, 15 to 120; 30 by default. */
  readonly period?: number;
}

/** The secret that an app and a server share, and how codes come from it. It is never shown, in no text and in no JSON. */
export class TotpKey {
  readonly #held: Held<CoreTotpKey>;

  /**
   * @param secret - 16 to 128 random bytes (RFC 4226 recommends 20), or their text in Base32, as apps show it.
   * @throws {@link Invalid}: `invalid_key`, `invalid_parameter`.
   */
  constructor(secret: Uint8Array | string, options: TotpOptions = {}) {
    const own = typeof secret === "string" ? secret : secret.slice();
    const { algorithm = "SHA1" } = options;
    const [digits, period] = [whole("digits", options.digits ?? 6), whole("period", options.period ?? 30)];
    this.#held = Held.made((loaded) => {
      const { TotpKey: Key } = loaded as unknown as ServerCore;
      return typeof own === "string"
        ? Key.fromBase32(own, algorithm, digits, period)
        : Key.fromBytes(own, algorithm, digits, period);
    });
  }

  /** The code at a moment; now by default. */
  code(now?: Moment): string {
    return this.#held.use((key) => key.code(millis(now)));
  }

  /**
   * Proves a code that somebody typed, and gives its step: keep that with the account, and hand it in as `lastUsed` the next time, so that
   * no code is taken twice (RFC 6238, section 5.2). Count the failures of an account and slow it down: six digits are guessed in half a
   * million tries.
   *
   * @param options - `window` is how many steps a code may be early or late: 1 by default, at most 10.
   * @throws {@link VerificationError}: `one_time_code_mismatch`.
   */
  verify(typed: string, options: { readonly now?: Moment; readonly window?: number; readonly lastUsed?: number } = {}): number {
    const window = whole("window", options.window ?? 1);
    const lastUsed = options.lastUsed === undefined ? undefined : BigInt(options.lastUsed);
    return Number(this.#held.use((key) => key.verify(typed, millis(options.now), window, lastUsed)));
  }

  /** The link that an app takes as a QR code: `otpauth://totp/issuer:account?…`. It holds the secret: show it once, over HTTPS. */
  uri(issuer: string, account: string): string {
    return this.#held.use((key) => key.uri(issuer, account));
  }
}
