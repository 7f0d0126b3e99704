/** A delivery, from its bytes to its answer. Any 2xx is taken as received; anything else comes again later. */

import { type Event, OkpayError, VerificationError, type VerifiedPayload, Verifier } from "@okpay/sdk/server";
import type { Resource } from "./resource.js";

/** What the worker is bound to. */
export interface Environment {
  /** The endpoint's secret; during a rotation the new and the old one, separated by a comma. */
  readonly OKPAY_WEBHOOK_SECRETS: string;
  readonly RESOURCES: DurableObjectNamespace<Resource>;
}

/** The largest delivery, in bytes. */
const MAX_BODY = 1024 * 1024;

/** Proves a delivery, and hands its event to the resource that it tells of. */
export async function receive(request: Request, environment: Environment, now = new Date()): Promise<Response> {
  const body = await bounded(request);
  if (body === undefined) {
    return new Response("too large\n", { status: 413 });
  }
  let payload: VerifiedPayload;
  let event: Event;
  try {
    payload = verifier(environment.OKPAY_WEBHOOK_SECRETS).verify(body, request.headers, now);
    event = payload.event();
  } catch (error) {
    return refused(error);
  }
  // One object a resource: its events meet there, from whichever edge they came, one after the other.
  const name = (event.data as { readonly id?: string }).id ?? event.type;
  const outcome = await environment.RESOURCES.getByName(name).take(payload.id, event);
  return new Response(`${outcome}\n`);
}

/** One verifier as long as the secrets stay. */
let made: { readonly secrets: string; readonly verifier: Verifier } | undefined;

function verifier(secrets: string): Verifier {
  if (made?.secrets !== secrets) {
    made = { secrets, verifier: new Verifier(secrets.split(",").map((secret) => secret.trim())) };
  }
  return made.verifier;
}

/** Whoever sent it learns the code and no more; `diagnose` of the SDK says in a terminal why a signature does not hold. */
function refused(error: unknown): Response {
  if (!(error instanceof OkpayError)) {
    throw error;
  }
  console.warn(`refused: ${error.message}`);
  return new Response(`${error.code}\n`, { status: error instanceof VerificationError ? 400 : 500 });
}

/** The body, unless it is too large; what claims to be short is counted all the same. */
async function bounded(request: Request): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > MAX_BODY) {
      return undefined;
    }
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
