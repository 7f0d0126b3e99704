/** What both entries have. */

export { type BuyerAdviceOptions, codeForBuyer } from "./buyer.js";
export { CheckoutClient, type CheckoutClientOptions } from "./checkout-client.js";
export {
  type ErrorFields,
  Invalid,
  NotSent,
  OkpayError,
  OutcomeUnknown,
  type Phase,
  Rejected,
  Unanswered,
  VerificationError,
} from "./errors.js";
export type { Fact, FeeRequest, Schedule, ScheduleSource } from "./fees.js";
export type * from "./generated/models.js";
export { currencyPlaces, Money, type MoneyValue, type Rounding } from "./money.js";
export type { AttemptReport, CallOptions, ClientOptions, WaitOptions, WithAnswer, WriteOptions } from "./options.js";
export { header, isReplayed, type Reply, requestId } from "./reply.js";
export type { Answer, Transport, WireRequest } from "./transport.js";
