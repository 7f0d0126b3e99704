// What a server does first, in whichever runtime it is: a webhook is verified, a request is signed, and a payment is made.

/** Does it with the given SDK, and says what came of it. */
export async function firstSteps(sdk, { webhook, request, hmac, ...gateway }) {
  const headers = {
    "webhook-id": webhook.msg_id,
    "webhook-timestamp": `${webhook.timestamp}`,
    "webhook-signature": webhook.signature,
  };
  const verify = (body) => new sdk.Verifier(webhook.secret).verify(body, headers, webhook.timestamp * 1000);
  return {
    id: verify(webhook.payload).id,
    refused: codeOf(() => verify(`${webhook.payload} `)),
    signature: signature(sdk, request, hmac),
    status: await paid(sdk, gateway),
    host: typeof globalThis.process?.getBuiltinModule?.("node:crypto")?.createHmac === "function",
  };
}

function codeOf(work) {
  try {
    work();
  } catch (error) {
    return error.code;
  }
  return undefined;
}

function signature(sdk, { method, url, headers, body, keyid }, hmac) {
  const key = new sdk.HmacKey(
    keyid,
    Uint8Array.from(hmac.match(/../g), (digits) => Number.parseInt(digits, 16)),
  );
  const given = Object.entries(headers).filter(([name]) => ["content-type", "idempotency-key"].includes(name));
  const stamp = { created: 1_767_225_600_000, nonce: "b3k2pp5k7z50gnwpyemd01" };
  return sdk.signRequest({ method, url, headers: given, body }, key, stamp).Signature;
}

async function paid(sdk, { url: baseUrl, key_id: keyId, secret, gateway_keys, publishable_key: publishableKey }) {
  const gatewayKeys = gateway_keys && String(gateway_keys);
  const buyer = new sdk.CheckoutClient({ baseUrl, publishableKey });
  const card = { number: "4242424242424242", exp_month: 12, exp_year: 2040, cvc: "123" };
  const { id } = await buyer.paymentMethods.create({ card });
  const client = new sdk.Client({ baseUrl, keyId, secret, ...(gatewayKeys && { gatewayKeys }) });
  const amount = new sdk.Money("19.99", "EUR");
  const payment = await client.payments.create(
    { amount, method: "card", payment_method: id },
    { idempotencyKey: crypto.randomUUID() },
  );
  return payment.status;
}
