// Every stage in both languages and both colour schemes, before axe; and photographed, if OKPAY_SCREENSHOTS names a folder.

import AxeBuilder from "@axe-core/playwright";
import { describe, expect, test } from "vitest";
import { type Buyer, World } from "./support.js";

const world = World.ofFile();
const folder = process.env["OKPAY_SCREENSHOTS"];

/** How each stage is reached. */
const STAGES: Readonly<Record<string, (buyer: Buyer, payment: () => Promise<string>, session: string) => Promise<unknown>>> = {
  choose: (buyer) => buyer.page.locator(".badge.good:visible").first().waitFor(),
  networks: (buyer) => buyer.choose("usdt"),
  mistakes: async (buyer) => {
    await buyer.typeCard("4242424242424241", "13/20", "12");
    await buyer.pay();
    await buyer.page.locator("#number-error:not(:empty)").waitFor();
  },
  declined: async (buyer) => {
    await buyer.payByCard("4000000000009995");
    await buyer.page.locator(".alert.bad").waitFor();
  },
  review: async (buyer) => {
    await buyer.payByCard("4000000000000077");
    await buyer.page.locator(".review").waitFor();
  },
  coins: async (buyer) => {
    await buyer.choose("usdt", "tron");
    await buyer.pay();
    await buyer.page.locator("svg.qr").waitFor();
  },
  underpaid: async (buyer, payment) => {
    await STAGES["coins"]?.(buyer, payment, "");
    await world.control(`payments/${await payment()}/receive`, { amount: { amount: "100", currency: "USDT" } });
    await buyer.page.locator(".alert.wait").waitFor();
  },
  confirming: async (buyer, payment) => {
    await STAGES["coins"]?.(buyer, payment, "");
    await world.control(`payments/${await payment()}/receive`, { confirmations: 1 });
    await buyer.page.locator("progress").waitFor();
  },
  bank: async (buyer) => {
    await buyer.choose("bank_transfer");
    await buyer.pay();
    await buyer.page.getByText("DE75").waitFor();
  },
  secure: async (buyer) => {
    const page = buyer.page.url();
    await buyer.payByCard("4000000000003220");
    await buyer.page.locator("button[value=approve]").waitFor();
    await buyer.page.goto(page);
    await buyer.page.locator("a.button").waitFor();
  },
  checking: async (buyer) => {
    await world.control("risk", { outcome: "review" });
    await buyer.payByCard("4242424242424242");
    await buyer.page
      .getByRole("status")
      .getByText(/charged|扣款/)
      .waitFor();
  },
  paid: async (buyer) => {
    await buyer.payByCard("4242424242424242");
    await buyer.page.locator(".end.good").waitFor();
  },
  over: async (buyer, _, session) => {
    await world.client.checkoutSessions.expire(session);
    await buyer.page.reload();
    await buyer.page.locator(".end").waitFor();
  },
  notice: async (buyer) => {
    await buyer.page.goto(`${world.shop.url}/checkout/none`);
    await buyer.page.locator("[role=alert] h1").waitFor();
  },
};

const ALL = Object.keys(STAGES);

/** On a phone and on a desk; those of the second pair differ from the first in nothing but words and colours. */
const LOOKS = [
  { locale: "en-US", colorScheme: "light", viewport: { width: 390, height: 844 }, stages: ALL },
  { locale: "zh-CN", colorScheme: "dark", viewport: { width: 390, height: 844 }, stages: ALL },
  { locale: "en-US", colorScheme: "dark", viewport: { width: 1280, height: 860 }, stages: ["mistakes", "declined", "coins"] },
  { locale: "zh-CN", colorScheme: "light", viewport: { width: 1280, height: 860 }, stages: ["mistakes", "declined", "coins"] },
] as const;

describe.each(LOOKS)("$locale, $colorScheme, $viewport.width wide", ({ stages, ...look }) => {
  test.each(stages)("%s", async (stage) => {
    const order = await world.order();
    // What examines the page needs more than the page may do.
    const buyer = await world.buyer({ ...look, bypassCSP: true, reducedMotion: "reduce", deviceScaleFactor: folder ? 2 : 1 });
    await buyer.open(order.link);
    const { id } = await order.session();
    await STAGES[stage]?.(buyer, async () => (await order.session()).payment ?? "", id);
    const { violations, passes } = await new AxeBuilder({ page: buyer.page }).setLegacyMode().analyze();
    expect(passes.length).toBeGreaterThan(15);
    const told = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    expect(told.filter((text) => /^(serious|critical|moderate)/.test(text))).toEqual([]);
    const overflow = await buyer.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    if (folder) {
      const name = `${stage}-${look.locale.slice(0, 2)}-${look.colorScheme}-${look.viewport.width}.png`;
      await buyer.page.screenshot({ path: `${folder}/${name}`, fullPage: true });
    }
    await buyer.close();
  });
});

test("a narrow screen and large letters cut nothing off", async () => {
  const order = await world.order();
  const buyer = await world.buyer({ viewport: { width: 320, height: 640 } });
  await buyer.open(order.link);
  await buyer.page.locator(".badge.good:visible").first().waitFor();
  expect(await buyer.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await buyer.close();
});
