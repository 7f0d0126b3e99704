/**
 * `@okpay/sdk/server`: everything, for Node, Deno, Bun and edge workers. Where there are files it loads itself, at the first use; an edge
 * worker gives it the module first, see {@link load}.
 *
 * | file | what |
 * | --- | --- |
 * | `load-server.ts` | {@link load}: the wasm, from its file or a module |
 * | `client.ts` | {@link Client}: every operation, whose methods are in `generated/server.ts` |
 * | `wait.ts` | `wait`: until a resource has come to its end |
 * | `journal.ts`, `journaling.ts` | {@link Journal}: every write on disk before its first try; `recover` |
 * | `file-journal.ts`, `file-lock.ts`, `host-files.ts` | {@link FileJournal}: one in a file, with one owner |
 * | `host-mac.ts` | the host's own HMAC for webhooks, which is faster than core's in wasm |
 * | `webhooks.ts`, `replay.ts` | {@link Verifier}, signing, diagnosis, order; {@link ReplayStore} |
 * | `signing.ts` | keys; requests and answers signed and proven |
 * | `totp.ts` | one-time codes of an authenticator app |
 * | `payment-requests.ts` | what a wallet scans |
 * | `diagnostics.ts`, `official.ts` | what a ticket may know of a failure; whether something is really OKPay's |
 * | `advice.ts` | what a merchant does about a failure, and what a buyer is told |
 * | `merchant-fees.ts`, `merchant-checks.ts`, `rounding.ts` | the whole fee engine, all checks, exact division |
 * | the rest | as in `@okpay/sdk/checkout` |
 *
 * @packageDocumentation
 */

import { loadWhenNeeded } from "./load-server.js";

export { adviceFor, adviceForCode, adviceForDecline } from "./advice.js";
export { Client, type ServerClientOptions } from "./client.js";
export * from "./common.js";
export { diagnosticBundle } from "./diagnostics.js";
export { FileJournal } from "./file-journal.js";
export type { Journal, JournalEntry, JournaledCall, Recovered } from "./journal.js";
export type { WasmCode, WasmModule } from "./load.js";
export { load } from "./load-server.js";
export * as checks from "./merchant-checks.js";
export { FeeSchedule, type QuoteColumns } from "./merchant-fees.js";
export { OfficialList, type OfficialListOptions } from "./official.js";
export * as paymentRequests from "./payment-requests.js";
export { type Claim, type ClaimToken, MemoryStore, type ReplayStore } from "./replay.js";
export { divide } from "./rounding.js";
export {
  type AnsweredRequest,
  type AnswerMessage,
  contentDigest,
  Ed25519Key,
  fileDigest,
  HmacKey,
  PublicKey,
  type ReceivedRequest,
  type RequestToSign,
  type SigningKey,
  signAnswer,
  signRequest,
  type VerifiedAnswer,
  type VerifiedRequest,
  verifyAnswer,
  verifyContentDigest,
  verifyRequest,
} from "./signing.js";
export { TotpKey, type TotpOptions } from "./totp.js";
export type { Body, HeadersLike, Moment } from "./values.js";
export {
  apply,
  type DiagnosisHints,
  diagnose,
  isKnown,
  sign,
  signDelivery,
  VerifiedPayload,
  Verifier,
  type VerifierOptions,
  webhookSecret,
} from "./webhooks.js";

loadWhenNeeded();
