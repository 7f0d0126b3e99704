/**
 * `@okpay/sdk/checkout`: what runs in a buyer's browser. `await init()` comes first.
 *
 * | file | what |
 * | --- | --- |
 * | `load-checkout.ts` | {@link init}: the wasm, fetched and compiled; {@link loadFees}: the fee engine, a file of its own |
 * | `checkout-client.ts` | {@link CheckoutClient}: the publishable operations, whose methods are in `generated/checkout.ts` |
 * | `send.ts`, `transport.ts` | the send loop, and `fetch` |
 * | `page-fees.ts`, `fees.ts`, `money.ts` | fees and money |
 * | `page-advice.ts`, `buyer.ts` | what a buyer is told of a decline |
 * | `checks.ts` | checks of what people type |
 * | `errors.ts`, `core.ts` | errors; the one instance of the core, made anew after a trap |
 *
 * @packageDocumentation
 */

export * as checks from "./checks.js";
export * from "./common.js";
export type { WasmCode, WasmModule } from "./load.js";
export { init, loadFees, type PartSources, type WasmSource } from "./load-checkout.js";
export { adviceForDecline } from "./page-advice.js";
export { FeeSchedule } from "./page-fees.js";
