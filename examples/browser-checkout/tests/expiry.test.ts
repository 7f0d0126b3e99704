// What happens when time runs out. The sandbox's clock is moved on, so it is a sandbox of its own.

import { expect, test } from "vitest";
import { World } from "./support.js";

const world = World.ofFile();

test("a rate that ran out is told, and another way pays; in the end the session is over", async () => {
  const order = await world.order();
  const buyer = await world.buyer();
  await buyer.open(order.link);
  await buyer.choose("usdt", "bnb");
  await buyer.pay();
  await buyer.sees("Send exactly this amount");
  await world.control("clock/advance", { seconds: 15 * 60 + 1 });
  await buyer.page.locator(".alert.bad").waitFor();
  await buyer.sees("How would you like to pay?");
  expect((await order.session()).decline_code).toBe("payment_expired");
  await buyer.choose("btc");
  await buyer.pay();
  await buyer.sees("Send exactly this amount");
  await world.control("clock/advance", { seconds: 3600 });
  await buyer.sees("The time for this payment is over");
  await buyer.page.reload();
  await buyer.sees("The time for this payment is over");
  expect((await order.session()).status).toBe("expired");
  await buyer.close();
});

test("an underpaid order that ran out says what became of it", async () => {
  const order = await world.order();
  const buyer = await world.buyer();
  await buyer.open(order.link);
  await buyer.choose("usdt", "tron");
  await buyer.pay();
  await buyer.sees("Send exactly this amount");
  const { payment } = await order.session();
  await world.control(`payments/${payment}/receive`, { amount: { amount: "1.00", currency: "USDT" } });
  await buyer.sees("A part of it has arrived");
  await world.control("clock/advance", { seconds: 15 * 60 + 1 });
  await buyer.page.locator(".alert.bad").waitFor();
  expect((await order.session()).payment_status).toBe("expired");
  await buyer.close();
});
