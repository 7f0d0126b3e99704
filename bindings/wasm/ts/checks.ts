/**
 * Checks of what people type, without a network: cards and addresses on blockchains.
 *
 * A field of a form is judged at every key: {@link cardNumber}, {@link cardExpiry} and {@link securityCode} never fail, and tell what is
 * missing from what is wrong. What is pasted or stored is judged whole: {@link card} and {@link address} give the value in
 * its normal form or throw. That a value passes says that it is well formed, never that the card, account or address exists.
 */

import { ask } from "./core.js";
import type {
  CardBrand,
  CardDetails,
  CardExpiryCheck,
  CardNumberCheck,
  Chain,
  CryptoAddress,
  Network,
  SecurityCodeCheck,
} from "./generated/models.js";
import { type Moment, millis } from "./values.js";

/** Whether the check digit of a number holds (Luhn, ISO/IEC 7812-1). */
export function luhn(digits: string): boolean {
  return ask((core) => core.luhn(digits));
}

/**
 * Judges a card number while it is typed; spaces and hyphens between the digits do not count.
 *
 * At a length that the brand has, but with a wrong check digit, a number is `incomplete` with the reason `check_digit` as long as more
 * digits may follow, and `invalid` at the longest.
 */
export function cardNumber(typed: string): CardNumberCheck {
  return JSON.parse(ask((core) => core.checkCardNumber(typed)));
}

/** Judges an expiry date while it is typed: `5/34`, `05 / 2034`, `0534`. A card is good until the end of its month, in UTC. */
export function cardExpiry(typed: string, now?: Moment): CardExpiryCheck {
  return JSON.parse(ask((core) => core.checkCardExpiry(typed, millis(now))));
}

/** Judges a security code while it is typed. The brand is the card's, if it is known yet. */
export function securityCode(typed: string, brand?: CardBrand): SecurityCodeCheck {
  return JSON.parse(ask((core) => core.checkSecurityCode(typed, brand)));
}

/**
 * Judges a whole card before it is sent. A shop's server never has one.
 *
 * @throws {@link Invalid}: `invalid_card`, with the field at fault in `param`.
 */
export function card(card: CardDetails, now?: Moment): CardNumberCheck {
  // What is no whole number is no month and no year: the core refuses 0.
  const [month = 0, year = 0] = [card.exp_month, card.exp_year].map((part) => (Number.isInteger(part) ? part : 0));
  return JSON.parse(ask((core) => core.checkCard(card.number, month, year, card.cvc, millis(now))));
}

/**
 * Reads an address as somebody pastes it. An Ethereum address in small letters or capitals alone carries no checksum: it is taken, and
 * `checksummed` is false.
 *
 * @param chain - an address of another chain is refused, where addresses tell (Bitcoin).
 * @throws {@link Invalid}: `address_malformed`, `address_length`, `address_checksum`, `address_mixed_case`, `address_wrong_network`.
 */
export function address(typed: string, network: Network, chain?: Chain): CryptoAddress {
  return JSON.parse(ask((core) => core.checkAddress(typed, network, chain)));
}
