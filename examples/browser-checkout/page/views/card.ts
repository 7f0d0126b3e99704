/** The card form: judged at every key by the SDK's checks, which are those of the gateway. */

import { type CardDetails, checks, type InputReason, type InputState } from "@okpay/sdk/checkout";
import { h, write } from "../dom.js";
import type { CardFacts } from "../prices.js";
import { fill, type Words } from "../words.js";

/** What was typed, kept by the page alone, for a change of language. */
export interface CardDraft {
  number?: string;
  expiry?: string;
  cvc?: string;
}

/** The form, its card once it is right, and what is known of the card already. */
export interface CardForm {
  readonly element: HTMLElement;
  /** The card; if something is wrong it is said, and the first such field gets the focus. */
  card(): CardDetails | undefined;
  facts(): CardFacts;
}

/** What a check says of a field, and how the field shows what was typed. */
interface Verdict {
  readonly state: InputState;
  readonly reason?: InputReason | null;
  readonly formatted: string;
}

const REASONS: Partial<Record<string, keyof Words>> = {
  empty: "wrongEmpty",
  invalid_character: "wrongCharacter",
  too_short: "wrongShort",
  too_long: "wrongLong",
  check_digit: "wrongCheck",
  brand_not_taken: "wrongBrand",
  no_such_month: "wrongMonth",
  expired: "wrongExpired",
  year_too_far: "wrongYear",
};

/** Brands as people write them. */
export const BRANDS: Partial<Record<string, string>> = { visa: "Visa", mastercard: "Mastercard" };

/** Draws the form. `changed` is called whenever another card may be meant. */
export function cardForm(words: Words, draft: CardDraft, changed: () => void): CardForm {
  const brand = h("span", { class: "brand", "aria-hidden": "true" });
  const number = new Field(words, { id: "number", label: words.number, complete: "cc-number", draft }, (typed) => {
    const check = checks.cardNumber(typed);
    write(brand, BRANDS[check.brand ?? ""] ?? "");
    return { ...check, formatted: check.number };
  });
  const expiry = new Field(
    words,
    { id: "expiry", label: words.expiry, hint: words.expiryHint, complete: "cc-exp", draft },
    checks.cardExpiry,
  );
  const codeHint = fill(words.cvcHint, 3);
  const cvc = new Field(words, { id: "cvc", label: words.cvc, hint: codeHint, complete: "cc-csc", draft }, (typed) => {
    return { ...checks.securityCode(typed, checks.cardNumber(number.value).brand ?? undefined), formatted: typed };
  });
  number.label.append(brand);
  number.input.addEventListener("input", changed);
  return {
    element: h("div", { class: "fields" }, number.element, expiry.element, cvc.element),
    facts: () => {
      const known = checks.cardNumber(number.value).brand;
      return known ? { brand: known } : {};
    },
    card: () => {
      const wrong = [number, expiry, cvc].filter((field) => !field.settle());
      wrong[0]?.input.focus();
      const { month, year } = checks.cardExpiry(expiry.value);
      return wrong.length > 0 || !month || !year
        ? undefined
        : { number: number.value, exp_month: month, exp_year: year, cvc: cvc.value };
    },
  };
}

interface FieldOptions {
  readonly id: keyof CardDraft;
  readonly label: string;
  readonly hint?: string;
  /** What a browser may fill in (HTML, 4.10.18.7). */
  readonly complete: "cc-number" | "cc-exp" | "cc-csc";
  readonly draft: CardDraft;
}

/** One line of the form. */
class Field {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  readonly box: HTMLElement;
  readonly label: HTMLElement;
  readonly #error: HTMLElement;
  readonly #words: Words;
  readonly #check: (typed: string) => Verdict;

  constructor(words: Words, { id, label, hint, complete, draft }: FieldOptions, check: (typed: string) => Verdict) {
    [this.#words, this.#check] = [words, check];
    this.#error = h("p", { class: "error", id: `${id}-error`, "aria-live": "polite" });
    this.input = h("input", {
      id,
      name: id,
      autocomplete: complete,
      inputmode: "numeric",
      placeholder: hint,
      required: true,
      spellcheck: "false",
      "aria-describedby": `${id}-error`,
      maxlength: 32,
      oninput: () => {
        this.#typed();
        draft[id] = this.input.value;
      },
      onblur: () => this.input.value !== "" && this.settle(),
    });
    this.input.value = draft[id] ?? "";
    this.box = h("div", { class: "box" }, this.input);
    this.label = h("label", { for: id }, label);
    this.element = h("div", { class: `field ${id}` }, this.label, this.box, this.#error);
  }

  get value(): string {
    return this.input.value;
  }

  /** On leaving the field what is incomplete counts as wrong. */
  settle(): boolean {
    const { state, reason } = this.#check(this.input.value);
    this.#show(state === "valid" ? undefined : reason, state === "valid");
    return state === "valid";
  }

  /** While it is typed only what cannot become right is wrong. */
  #typed(): void {
    const { state, reason, formatted } = this.#check(this.input.value);
    this.#format(formatted);
    this.#show(state === "invalid" ? reason : undefined, state === "valid");
  }

  /** Writes the normal form, and leaves the cursor behind the digit that it stood behind. */
  #format(formatted: string): void {
    const { value, selectionStart } = this.input;
    if (formatted === value) {
      return;
    }
    const atEnd = selectionStart === value.length;
    const digits = value.slice(0, selectionStart ?? 0).replace(/\D/g, "").length;
    this.input.value = formatted;
    const place = formatted.search(new RegExp(`(?<=^(?:\\D*\\d){${digits}})`));
    const cursor = atEnd || place < 0 ? formatted.length : place;
    this.input.setSelectionRange(cursor, cursor);
  }

  #show(reason: InputReason | null | undefined, isValid: boolean): void {
    const text = reason ? this.#words[REASONS[reason] ?? "wrongOther"] : "";
    write(this.#error, text);
    this.box.classList.toggle("valid", isValid);
    if (text) {
      this.input.setAttribute("aria-invalid", "true");
    } else {
      this.input.removeAttribute("aria-invalid");
    }
  }
}
