/**
 * The types of the API. What runs is in the two entries:
 *
 * | entry | for | has |
 * | --- | --- | --- |
 * | `@okpay/sdk/checkout` | browsers | publishable operations, fees, money; nothing that takes a secret key |
 * | `@okpay/sdk/server` | Node, Deno, edge workers | everything |
 *
 * @packageDocumentation
 */

export type * from "./generated/models.js";
export type { MoneyValue, Rounding } from "./money.js";
