/** What can go wrong, named by what it means for the caller: the class says what may be done next, `code` says what happened. */

import type { DeclineCode, ErrorCode } from "./generated/models.js";

/** The fields of an {@link OkpayError}. */
export interface ErrorFields {
  /** See {@link OkpayError.phase}. */
  phase: Phase;
  /** See {@link OkpayError.code}. */
  code: ErrorCode;
  /** See {@link OkpayError.detail}. */
  detail: string;
  /** See {@link OkpayError.param}. */
  param?: string | null;
  /** See {@link OkpayError.declineCode}. */
  declineCode?: DeclineCode | null;
  /** See {@link OkpayError.object}. */
  object?: string | null;
  /** See {@link OkpayError.state}. */
  state?: string | null;
  /** See {@link OkpayError.status}. */
  status?: number | null;
  /** See {@link OkpayError.requestId}. */
  requestId?: string | null;
  /** See {@link OkpayError.idempotencyKey}. */
  idempotencyKey?: string | null;
  /** See {@link OkpayError.suggestedAction}. */
  suggestedAction?: string;
}

/** Every error of the SDK. */
export class OkpayError extends Error {
  /** The phase in which it went wrong; each but the unknown ones has its own class. */
  readonly phase: Phase;
  /** The stable code to branch on. */
  readonly code: ErrorCode;
  /** For people: what, where and what to do. Not part of the contract. */
  readonly detail: string;
  /** The field or fact at fault, as a path such as `amount.currency`. */
  readonly param: string | undefined;
  /** Why a payment was declined. */
  readonly declineCode: DeclineCode | undefined;
  /** The object that was made all the same: the payment that was declined, which another card may still pay. */
  readonly object: string | undefined;
  /** Of what was waited for, the last state that was read. */
  readonly state: string | undefined;
  /** The HTTP status, if an answer came. */
  readonly status: number | undefined;
  /** The gateway's id of the request, for support. */
  readonly requestId: string | undefined;
  /** The key of the call, under which an unknown outcome can be resolved. */
  readonly idempotencyKey: string | undefined;
  /** What to do next, in one English sentence; `advice` says more, in two languages. */
  readonly suggestedAction: string;

  constructor(fields: ErrorFields, options?: { cause?: unknown }) {
    super(message(fields), options);
    this.name = new.target.name;
    this.phase = fields.phase;
    this.code = fields.code;
    this.detail = fields.detail;
    this.param = fields.param ?? undefined;
    this.declineCode = fields.declineCode ?? undefined;
    this.object = fields.object ?? undefined;
    this.state = fields.state ?? undefined;
    this.status = fields.status ?? undefined;
    this.requestId = fields.requestId ?? undefined;
    this.idempotencyKey = fields.idempotencyKey ?? undefined;
    this.suggestedAction = fields.suggestedAction ?? "";
  }

  /** The fields, for logs. Nothing in them is secret. */
  toJSON(): ErrorFields {
    const { phase, code, detail, param, declineCode, object, state, status, requestId, idempotencyKey, suggestedAction } = this;
    const optional = { param, declineCode, object, state, status, requestId, idempotencyKey };
    const given = Object.entries(optional).filter(([, value]) => value !== undefined);
    return { phase, code, detail, ...Object.fromEntries(given), suggestedAction };
  }
}

/** A value was refused here, before anything was sent: mend it. */
export class Invalid extends OkpayError {}

/** The call did not leave this machine; nothing happened, and it may be made again. */
export class NotSent extends OkpayError {}

/** The gateway said no, verifiably and for this very call. */
export class Rejected extends OkpayError {}

/** A write may or may not have happened: resolve it by its `idempotencyKey`, and never repeat it under a new key before. */
export class OutcomeUnknown extends OkpayError {}

/** A read got no usable answer. It changed nothing, and may be repeated. */
export class Unanswered extends OkpayError {}

/** Something was not what it claims to be: do not act on it. */
export class VerificationError extends OkpayError {}

const CLASSES = {
  invalid: Invalid,
  not_sent: NotSent,
  rejected: Rejected,
  outcome_unknown: OutcomeUnknown,
  unanswered: Unanswered,
  verification: VerificationError,
};

/** The phase in which something went wrong. */
export type Phase = keyof typeof CLASSES | (string & {});

/** The error of these fields, of its phase's class. */
export function fromFields(fields: ErrorFields, cause?: unknown): OkpayError {
  const Class = (CLASSES as Record<string, typeof OkpayError>)[fields.phase] ?? OkpayError;
  return new Class(fields, cause === undefined ? undefined : { cause });
}

/** The error that the core told as JSON. */
export function fromText(text: string, cause?: unknown): OkpayError {
  return fromFields(JSON.parse(text) as ErrorFields, cause);
}

/** What a trap of the core is told as: a defect of ours, and after a write, under its key, it is not known what became of it. */
export function panicked(cause: unknown, idempotencyKey?: string): OkpayError {
  const unknown = idempotencyKey !== undefined;
  return fromFields(
    {
      phase: unknown ? "outcome_unknown" : "invalid",
      code: "sdk_panicked",
      detail: "a defect in the SDK: it stopped in the middle; the console says where. Please report it",
      idempotencyKey: idempotencyKey ?? null,
      suggestedAction: unknown
        ? "Resolve the call by its idempotency key before you make another."
        : "Report it; nothing was sent by this.",
    },
    cause,
  );
}

function message(fields: ErrorFields): string {
  const parts = [`${fields.detail} (${fields.code})${fields.param ? ` at ${fields.param}` : ""}`];
  if (fields.declineCode) {
    parts.push(`decline ${fields.declineCode}`);
  }
  if (fields.state) {
    parts.push(`state ${fields.state}`);
  }
  if (fields.requestId) {
    parts.push(`request ${fields.requestId}`);
  }
  if (fields.idempotencyKey) {
    parts.push(`idempotency key ${fields.idempotencyKey}`);
  }
  return parts.join(", ");
}
