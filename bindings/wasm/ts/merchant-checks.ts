/** The checks of what people type: those of a buyer's page, and of what only merchants take. */

import type { Iban } from "./generated/models.js";
import { askServer } from "./server-core.js";

export * from "./checks.js";

/**
 * Reads an IBAN (ISO 13616) as people write it, with or without spaces, in capitals or not.
 *
 * @throws {@link Invalid}: `iban_malformed`, `iban_unknown_country` or `iban_checksum`.
 */
export function iban(typed: string): Iban {
  return JSON.parse(askServer((core) => core.checkIban(typed)));
}
