/** The diagnostic bundle of a support ticket: versions and the last failures, and never a secret. */

import { OkpayError } from "./errors.js";
import type { DiagnosticBundle } from "./generated/models.js";
import type { AttemptReport } from "./options.js";
import { askServer } from "./server-core.js";

/** What tells where it runs; none of it is there everywhere. */
interface Host {
  readonly process?: {
    readonly versions?: Record<string, string | undefined>;
    readonly platform?: string;
    readonly arch?: string;
  };
  readonly Deno?: { readonly version: { readonly deno: string }; readonly build: { readonly os: string; readonly arch: string } };
  readonly Bun?: { readonly version: string };
}

/**
 * Puts a bundle together for `client.tickets.create`: from errors, and from reports of attempts as `onAttempt` is given them, oldest first;
 * the last 20 are kept. Known codes and operations, ids of OKPay's form and numbers are in it, and no text that anybody could have written.
 */
export function diagnosticBundle(...failures: readonly (OkpayError | AttemptReport)[]): DiagnosticBundle {
  const incidents = failures.map((failure) => (failure instanceof OkpayError ? ofError(failure) : ofReport(failure)));
  const sources = { language: "javascript", ...host(), incidents };
  return JSON.parse(askServer((core) => core.assembleDiagnostics(JSON.stringify(sources))));
}

function ofError(error: OkpayError) {
  const { phase, code, declineCode, status, param, object, requestId, idempotencyKey } = error;
  return {
    phase,
    code,
    decline_code: declineCode,
    status,
    param,
    object,
    request_id: requestId,
    idempotency_key: idempotencyKey,
  };
}

function ofReport(report: AttemptReport) {
  const { operation, attempt, status, failure, requestId, elapsed } = report;
  return { operation, attempt, status, code: failure, request_id: requestId, elapsed_ms: Math.max(0, Math.round(elapsed)) };
}

function host() {
  const { process, Deno, Bun } = globalThis as unknown as Host;
  if (Deno) {
    return { runtime: `Deno ${Deno.version.deno}`, platform: `${Deno.build.os} ${Deno.build.arch}` };
  }
  const platform = process?.platform && process.arch ? `${process.platform} ${process.arch}` : undefined;
  const runtime = Bun ? `Bun ${Bun.version}` : process?.versions?.node ? `Node.js ${process.versions.node}` : undefined;
  return { runtime, platform };
}
