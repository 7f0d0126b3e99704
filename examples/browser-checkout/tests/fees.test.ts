// The page's own figures are the gateway's, to the cent, for every way to pay.

import { readFileSync } from "node:fs";
import { CheckoutClient, type CheckoutSession, FeeSchedule, init, Money } from "@okpay/sdk/checkout";
import { beforeAll, describe, expect, test } from "vitest";
import { money } from "../page/format.js";
import { type CardFacts, cheapest, type Price, pricesOf, waysOf } from "../page/prices.js";
import { World } from "./support.js";

const world = World.ofFile();

const wasm = (name: string) => readFileSync(new URL(import.meta.resolve(`@okpay/sdk/${name}.wasm`)));

beforeAll(() => init(wasm("checkout"), { fees: wasm("checkout-fees") }));

const AMOUNTS = ["1.00", "19.99", "129.00", "4999.99", "5000.00"];

async function schedule(): Promise<FeeSchedule> {
  const text = JSON.stringify(await world.client.feeSchedules.current());
  return FeeSchedule.fromEnvelope(text, [world.settings.feeKey]);
}

describe.each(["USD", "EUR", "GBP"])("in %s", (currency) => {
  test.each(AMOUNTS)("%s: every way", async (amount) => {
    const order = await world.order({ amount: { amount, currency } });
    const session = await order.session();
    const own = pricesOf(session, await schedule(), undefined);
    const { data } = await world.client.checkoutSessions.fees(session.id);
    expect(own.map(({ way }) => way)).toEqual(waysOf(session));
    const shown = own.map((price) => [
      price.way.method,
      price.way.network,
      price.kind === "exact" ? price.surcharge.amount : undefined,
      price.kind === "exact" ? price.total.amount : undefined,
    ]);
    const theirs = data.map((fee) => [fee.method, fee.network ?? undefined, fee.surcharge?.amount, fee.total?.amount]);
    expect(shown.sort()).toEqual(theirs.sort());
    expect(own.filter(({ kind }) => kind === "unavailable")).toEqual([]);
  });

  test("a card, once it is known", async () => {
    for (const number of ["4242424242424242", "5555555555554444", "4000000000000077", "4000056655665556"]) {
      const order = await world.order({ amount: { amount: "129.00", currency } });
      const card = await token(number);
      const session = await order.session();
      const price = pricesOf(session, await schedule(), undefined, card).find(({ way }) => way.method === "card");
      await world.client.checkoutSessions.confirm(session.id, { method: "card", payment_method: card.id });
      const { total } = await order.session();
      expect([number, price?.kind, price?.kind === "exact" && price.total.amount]).toEqual([number, "exact", total?.amount]);
    }
  });
});

describe("a coupon of the shop's", () => {
  test.each(["WELCOME", "TEN-CENTS"])("%s: lowers the page's figures as it does the gateway's", async (coupon) => {
    for (const number of ["4242424242424242", "4000000000000077"]) {
      const order = await world.order({ amount: { amount: "129.00", currency: "EUR" }, coupon });
      const [card, session] = [await token(number), await seenByBrowser(order.link)];
      expect(session.coupon).toBe(coupon);
      const dear = pricesOf({ ...session, coupon: null }, await schedule(), undefined, card);
      const own = pricesOf(session, await schedule(), undefined, card);
      await world.client.checkoutSessions.confirm(session.id, { method: "card", payment_method: card.id });
      const { total } = await order.session();
      expect([number, cardTotal(own)]).toEqual([number, total?.amount]);
      expect(cardTotal(dear)).not.toBe(total?.amount);
    }
  });

  test("it is charged what the button says", async () => {
    const order = await world.order({ coupon: "WELCOME" });
    const buyer = await world.buyer();
    await buyer.open(order.link);
    await buyer.typeCard("4242424242424242");
    // Half of 2.9 % of 129.00 and 0.30, which is 4.04.
    await buyer.page.locator("button.pay", { hasText: "$131.02" }).waitFor();
    await buyer.pay();
    await buyer.sees("Paid");
    expect([(await order.session()).total?.amount, await buyer.text("main")]).toEqual([
      "131.02",
      expect.stringContaining("$131.02"),
    ]);
    await buyer.close();
  });
});

function cardTotal(prices: readonly Price[]): string | undefined {
  const price = prices.find(({ way }) => way.method === "card");
  return price?.kind === "exact" ? price.total.amount : undefined;
}

test("the page shows them, with and without the gateway's, and marks the cheapest", async () => {
  const order = await world.order();
  const { data } = await world.client.checkoutSessions.fees((await order.session()).id);
  for (const alone of [true, false]) {
    const buyer = await world.buyer();
    if (alone) {
      await buyer.page.route("**/fees", (route) => route.abort());
    }
    await buyer.open(order.link);
    await buyer.page.locator(".badge.good:visible").first().waitFor();
    for (const { method, network, surcharge } of data) {
      const place = network && method === "usdt" ? `.choice:has([value=${network}])` : `.method:has(#method-${method}) > label`;
      if (surcharge) {
        expect(await buyer.page.locator(`${place} .price`).textContent()).toBe(`+ ${money(surcharge, "en")} fee`);
      }
    }
    expect(await buyer.page.locator(".method:has(#method-card) > label .price").textContent()).toBe("fee from $4.04");
    const marked = buyer.page.locator(".method:has(.badge.good:not([hidden])) > input");
    expect(await marked.evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value))).toEqual(["usdt"]);
    await buyer.choose("usdt");
    const network = buyer.page.locator(".choice:has(.badge.good:visible) input");
    expect([await network.inputValue(), await network.isChecked()]).toEqual(["tron", true]);
    await buyer.close();
  }
});

test("where the shop bears the fee, the buyer sees none", async () => {
  const order = await world.order({ bearer: "merchant" });
  const buyer = await world.buyer();
  await buyer.open(order.link);
  expect((await buyer.page.locator(".price").allTextContents()).join("")).toBe("");
  expect(await buyer.page.locator(".badge.good:visible").count()).toBe(0);
  await buyer.payByCard("4000000000000077");
  await buyer.sees("Paid");
  expect((await order.session()).total?.amount).toBe("129.00");
  await buyer.close();
});

test("nothing is marked that might not be the cheapest", () => {
  const way = { method: "card" };
  const price = (kind: "exact" | "at_least", total: string) => {
    return { way, kind, surcharge: new Money("0.00", "EUR"), total: new Money(total, "EUR") };
  };
  expect(cheapest([price("exact", "2.00"), price("at_least", "1.00")])).toBeUndefined();
  expect(cheapest([price("exact", "2.00"), price("exact", "2.00")])).toBeUndefined();
  expect(cheapest([price("exact", "2.00"), price("at_least", "3.00")])?.kind).toBe("exact");
});

async function token(number: string): Promise<CardFacts & { readonly id: string }> {
  const card = { number, exp_month: 12, exp_year: 2040, cvc: "123" };
  return clientOfBrowser().paymentMethods.create({ card });
}

/** The session as its page is told it. */
async function seenByBrowser(link: string): Promise<CheckoutSession> {
  const given = new URLSearchParams(new URL(link).hash.slice(1));
  return clientOfBrowser(given.get("secret") ?? "").checkoutSessions.retrieve(given.get("session") ?? "");
}

function clientOfBrowser(clientSecret?: string): CheckoutClient {
  const { url: baseUrl, publishableKey, gatewayKeys } = world.settings;
  return new CheckoutClient({ baseUrl, publishableKey, gatewayKeys, ...(clientSecret && { clientSecret }) });
}
