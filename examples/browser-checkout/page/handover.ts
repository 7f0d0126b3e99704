/**
 * What the shop hands over: who the gateway is, in `<meta>`; and the one session, with its client secret, in the fragment of the link,
 * which a browser sends to nobody. It is taken out of the address bar at once and kept by the tab, under this page's path, so that the
 * page works on reload and after a bank's page.
 */

import type { Store } from "./kept.js";

/** What the page needs to know. */
export interface Handover {
  readonly session: string;
  readonly clientSecret: string;
}

/** Where the gateway is, and by which keys it is proven. */
export interface Gateway {
  readonly baseUrl: string;
  readonly publishableKey: string;
  readonly gatewayKeys: string;
  readonly feeKey: string;
}

/** Reads the link, or what an earlier visit kept. */
export function handover(store: Store): Handover | undefined {
  const given = new URLSearchParams(location.hash.slice(1));
  const [session, clientSecret] = [given.get("session"), given.get("secret")];
  if (session && clientSecret) {
    // An order's second session begins anew: what was tried on the first is none of its business.
    if (store.get<Handover>("session")?.session !== session) {
      store.remove("try");
    }
    store.set("session", { session, clientSecret });
    history.replaceState(null, "", location.pathname + location.search);
  }
  return store.get<Handover>("session");
}

/** The shop that the page belongs to: its name, and where its own pages begin. */
export function home(): { readonly name: string; readonly url: string } {
  return { name: meta("shop"), url: meta("home") };
}

/** Reads what the shop's server wrote into the page. */
export function gateway(): Gateway {
  return { baseUrl: meta("url"), publishableKey: meta("key"), gatewayKeys: meta("gateway-keys"), feeKey: meta("fee-key") };
}

function meta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="okpay-${name}"]`)?.content ?? "";
}
