// Compiled, not run: what users write, and what the compiler must refuse.

import type { Payment, PaymentStatus } from "@okpay/sdk";
import * as checkout from "@okpay/sdk/checkout";
import { CheckoutClient, init, type WasmModule } from "@okpay/sdk/checkout";
import {
  type Claim,
  Client,
  FeeSchedule,
  isKnown,
  load,
  type MemoryStore,
  Money,
  OutcomeUnknown,
  type ReplayStore,
  VerifiedPayload,
  Verifier,
} from "@okpay/sdk/server";

const client = new Client({ baseUrl: "https://api.okpay.test", timeout: 5_000 });

export async function pay(): Promise<string> {
  const payment = await client.payments.create(
    { amount: new Money("1.00", "EUR"), method: "card", payment_method: "pm_1" },
    { idempotencyKey: "order-1", signal: AbortSignal.timeout(1_000) },
  );
  const status: PaymentStatus = payment.status;
  const amount: string = payment.amount.amount;
  return `${status} ${amount} ${payment.decline_code ?? ""}`;
}

export async function walk(): Promise<Payment[]> {
  const all: Payment[] = [];
  for await (const payment of client.payments.iterate({ limit: 100 })) {
    all.push(payment);
  }
  const { data, answer } = await client.payments.list().withAnswer();
  return answer.status === 200 ? [...data.data] : all;
}

export function handle(body: Uint8Array, headers: Headers): string | null | undefined {
  const event = new Verifier("whsec_").verify(body, headers).event();
  switch (event.type) {
    case "payment.succeeded":
      return event.data.reference;
    case "refund.succeeded":
      return event.data.payment;
    default:
      return isKnown(event) ? event.id : event.type;
  }
}

export class OwnStore implements ReplayStore {
  async claim(): Promise<Claim> {
    return { state: "done" };
  }
  async complete(): Promise<void> {}
  async release(): Promise<void> {}
}

export async function page(module: WasmModule): Promise<void> {
  await init();
  await init(fetch("okpay.wasm"), { fees: new URL("https://cdn.shop.test/fees.wasm") });
  await init(new Uint8Array(8), { fees: module });
  load(new ArrayBuffer(8));
  load(module);
  // @ts-expect-error: a server's wasm is at hand
  load("okpay.wasm");
  // @ts-expect-error: a number is no wasm
  await init(1);
  const browser = new CheckoutClient({ baseUrl: "https://api.okpay.test", publishableKey: "okp_test_pk_1" });
  await browser.checkoutSessions.confirm("cs_1", { method: "card", payment_method: "pm_1" });
  const schedule: checkout.Schedule = await checkout.FeeSchedule.fromJson("{}");
  schedule.quote({ operation: "payment", method: "card", amount: new Money("1", "EUR") });
  // @ts-expect-error: the fee engine is loaded first
  checkout.FeeSchedule.fromJson("{}").quote;
  // @ts-expect-error: and by nothing else
  new checkout.FeeSchedule({ text: "{}" });
  // @ts-expect-error: with something to load or without
  new checkout.FeeSchedule();
  // @ts-expect-error: a browser makes no payments
  browser.payments.create({});
  // @ts-expect-error: a page has no secret key
  new checkout.HmacKey("id", "secret");
}

export function wrong(store: MemoryStore, error: unknown): void {
  // @ts-expect-error: a schedule is loaded from a text
  new FeeSchedule();
  // @ts-expect-error: only a verifier makes one
  new VerifiedPayload();
  // @ts-expect-error: a number is no amount
  new Money(1.5, "EUR");
  // @ts-expect-error: the amount is missing
  client.payments.create({ method: "card" });
  // @ts-expect-error: a slip in a name
  client.payments.create({ amount: new Money("1", "EUR"), method: "card", refrence: "1" });
  // @ts-expect-error: a key is for a write
  client.payments.retrieve("pay_1", { idempotencyKey: "order-1" });
  if (error instanceof OutcomeUnknown && error.idempotencyKey !== undefined) {
    void client.resolve(error.idempotencyKey);
  }
  const claim = store.claim("orders", "evt_1");
  // @ts-expect-error: only a new claim has a token
  store.complete(claim.token);
}
