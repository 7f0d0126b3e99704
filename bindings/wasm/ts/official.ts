/** Is this really OKPay? Pages, mail addresses, telephone numbers and social accounts, held offline against a signed list. */

import type { OfficialCheck, OfficialKind, OfficialListEnvelope } from "./generated/models.js";
import { askServer } from "./server-core.js";

/** How a list is proven. */
export interface OfficialListOptions {
  /** The keys that are trusted for official lists, `whpk_…`. */
  readonly publicKeys: readonly string[];
  /** The version of the last list that was accepted; an older one is refused. */
  readonly lastAcceptedVersion?: string;
}

/**
 * A list whose signature is verified. Keep {@link OfficialList.version} with it, and give it as `lastAcceptedVersion` for the next one, so
 * that nobody can bring an older list back. What is asked about never leaves this machine.
 */
export class OfficialList {
  /** The version of the list. */
  readonly version: string;
  readonly #envelope: string;
  readonly #options: OfficialListOptions;

  /** From an envelope as `client.officialList.current()` gives it, or from its JSON. Throws if it is not proven. */
  constructor(envelope: OfficialListEnvelope | string, options: OfficialListOptions) {
    this.#envelope = typeof envelope === "string" ? envelope : JSON.stringify(envelope);
    this.#options = { ...options, publicKeys: [...options.publicKeys] };
    this.version = this.url("").list_version;
  }

  /** Judges a page, by what a browser would really open. */
  url(url: string): OfficialCheck {
    return this.#check("url", url);
  }

  /** Judges a mail address: the address alone, without a name in front of it. */
  email(address: string): OfficialCheck {
    return this.#check("email", address);
  }

  /** Judges a telephone number with its country code. */
  phone(number: string): OfficialCheck {
    return this.#check("phone", number);
  }

  /** Judges an account on a platform such as `x`. */
  social(platform: string, handle: string): OfficialCheck {
    return this.#check("social", handle, platform);
  }

  #check(kind: OfficialKind, value: string, platform?: string): OfficialCheck {
    const { publicKeys, lastAcceptedVersion } = this.#options;
    const subject = JSON.stringify({ kind, value, platform });
    return JSON.parse(askServer((core) => core.isOfficial(this.#envelope, [...publicKeys], lastAcceptedVersion, subject)));
  }
}
