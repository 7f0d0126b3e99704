// What buyers do, in a real browser under the page's own policy, against a real gateway.

import { describe, expect, test } from "vitest";
import { type Buyer, World } from "./support.js";

const world = World.ofFile();

const GOOD = "4242424242424242";

describe("by card", () => {
  test("pays what the button says, and the card goes to the gateway alone", async () => {
    const order = await world.order();
    const buyer = await world.buyer();
    await buyer.open(order.link);
    const secret = new URLSearchParams(new URL(order.link).hash.slice(1)).get("secret") ?? "";
    expect(secret).toContain("_secret_");
    expect(buyer.page.url()).toBe(order.link.split("#")[0]);
    await buyer.typeCard(GOOD);
    await buyer.page.locator("button.pay", { hasText: "$" }).waitFor();
    const label = await buyer.text("button.pay");
    await buyer.pay();
    await buyer.sees("Paid");
    const { status, total } = await order.session();
    // 2.9 % of 129.00 and 0.30.
    expect([status, total?.amount, label]).toEqual(["complete", "133.04", "Pay $133.04"]);
    expect(await buyer.text("main")).toContain("$133.04");
    const withCard = buyer.sent.filter(({ url, body }) => `${url} ${body}`.replace(/\s/g, "").includes(GOOD));
    expect(withCard.map(({ method, url }) => `${method} ${url}`)).toEqual([`POST ${world.settings.url}/v1/payment_methods`]);
    expect(buyer.sent.filter(({ url }) => url.includes("secret"))).toEqual([]);
    const kept = await buyer.page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
    expect(kept.replace(/\s/g, "")).not.toContain("42424242");
    expect(buyer.complaints).toEqual([]);
    await buyer.close();
  });

  test("after a decline another card pays, with advice in between", async () => {
    const order = await world.order();
    const buyer = await world.buyer();
    await buyer.open(order.link);
    await buyer.payByCard("4000000000009995");
    const alert = buyer.page.locator(".alert.bad");
    await alert.waitFor();
    expect(await alert.locator("li").count()).toBeGreaterThan(0);
    await buyer.page.locator(".alert.bad:focus").waitFor();
    expect((await order.session()).decline_code).toBe("insufficient_funds");
    await buyer.page.locator(".languages [lang=zh-CN]").click();
    await buyer.page.locator('.alert.bad[lang="zh-CN"]').waitFor();
    await buyer.payByCard(GOOD);
    await buyer.sees("付款成功");
    expect((await order.session()).status).toBe("complete");
    await buyer.close();
  });

  test("a card that costs more is shown with its total before it is charged", async () => {
    const order = await world.order();
    const buyer = await world.buyer();
    await buyer.open(order.link);
    await buyer.payByCard("4000000000000077");
    await buyer.sees("Please check the total");
    expect((await order.session()).payment ?? null).toBeNull();
    const shown = await buyer.text(".review .pay");
    await buyer.pay();
    await buyer.sees("Paid");
    // 1.5 % more across borders.
    expect([shown, (await order.session()).total?.amount]).toEqual(["Pay $134.98", "134.98"]);
    await buyer.close();
  });

  test("says at every key what is wrong, and sends nothing that is", async () => {
    const order = await world.order();
    const buyer = await world.buyer();
    await buyer.open(order.link);
    const { page } = buyer;
    await page.locator("#number").pressSequentially("4242 4242 4242 4241");
    expect(await page.inputValue("#number")).toBe("4242 4242 4242 4241");
    await page.locator("#expiry").pressSequentially("1320");
    await page.locator("#expiry-error", { hasText: "month" }).waitFor();
    expect(await page.getAttribute("#expiry", "aria-invalid")).toBe("true");
    await buyer.pay();
    await page.locator("#number-error", { hasText: "compare it with the card" }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("number");
    expect(buyer.sent.filter(({ method }) => method === "POST")).toEqual([]);
    // The cursor stays where it is when a digit in the middle is changed.
    await page.fill("#number", "4242 4242 4242 4242");
    await page.locator("#number").press("Home");
    await page.locator("#number").press("Delete");
    await page.locator("#number").pressSequentially("5");
    expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).selectionStart)).toBe(1);
    await buyer.close();
  });

  test("can be done by the keyboard alone", async () => {
    const order = await world.order();
    const buyer = await world.buyer();
    await buyer.open(order.link);
    const keyboard = buyer.page.keyboard;
    const focused = () => buyer.page.evaluate(() => document.activeElement?.id ?? "");
    for (let presses = 0; (await focused()) !== "method-card"; presses += 1) {
      expect(presses).toBeLessThan(12);
      await keyboard.press("Tab");
    }
    await keyboard.press("ArrowDown");
    expect(await focused()).toBe("method-bank_transfer");
    await keyboard.press("ArrowUp");
    for (const typed of [GOOD, "1240", "123"]) {
      await keyboard.press("Tab");
      await keyboard.type(typed);
    }
    await keyboard.press("Enter");
    await buyer.sees("Paid");
    expect(await buyer.page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
    await buyer.close();
  });
});

test("a payment that somebody looks at first is waited for, and then paid", async () => {
  const order = await world.order();
  const buyer = await world.buyer();
  await buyer.open(order.link);
  await world.control("risk", { outcome: "review" });
  await buyer.payByCard(GOOD);
  await buyer.sees("Your payment is being checked");
  await world.control(`payments/${(await order.session()).payment}/review`, { approve: true });
  await buyer.sees("Paid");
  await buyer.close();
});

describe("3-D Secure", () => {
  test("approved at the bank's page, it is paid", async () => {
    const order = await world.order();
    const buyer = await world.buyer();
    await buyer.open(order.link);
    await buyer.payByCard("4000000000003220");
    await buyer.page.waitForURL(`${world.settings.url}/**`);
    await buyer.page.locator("button[value=approve]").click();
    await buyer.page.waitForURL(`${world.shop.url}/checkout/*`);
    await buyer.sees("Paid");
    expect((await order.session()).status).toBe("complete");
    await buyer.close();
  });

  test("refused there, the buyer is told, and pays another way", async () => {
    const order = await world.order();
    const buyer = await world.buyer();
    await buyer.open(order.link);
    await buyer.payByCard("4000000000003220");
    await buyer.page.locator("button[value=fail]").click();
    await buyer.page.locator(".alert.bad").waitFor();
    await buyer.payByCard(GOOD);
    await buyer.sees("Paid");
    await buyer.close();
  });

  test("left in the middle, it can be gone on with or given up", async () => {
    const order = await world.order();
    const buyer = await world.buyer();
    await buyer.open(order.link);
    await buyer.payByCard("4000000000003220");
    await buyer.page.locator("button[value=approve]").waitFor();
    await buyer.page.goto(order.link.split("#")[0] ?? "");
    await buyer.sees("Your approval is needed");
    expect(await buyer.page.locator("a.button").getAttribute("href")).toContain(world.settings.url);
    await buyer.page.locator("button.other").click();
    await buyer.payByCard(GOOD);
    await buyer.sees("Paid");
    await buyer.close();
  });
});

describe("by bank and blockchain", () => {
  test.each(["online_banking", "balance"])("%s: approved on the page of the bank or the wallet", async (method) => {
    const order = await world.order({ methods: [method, "card"] });
    const buyer = await world.buyer();
    await buyer.open(order.link);
    await buyer.choose(method);
    await buyer.page.locator("button.pay", { hasText: "Pay $1" }).waitFor();
    const label = await buyer.text("button.pay");
    await buyer.pay();
    await buyer.page.locator("button[value=approve]").click();
    await buyer.page.waitForURL(`${world.shop.url}/checkout/*`);
    await buyer.sees("Paid");
    const { status, total } = await order.session();
    expect([status, `Pay $${total?.amount}`]).toEqual(["complete", label]);
    await buyer.close();
  });

  test("an underpaid transaction is told with what is missing, and the rest completes it", async () => {
    const order = await world.order();
    const buyer = await world.buyer();
    await buyer.open(order.link);
    await buyer.choose("usdt", "tron");
    await buyer.pay();
    await buyer.sees("Send exactly this amount");
    const session = await order.session();
    const crypto = session.next_action?.crypto;
    expect(await buyer.text(".due code")).toBe(`${crypto?.amount_due.amount} USDT`);
    expect(await buyer.text(".instructions dl code")).toBe(crypto?.address);
    expect(await buyer.page.locator("svg.qr").getAttribute("aria-label")).toContain(crypto?.address);
    expect(await buyer.text("[role=timer]")).toMatch(/^1[45]:\d\d$/);
    const code = await buyer.page.locator("svg.qr path").getAttribute("d");
    await buyer.page.reload();
    await buyer.sees("Send exactly this amount");
    expect(await buyer.page.locator("svg.qr path").getAttribute("d")).toBe(code);

    await world.control(`payments/${session.payment}/receive`, { amount: { amount: "100.00", currency: "USDT" } });
    await buyer.sees("A part of it has arrived");
    // 129.00, 0.5 % and 0.05, at a rate of 1, less what came.
    expect(await buyer.text(".due code")).toBe("29.700000 USDT");
    expect(await buyer.page.locator("button.other").isHidden()).toBe(true);

    await world.control(`payments/${session.payment}/receive`, { confirmations: 1 });
    await buyer.sees("Your payment has been seen");
    await buyer.page.getByText("Confirmations: 1 of 3").waitFor();
    await world.control("clock/advance", { seconds: 60 });
    await buyer.sees("Paid");
    expect(await buyer.text("main")).toContain("$129.70");
    expect(buyer.complaints).toEqual([]);
    await buyer.close();
  });

  test("Bitcoin is asked for by a link that wallets read", async () => {
    const order = await world.order();
    const buyer = await world.buyer();
    await buyer.open(order.link);
    await buyer.choose("btc");
    await buyer.pay();
    await buyer.sees("Send exactly this amount");
    const crypto = (await order.session()).next_action?.crypto;
    const { encode } = await import("uqr");
    const { data } = encode(`bitcoin:${crypto?.address}?amount=${crypto?.amount_due.amount}`, { ecc: "M", border: 4 });
    const expected = data.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("");
    expect(await buyer.page.locator("svg.qr path").getAttribute("d")).toBe(expected);
    await buyer.close();
  });

  test("a bank transfer shows its reference, and its arrival", async () => {
    const order = await world.order();
    const buyer = await world.buyer();
    await buyer.open(order.link);
    await buyer.choose("bank_transfer");
    await buyer.pay();
    await buyer.sees("Transfer from your bank account");
    const session = await order.session();
    expect(await buyer.text(".instructions")).toContain(session.next_action?.bank_transfer?.reference ?? "none");
    await world.control(`payments/${session.payment}/receive`, {});
    await buyer.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await buyer.sees("Paid");
    await buyer.close();
  });

  test("another way can be chosen until money has come, and the first one comes back", async () => {
    const order = await world.order();
    const buyer = await world.buyer();
    await buyer.open(order.link);
    await buyer.choose("bank_transfer");
    await buyer.pay();
    await buyer.sees("Transfer from your bank account");
    await buyer.page.locator("button.other").click();
    await buyer.sees("How would you like to pay?");
    await buyer.page.getByRole("button", { name: "Back to the payment that waits" }).click();
    await buyer.sees("Transfer from your bank account");
    await buyer.page.locator("button.other").click();
    await buyer.choose("card");
    await buyer.payByCard(GOOD);
    await buyer.sees("Paid");
    await buyer.close();
  });
});

describe("on a bad day", () => {
  test("an answer that is lost, and a reload: paid once", async () => {
    const order = await world.order({ reference: "lost" });
    const buyer = await world.buyer();
    await buyer.open(order.link);
    await world.control("faults", { kind: "drop_answer", on: "checkout_sessions.confirm", count: 3 });
    await buyer.payByCard(GOOD);
    await buyer.sees("We got no answer");
    expect(await buyer.page.locator("button.pay").isDisabled()).toBe(true);
    const keys = () => confirmKeys(buyer);
    await buyer.page.reload();
    await buyer.sees("Paid");
    expect(await world.payments("lost")).toBe(1);
    expect(new Set(await keys()).size).toBe(1);
    await buyer.close();
  });

  test("another session of the same order begins without the try that the first one left", async () => {
    const [first, second] = [await world.order(), await world.order({ reference: "second" })];
    const buyer = await world.buyer();
    await buyer.open(first.link);
    await buyer.page.route("**/confirm", (route) => route.abort());
    await buyer.payByCard(GOOD);
    await buyer.sees("We got no answer");
    await buyer.page.unroute("**/confirm");
    await buyer.page.goto("about:blank");
    await buyer.open(`${first.link.split("#")[0]}#${second.link.split("#")[1]}`);
    await buyer.sees("How would you like to pay?");
    expect(await buyer.page.locator(".alert").count()).toBe(0);
    await buyer.payByCard(GOOD);
    await buyer.sees("Paid");
    expect(await world.payments("second")).toBe(1);
    expect((await first.session()).payment ?? null).toBeNull();
    await buyer.close();
  });

  test("a request that never got through, and a reload: sent again under the same key, and paid once", async () => {
    const order = await world.order({ reference: "unsent" });
    const buyer = await world.buyer();
    await buyer.open(order.link);
    await buyer.page.route("**/confirm", (route) => route.abort());
    await buyer.payByCard(GOOD);
    await buyer.sees("We got no answer");
    expect(await world.payments("unsent")).toBe(0);
    await buyer.page.unroute("**/confirm");
    await buyer.page.reload();
    await buyer.sees("Paid");
    expect(await world.payments("unsent")).toBe(1);
    const keys = await confirmKeys(buyer);
    expect([keys.length, new Set(keys).size]).toEqual([4, 1]);
    await buyer.close();
  });

  test("without a network it says so, and goes on by itself", async () => {
    const order = await world.order({ reference: "offline" });
    const buyer = await world.buyer();
    await buyer.open(order.link);
    await buyer.typeCard(GOOD);
    // The card's token is had before the line breaks.
    await buyer.page.route("**/confirm", async (route) => {
      await buyer.context.setOffline(true);
      await route.abort();
    });
    await buyer.pay();
    await buyer.sees("We got no answer");
    await buyer.page.unroute("**/confirm");
    await buyer.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await buyer.page.locator(".status", { hasText: "No connection" }).waitFor();
    await buyer.context.setOffline(false);
    await buyer.sees("Paid");
    expect(await world.payments("offline")).toBe(1);
    await buyer.close();
  });

  test("a slow answer is waited for, and the button is pressed once", async () => {
    const order = await world.order({ reference: "slow" });
    const buyer = await world.buyer();
    await buyer.open(order.link);
    await world.control("faults", { kind: "delay", on: "checkout_sessions.confirm", delay_ms: 1500 });
    await buyer.payByCard(GOOD);
    await buyer.page.getByText("please do not close this page").waitFor();
    expect(await buyer.page.locator("form").getAttribute("inert")).toBe("");
    await buyer.sees("Paid");
    expect(await world.payments("slow")).toBe(1);
    await buyer.close();
  });

  test("an answer that is not the gateway's is not believed", async () => {
    const order = await world.order();
    const buyer = await world.buyer();
    await buyer.open(order.link);
    await world.control("faults", { kind: "wrong_signature", on: "checkout_sessions.confirm", count: 3 });
    await buyer.payByCard("4000000000000002");
    await buyer.sees("We got no answer");
    await buyer.page.getByRole("button", { name: "Try again" }).click();
    await buyer.page.locator(".alert.bad").waitFor();
    await buyer.close();
  });

  test("opened twice, and paid in both tabs at once: one payment, and both say so", async () => {
    const order = await world.order({ reference: "twice" });
    const buyer = await world.buyer();
    const second = await buyer.secondTab();
    await Promise.all([buyer.open(order.link), second.open(order.link)]);
    await Promise.all([buyer.typeCard(GOOD), second.typeCard("5555555555554444")]);
    const press = ({ page }: Buyer) => page.evaluate(() => document.querySelector<HTMLElement>("button.pay")?.click());
    await Promise.all([press(buyer), press(second)]);
    await Promise.all([buyer.sees("Paid"), second.sees("Paid")]);
    expect(await world.payments("twice")).toBe(1);
    await buyer.close();
  });

  test("what happens in one tab is seen in the other", async () => {
    const order = await world.order();
    const buyer = await world.buyer();
    const second = await buyer.secondTab();
    await Promise.all([buyer.open(order.link), second.open(order.link)]);
    await buyer.choose("bank_transfer");
    await buyer.pay();
    await Promise.all([buyer, second].map((tab) => tab.sees("Transfer from your bank account")));
    await second.page.locator("button.other").click();
    await second.choose("card");
    await second.payByCard(GOOD);
    await Promise.all([buyer, second].map((tab) => tab.sees("Paid")));
    await buyer.close();
  });

  test("without its link it leads back to the shop", async () => {
    const buyer = await world.buyer();
    await buyer.open(`${world.shop.url}/checkout/order-none`);
    await buyer.sees("This page was opened without its order");
    await buyer.page.goto(`${world.shop.url}/checkout/order-wrong#session=cs_none&secret=cs_none_secret_none`);
    await buyer.page.reload();
    await buyer.sees("This page was opened without its order");
    await buyer.close();
  });
});

test("the page is under a strict policy, and no secret is in what it loads", async () => {
  const order = await world.order();
  const buyer = await world.buyer();
  const bodies: Promise<string>[] = [];
  buyer.page.on("response", (response) => response.url().startsWith(world.shop.url) && bodies.push(response.text()));
  const response = await buyer.page.goto(order.link);
  const policy = response?.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';");
  expect(policy).not.toMatch(/'unsafe-|\*|data:/);
  await buyer.sees("How would you like to pay?");
  const injected = buyer.page.evaluate(() => {
    document.createElement("script").text = "document.title = 'mine'";
  });
  await expect(injected).rejects.toThrow("TrustedScript");
  const loaded = (await Promise.all(bodies)).join("\n");
  expect(loaded).toContain(world.settings.publishableKey);
  for (const secret of [world.settings.secret, world.settings.controlToken, "okp_test_sk_"]) {
    expect(loaded).not.toContain(secret);
  }
  await buyer.close();
});

test("from the shop's page to the order's, and the shop asks the gateway itself", async () => {
  const buyer = await world.buyer();
  await buyer.page.goto(world.shop.url);
  await buyer.page.getByRole("button", { name: "Buy" }).click();
  await buyer.sees("How would you like to pay?");
  await buyer.payByCard(GOOD);
  await buyer.sees("Paid");
  await buyer.page.getByRole("link", { name: "Back to the shop" }).click();
  await buyer.page.getByText("Your order is paid").waitFor();
  expect(buyer.complaints).toEqual([]);
  await buyer.close();
});

/** The idempotency keys under which a page has tried to pay. */
async function confirmKeys(buyer: Buyer): Promise<string[]> {
  const confirms = await Promise.all(
    buyer.requests.filter((request) => request.url().endsWith("/confirm")).map((request) => request.allHeaders()),
  );
  return confirms.map((headers) => headers["idempotency-key"] ?? "");
}
