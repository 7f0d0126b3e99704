/**
 * The checkout page.
 *
 * | file | what |
 * | --- | --- |
 * | `handover.ts`, `kept.ts` | what the shop hands over; what the tab keeps over a reload |
 * | `checkout.ts`, `stage.ts` | the checkout without its looks: session, tries, live status |
 * | `prices.ts` | what each way costs, computed here |
 * | `screen.ts`, `views/` | what is seen, a file per stage |
 * | `words.ts`, `format.ts` | English and Chinese; amounts and times |
 * | `dom.ts`, `qr.ts` | elements; QR codes |
 */

import { CheckoutClient, FeeSchedule, init, loadFees, Rejected } from "@okpay/sdk/checkout";
import { Checkout } from "./checkout.js";
import { type Gateway, gateway, handover } from "./handover.js";
import { tabStore } from "./kept.js";
import { Screen } from "./screen.js";
import "./style.css";

const store = tabStore();
const screen = new Screen(store);

/** The signed schedule, by way of the shop, which alone may ask for it. Without it the gateway's own figures are shown. */
async function scheduleOf({ feeKey }: Gateway): Promise<FeeSchedule | undefined> {
  try {
    // The engine and the schedule, side by side.
    const [response] = await Promise.all([fetch("/fees.json"), loadFees()]);
    return response.ok ? await FeeSchedule.fromEnvelope(await response.text(), [feeKey]) : undefined;
  } catch (error) {
    console.warn("okpay: no fee schedule:", error);
    return undefined;
  }
}

async function start(): Promise<void> {
  const given = handover(store);
  if (!given) {
    screen.notice("noSession");
    return;
  }
  await init();
  const settings = gateway();
  const { baseUrl, publishableKey, gatewayKeys } = settings;
  const { session, clientSecret } = given;
  const client = new CheckoutClient({ baseUrl, publishableKey, clientSecret, ...(gatewayKeys && { gatewayKeys }) });
  const checkout = new Checkout(client, session, store, () => screen.show(checkout));
  const schedule = scheduleOf(settings).then((loaded) => {
    checkout.schedule = loaded;
    screen.show(checkout);
  });
  await Promise.all([checkout.refresh(), schedule]);
}

start().catch((error: unknown) => {
  console.error("okpay:", error);
  // The gateway knows no such session, or not by this secret.
  screen.notice(error instanceof Rejected ? "noSession" : "broken");
});
