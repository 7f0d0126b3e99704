/** What is seen: the frame around everything, and in it the view of the stage. */

import type { Checkout } from "./checkout.js";
import { h, write } from "./dom.js";
import { money } from "./format.js";
import { gateway, home } from "./handover.js";
import type { Store } from "./kept.js";
import type { Stage } from "./stage.js";
import { choose, type Draft } from "./views/choose.js";
import { checking, confirming, ended, redirect } from "./views/plain.js";
import { send } from "./views/send.js";
import type { Context, View } from "./views/view.js";
import { LOCALES, type Locale, preferred, type Words } from "./words.js";

const VIEWS: Record<Stage, (context: Context) => View> = {
  choose,
  redirect,
  send,
  confirming,
  checking,
  paid: ended,
  over: ended,
};

/** The whole page. */
export class Screen {
  readonly #root = document.querySelector("#checkout") ?? document.body;
  readonly #main = h("main");
  readonly #status = h("p", { class: "status", role: "status" });
  readonly #store: Store;
  readonly #draft: Draft = {};
  #locale: Locale;
  #checkout: Checkout | undefined;
  #shown: { readonly view: View; readonly key: string } | undefined;

  constructor(store: Store) {
    this.#store = store;
    this.#locale = store.get<Locale>("locale") ?? preferred(navigator.languages);
    this.#frame();
    this.#main.replaceChildren(h("p", { class: "loading", role: "status" }, this.#words.loading));
  }

  /** Shows where a checkout stands. What is there already stays, and with it the focus and what was typed. */
  show(checkout: Checkout): void {
    this.#checkout = checkout;
    const { stage, session } = checkout;
    write(this.#status, checkout.unreachable ? this.#words.offline : "");
    this.#status.hidden = !checkout.unreachable;
    if (!stage || !session) {
      return;
    }
    const key = `${stage} ${this.#locale} ${session.payment ?? ""}`;
    const isNew = stage === "choose" ? this.#shown?.key.startsWith(`choose ${this.#locale}`) !== true : this.#shown?.key !== key;
    if (isNew) {
      this.#draw(VIEWS[stage]({ checkout, words: this.#words, locale: this.#locale, draft: this.#draft }), key);
    }
    this.#shown?.view.update(session);
  }

  /** Shows why there is no checkout. */
  notice(kind: "noSession" | "broken"): void {
    const words = this.#words;
    const reload = h("button", { type: "button", onclick: () => location.reload() }, words.reload);
    const shop = h("a", { class: "button", href: home().url }, words.toShop);
    const text = h("p", {}, words[`${kind}Text`]);
    this.#main.replaceChildren(
      h("section", { class: "card", role: "alert" }, h("h1", {}, words[kind]), text, kind === "broken" ? reload : shop),
    );
  }

  get #words(): Words {
    return LOCALES[this.#locale].words;
  }

  #draw(view: View, key: string): void {
    const isFirst = this.#shown === undefined;
    const sameStage = this.#shown?.key.split(" ")[0] === key.split(" ")[0];
    this.#shown?.view.close?.();
    this.#shown = { view, key };
    this.#main.replaceChildren(this.#status, ...this.#order(), view.element);
    document.title = `${view.heading.textContent} · ${home().name}`;
    // Whoever cannot see the change is taken to it.
    if (!isFirst && !sameStage) {
      view.heading.tabIndex = -1;
      view.heading.focus({ preventScroll: true });
      scrollTo({ top: 0 });
    }
  }

  /** What is bought, while it is still to be paid. */
  #order(): Node[] {
    const { session, stage } = this.#checkout ?? {};
    if (!session || stage === "paid" || stage === "over") {
      return [];
    }
    const text = session.description ?? this.#words.order;
    return [h("section", { class: "order" }, h("p", {}, text), h("p", { class: "amount" }, money(session.amount, this.#locale)))];
  }

  #frame(): void {
    const words = this.#words;
    document.documentElement.lang = this.#locale;
    const { name, url } = home();
    document.title = `${words.title} · ${name}`;
    const isTest = gateway().publishableKey.startsWith("okp_test_");
    const header = h(
      "header",
      {},
      h("a", { class: "shop", href: url }, name),
      isTest && h("span", { class: "badge" }, words.testMode),
      this.#languages(),
    );
    const footer = h("footer", {}, h("p", {}, isTest ? words.testNote : words.liveNote));
    this.#root.replaceChildren(header, this.#main, footer);
  }

  #languages(): Node {
    const choices = Object.entries(LOCALES).map(([locale, { name }]) => {
      const isCurrent = locale === this.#locale;
      return h(
        "button",
        { type: "button", lang: locale, "aria-pressed": String(isCurrent), onclick: () => this.#speak(locale as Locale) },
        name,
      );
    });
    return h("div", { class: "languages", role: "group", "aria-label": this.#words.language }, ...choices);
  }

  #speak(locale: Locale): void {
    this.#locale = locale;
    this.#store.set("locale", locale);
    this.#frame();
    document.querySelector<HTMLElement>(`.languages [lang="${locale}"]`)?.focus();
    if (this.#checkout) {
      this.show(this.#checkout);
    }
  }
}
