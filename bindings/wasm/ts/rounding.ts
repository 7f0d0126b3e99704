/** The seven roundings of whole numbers. */

import type { Rounding } from "./money.js";
import { askServer } from "./server-core.js";

/** The whole number that a fraction becomes by one of the seven roundings. */
export function divide(numerator: bigint, denominator: bigint, rounding: Rounding = "half_up"): bigint {
  return BigInt(askServer((core) => core.divide(String(numerator), String(denominator), rounding)));
}
