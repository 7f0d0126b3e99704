/** The shop's own two pages, which are as short as they can be. */

import type { Money } from "@okpay/sdk/server";
import { escaped } from "./files.js";

/** What a buyer's money does in the sandbox, for whoever tries the checkout by hand. */
const ARRIVALS = {
  paid: "arrives after ten seconds",
  underpaid_completed: "arrives in two parts",
  underpaid: "arrives only in part",
  "": "does not arrive",
};

/** The article. */
export function articlePage(shop: string, description: string, price: Money): string {
  const options = Object.entries(ARRIVALS).map(([value, words]) => `<option value="${value}">${words}</option>`);
  return around(
    shop,
    `<h1>${escaped(description)}</h1>
    <p class="amount">$${escaped(price.amount)}</p>
    <form method="post" action="/orders">
      <label for="sandbox">In the sandbox, money by bank or blockchain</label>
      <select id="sandbox" name="sandbox">${options.join("")}</select>
      <button class="pay">Buy</button>
    </form>`,
  );
}

/** What became of an order, as the gateway told this server. */
export function orderPage(shop: string, order: string, isPaid: boolean, payment: string): string {
  const text = isPaid ? "Thank you. Your order is paid and on its way." : `This order is not paid (${escaped(payment)}).`;
  return around(
    shop,
    `<h1>Order ${escaped(order.replace("order-", ""))}</h1><p>${text}</p><p><a href="/">Back to the shop</a></p>`,
  );
}

function around(shop: string, content: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escaped(shop)}</title>
    <link rel="icon" href="/icon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/shop.css" />
  </head>
  <body>
    <main>${content}</main>
  </body>
</html>
`;
}
