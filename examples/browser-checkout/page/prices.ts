/**
 * What each way to pay costs the buyer, computed here: the same engine on the same signed schedule as the gateway's, so the same figures,
 * to the cent. What only the gateway knows (how much of a volume is used up, say) is in its own figures, and they win.
 */

import {
  type CheckoutFees,
  type CheckoutSession,
  type Fact,
  type FeeSchedule,
  type MethodType,
  Money,
  type Network,
  OkpayError,
  type PaymentMethod,
} from "@okpay/sdk/checkout";

/** A way to pay: a method, and its network where it has several. */
export interface Way {
  readonly method: MethodType;
  readonly network?: Network;
}

/** What a way costs. `at_least`: it depends on a card that is not known yet. */
export type Price =
  | { readonly way: Way; readonly kind: "exact" | "at_least"; readonly surcharge: Money; readonly total: Money }
  | { readonly way: Way; readonly kind: "unavailable" };

/** What is known of a card. */
export type CardFacts = Partial<Pick<PaymentMethod, "brand" | "region" | "funding">>;

const NETWORKS: Partial<Record<string, readonly Network[]>> = { usdt: ["tron", "bnb", "ethereum"], btc: ["bitcoin"] };
const COINS: Partial<Record<string, string>> = { usdt: "USDT", btc: "BTC" };

/** The ways of a session, in its order. */
export function waysOf({ methods }: Pick<CheckoutSession, "methods">): Way[] {
  return methods.flatMap((method): Way[] => NETWORKS[method]?.map((network) => ({ method, network })) ?? [{ method }]);
}

/** The price of every way, from what is known so far. */
export function pricesOf(
  session: CheckoutSession,
  schedule: FeeSchedule | undefined,
  gateways: CheckoutFees | undefined,
  card: CardFacts = {},
): Price[] {
  return waysOf(session).map((way) => {
    const own = session.bearer === "customer" ? ownPrice(session, schedule, way, card) : free(session, way);
    return decided(own, way, gateways);
  });
}

/** The one price that no other can be below, if there is one. Where nobody pays a fee there is nothing to mark. */
export function cheapest(prices: readonly Price[]): Price | undefined {
  const known = prices.filter((price) => price.kind !== "unavailable");
  const lowest = known.find((price) => known.every((other) => price.total.compare(other.total) <= 0));
  const differ = known.some((price) => lowest && price.total.compare(lowest.total) !== 0);
  return differ && lowest?.kind === "exact" ? lowest : undefined;
}

function free({ amount }: CheckoutSession, way: Way): Price {
  return { way, kind: "exact", surcharge: new Money("0", amount.currency), total: Money.from(amount) };
}

function ownPrice(session: CheckoutSession, schedule: FeeSchedule | undefined, way: Way, card: CardFacts): Price {
  const quotes = factsOf(session, way, card).map((facts) => quoted(session, schedule, way, facts));
  const known = quotes.filter((quote) => quote !== undefined);
  const lowest = known.reduce((least, next) => (next && least && next.total.compare(least.total) < 0 ? next : least), known[0]);
  if (!lowest) {
    return { way, kind: "unavailable" };
  }
  const same = known.length === quotes.length && known.every((quote) => quote.total.equals(lowest.total));
  return { way, kind: same ? "exact" : "at_least", ...lowest };
}

function quoted(
  { amount, coupon }: CheckoutSession,
  schedule: FeeSchedule | undefined,
  { method }: Way,
  facts: Record<string, Fact>,
) {
  try {
    const quote = schedule?.quote({ operation: "payment", method, amount, bearer: "customer", facts, ...(coupon && { coupon }) });
    return quote && { surcharge: Money.from(quote.fee), total: Money.from(quote.gross) };
  } catch (error) {
    // No rule for it, or one that asks for what only the gateway knows.
    if (error instanceof OkpayError) {
      return undefined;
    }
    throw error;
  }
}

/** What a rule may ask about a way; of a card that is not known yet, every possibility. */
function factsOf({ amount }: CheckoutSession, { method, network }: Way, card: CardFacts): Record<string, Fact>[] {
  const coin = COINS[method];
  const base = { conversion: coin !== undefined && coin !== amount.currency, ...(network && { network }) };
  if (method !== "card") {
    return [base];
  }
  const brands = card.brand ? [card.brand] : ["visa", "mastercard"];
  const regions = card.region ? [card.region] : ["domestic", "international"];
  const fundings = card.funding ? [card.funding] : ["credit", "debit"];
  return brands.flatMap((brand) =>
    regions.flatMap((card_region) => fundings.map((funding) => ({ ...base, brand, card_region, funding }))),
  );
}

/** The gateway's figure where it has one. */
function decided(own: Price, way: Way, gateways: CheckoutFees | undefined): Price {
  if (gateways === undefined) {
    return own;
  }
  const theirs = gateways.data.find(({ method, network }) => method === way.method && (network ?? undefined) === way.network);
  if (theirs?.total && theirs.surcharge) {
    return { way, kind: "exact", surcharge: Money.from(theirs.surcharge), total: Money.from(theirs.total) };
  }
  return way.method === "card" ? own : { way, kind: "unavailable" };
}
