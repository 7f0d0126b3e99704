/**
 * What a wallet scans: the text of payment QR codes and links, read and written. How a code is drawn is another matter.
 *
 * A request that is read is a suggestion of whoever made it: the payer looks at receiver and amount before they pay. What is not
 * understood and could change who gets how much is refused, never left out.
 */

import type { CoinRequest, MerchantRequest, Network, PaymentRequest, QrField } from "./generated/models.js";
import { askServer } from "./server-core.js";

/**
 * Reads what was scanned, whichever form it is in.
 *
 * @throws {@link Invalid}: `payment_request_malformed`, `payment_request_too_long`, `payment_request_checksum`,
 * `payment_request_unsupported`, or what is wrong with an address or amount in it.
 */
export function parse(text: string): PaymentRequest {
  return JSON.parse(askServer((core) => core.parsePaymentRequest(text)));
}

/**
 * The link of a request for coins: `bitcoin:` by BIP 21, `ethereum:` by ERC-681 (with the chain, on Ethereum and BNB chain), or `tron:`,
 * which is a convention of wallets and no standard.
 */
export function coinUri(request: CoinRequest): string {
  return askServer((core) => core.coinUri(JSON.stringify(request)));
}

/** The payload of a shop's code as EMVCo has it, for a drawer of QR codes. */
export function merchantQr(request: MerchantRequest): string {
  return askServer((core) => core.merchantQr(JSON.stringify(request)));
}

/** The fields of a shop's code in their order, without the checksum, which has to hold. */
export function qrFields(payload: string): QrField[] {
  return JSON.parse(askServer((core) => core.qrFields(payload)));
}

/** The payload of fields in their order, with the checksum at the end. */
export function qrPayload(fields: readonly QrField[]): string {
  return askServer((core) => core.qrPayload(JSON.stringify(fields)));
}

/** The contract of USDT on a network, if it is there. */
export function usdtContract(network: Network): string | undefined {
  return askServer((core) => core.usdtContract(network));
}
