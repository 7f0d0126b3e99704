// The parts that need neither a browser nor a gateway.

import { expect, test } from "vitest";
import { countdown, inFours, money } from "../page/format.js";
import { fill, LOCALES, preferred } from "../page/words.js";

test("amounts keep every digit, in both languages", () => {
  expect(money({ amount: "90071992547409931.99", currency: "USD" }, "en")).toBe("$90,071,992,547,409,931.99");
  expect(money({ amount: "1000", currency: "JPY" }, "en")).toBe("¥1,000");
  // Two places by ISO 4217; the data of browsers' locales say none.
  expect(money({ amount: "12.50", currency: "HUF" }, "en")).toContain("12.50");
  expect(money({ amount: "129.00", currency: "USD" }, "zh-CN")).toBe("$129.00");
  expect(money({ amount: "0.00000001", currency: "BTC" }, "zh-CN")).toBe("0.00000001 BTC");
});

test("times and account numbers", () => {
  expect([countdown(0), countdown(61), countdown(3725)]).toEqual(["00:00", "01:01", "1:02:05"]);
  expect(inFours("DE75512108001245126199")).toBe("DE75 5121 0800 1245 1261 99");
});

test("both languages have every text, with the same places for values", () => {
  const places = (text: string) => text.split("{}").length;
  const { en, "zh-CN": chinese } = LOCALES;
  expect(Object.keys(chinese.words)).toEqual(Object.keys(en.words));
  for (const name of Object.keys(en.words) as (keyof typeof en.words)[]) {
    expect([name, places(chinese.words[name])]).toEqual([name, places(en.words[name])]);
    expect(chinese.words[name].trim()).not.toBe("");
  }
});

test("the visitor's first language that is known is spoken", () => {
  expect(preferred(["de-DE", "zh-TW", "en"])).toBe("zh-CN");
  expect(preferred(["en-GB", "zh"])).toBe("en");
  expect(preferred(["de"])).toBe("en");
});

test("values go in as they are, dollars too", () => {
  expect(fill("{} of {}", "$&", 3)).toBe("$& of 3");
});
