// The published vectors, as they are.

import { describe, test } from "node:test";
import * as sdk from "@okpay/sdk/server";
import { askServer, hostMac } from "../dist/internals.js";
import { addresses, currencies, fees, links, luhnAndIbans, roundings, roundingsOfFees, same, shopCodes } from "./cases.js";
import { passed } from "./report.js";
import { codeOf, hex, vectors } from "./support.js";

/** One vector file: `declare` gives each case, with its list, to a test. */
function suite(name, ...declare) {
  describe(name, () => {
    const file = vectors(name);
    const check = (list, about, work) => {
      test(about, async () => {
        await work();
        passed(`vectors/${name}.json`, list);
      });
    };
    for (const cases of declare) {
      cases(sdk, file, check);
    }
  });
}

suite("iso4217", currencies);
suite("rounding", roundings, roundingsOfFees);
suite("fees", fees);
suite("luhn_iban", luhnAndIbans);
suite("addresses", addresses, links);
suite("emvco_qr", shopCodes);

// The official list

suite("official", (_, file, check) => {
  const official = new sdk.OfficialList(file.envelope, { publicKeys: [file.public_key] });
  const judge = ({ kind, value, platform }) => (kind === "social" ? official.social(platform, value) : official[kind](value));
  for (const one of file.checks) {
    check("checks", JSON.stringify(one.subject).slice(0, 80), () => {
      const { verdict, reason, normalized, entry } = judge(one.subject);
      same({ verdict, reason, normalized: normalized ?? null, entry: entry ?? null, subject: one.subject }, one);
    });
  }
  for (const one of file.loads) {
    check("loads", one.name, async () => {
      const [from, to] = one.replace ?? ["", ""];
      const envelope = file.envelope.replaceAll(from, to);
      const options = {
        publicKeys: [one.public_key ?? file.public_key],
        lastAcceptedVersion: one.last_accepted_version ?? undefined,
      };
      const load = () => new sdk.OfficialList(envelope, options);
      one.error ? same(await codeOf(load), one.error) : same(load().version, official.version);
    });
  }
});

// Signing

const created = 1_767_225_600_000;
const nonce = "b3k2pp5k7z50gnwpyemd01";

suite("okpay_requests", (_, file, check) => {
  const keys = file.rfc9421_test_keys;
  for (const one of file.cases) {
    const key =
      one.alg === "hmac-sha256"
        ? new sdk.HmacKey(one.keyid, hex(keys.hmac_hex))
        : new sdk.Ed25519Key(one.keyid, hex(keys.ed25519_seed_hex));
    check("cases", one.name, async () => {
      const given = Object.entries(one.headers).filter(([name]) => ["content-type", "idempotency-key"].includes(name));
      const { method, url, body } = one;
      const request = { method, url, headers: Object.fromEntries(given), body };
      const signed = sdk.signRequest(request, key, { created, nonce });
      const digest = body ? { "Content-Digest": one.headers["content-digest"] } : {};
      same(signed, { ...digest, "Signature-Input": one.signature_input, Signature: one.signature });
      const received = { ...request, headers: { ...request.headers, ...signed } };
      const proven = sdk.verifyRequest(received, () => key, created);
      same([proven.keyId, proven.algorithm, proven.nonce], [one.keyid, one.alg, nonce]);
      const tampered = { ...received, url: `${one.url}x` };
      same(await codeOf(() => sdk.verifyRequest(tampered, key, created)), "signature_invalid");
    });
  }
});

suite("okpay_answers", (_, file, check) => {
  const gateway = [new sdk.PublicKey(file.keyid, hex(file.keys.ed25519_public_hex))];
  const key = new sdk.Ed25519Key(file.keyid, hex(file.keys.ed25519_seed_hex));
  const request = (one, nonce, keyId) =>
    one[nonce] == null ? undefined : { nonce: one[nonce], keyId: one[keyId] ?? file[keyId] };
  for (const one of file.cases) {
    check("cases", one.name, () => {
      const { status, body } = one;
      const headers = one.content_type ? { "Content-Type": one.content_type } : {};
      const to = request(one, "nonce", "okpay_key_id");
      const signed = sdk.signAnswer({ status, headers, body }, key, { created: one.created * 1000, ...(to && { request: to }) });
      same([signed["Signature-Input"], signed.Signature], [one.signature_input, one.signature]);
      const proven = sdk.verifyAnswer({ status, headers: { ...headers, ...signed }, body }, gateway, to);
      same([proven.created, proven.keyId, proven.request?.nonce ?? null], [one.created, one.keyid, one.nonce]);
      same(String(key.publicKey), String(gateway[0]));
    });
  }
  for (const one of file.refused) {
    check("refused", one.name, async () => {
      const answer = { status: one.status, headers: one.headers, body: one.body };
      same(await codeOf(() => sdk.verifyAnswer(answer, gateway, request(one, "expected_nonce", "expected_key_id"))), one.code);
    });
  }
});

suite("rfc9421", (_, file, check) => {
  for (const { body, content_digest, matches } of file.content_digest_checks) {
    check("content_digest_checks", content_digest, async () => {
      const code = await codeOf(() => sdk.verifyContentDigest(content_digest, body));
      same(code ?? null, matches ? null : "digest_mismatch");
    });
  }
});

suite("rfc9421", (_, file, check) => {
  for (const one of file.signature_vectors) {
    check("signature_vectors", `${one.name}, of another profile`, async () => {
      const [method, target] = one.start_line.split(" ");
      const headers = [...one.headers, ["Signature-Input", one.signature_input], ["Signature", one.signature]];
      const request = { method, url: `https://example.com${target}`, headers, body: one.body };
      const key = new sdk.HmacKey(one.keyid, hex(file.keys.hmac_hex));
      same(await codeOf(() => sdk.verifyRequest(request, key)), "signature_invalid");
    });
  }
});

suite("totp", (_, file, check) => {
  const seed = (alg) => new TextEncoder().encode(file.seeds[alg]);
  for (const one of file.totp) {
    check("totp", `${one.alg} at ${one.time}`, () => {
      const key = new sdk.TotpKey(seed(one.alg), { algorithm: one.alg, digits: 8 });
      same(key.code(one.time * 1000), one.totp);
      same(key.verify(one.totp, { now: one.time * 1000, window: 0 }), Number.parseInt(one.T, 16));
    });
  }
  for (const one of file.hotp_sha1_6digits) {
    check("hotp_sha1_6digits", `counter ${one.counter}`, () => {
      same(new sdk.TotpKey(seed("SHA1")).code(one.counter * 30_000), one.hotp);
    });
  }
});

suite("rfc9530", (_, file, check) => {
  for (const one of file.vectors) {
    check("vectors", one.name ?? one.field_value, async () => {
      const body = hex(one.body_hex);
      sdk.verifyContentDigest(one.field_value, body);
      if (one.alg === "sha-256") {
        same(sdk.contentDigest(body), one.field_value);
      }
      same(await codeOf(() => sdk.verifyContentDigest(one.field_value, hex(`${one.body_hex}21`))), "digest_mismatch");
    });
  }
  for (const one of file.negative_or_ambiguous) {
    check("negative_or_ambiguous", one.name ?? one.field_value, async () => {
      for (const body of ['{"hello": "world"}', '{"hello": "world"}\n']) {
        same(typeof (await codeOf(() => sdk.verifyContentDigest(one.field_value, body))), "string");
      }
    });
  }
});

// Webhooks

/** Core's own HMAC, which small bodies get, and the host's say the same, in the same words. */
function deliver(one, signature, secret) {
  const [own, host] = [verified, verifiedByHost].map((verify) => {
    try {
      return { payload: verify(one, signature, secret) };
    } catch (error) {
      return { error };
    }
  });
  same([own.error?.code, own.error?.message], [host.error?.code, host.error?.message]);
  if (own.error) {
    throw own.error;
  }
  same(host.payload, own.payload.id);
  return own.payload;
}

function verifiedByHost(one, signature, secret) {
  const body = new TextEncoder().encode(one.payload);
  const headers = { "webhook-id": one.msg_id, "webhook-timestamp": String(one.timestamp), "webhook-signature": signature };
  return askServer((core) => {
    const verifier = core.Verifier.make(JSON.stringify([secret]), 300);
    const mac = hostMac([core.secretBytes(secret)], 0)(body);
    return verifier.verify(body, JSON.stringify(Object.entries(headers)), BigInt(one.timestamp) * 1000n, mac).id();
  });
}

function verified(one, signature, secret) {
  const headers = { "Webhook-Id": one.msg_id, "webhook-timestamp": String(one.timestamp), "WEBHOOK-SIGNATURE": signature };
  return new sdk.Verifier(secret).verify(one.payload, headers, one.timestamp * 1000);
}

suite("standard_webhooks", (_, file, check) => {
  for (const one of file.vectors) {
    check("vectors", one.name, () => {
      const payload = deliver(one, one.signature, one.secret ?? one.public_key);
      same([payload.id, new TextDecoder().decode(payload.body)], [one.msg_id, one.payload]);
      if (one.scheme === "v1") {
        same(sdk.sign(one.secret, one.msg_id, one.payload, one.timestamp * 1000)["webhook-signature"], one.signature);
      }
    });
  }
  for (const one of file.signature_header_cases) {
    check("signature_header_cases", one.name, async () => {
      const base = file.vectors.find((vector) => vector.name === one.base);
      const code = await codeOf(() => deliver(base, one.headers_signature, base.secret));
      same(code ?? null, one.expect === "accept" ? null : "webhook_signature_mismatch");
    });
  }
  for (const one of file.secret_cases) {
    check("secret_cases", one.name ?? one.secret, async () => {
      if (one.expect === "ok") {
        same(sdk.sign(one.secret, "msg_1", "x", 1000), sdk.sign(one.same_key_as, "msg_1", "x", 1000));
      } else {
        same(await codeOf(() => new sdk.Verifier(one.secret)), "invalid_key");
      }
    });
  }
});

// Header fields

suite("http_fields", (_, file, check) => {
  const key = new sdk.HmacKey("k", new Uint8Array(32));
  const signed = (field) =>
    sdk.signRequest({ method: "POST", url: "https://api.okpay.test/v1/x", headers: { "Idempotency-Key": field } }, key);
  for (const field of file.idempotency_key.valid) {
    check("idempotency_key.valid", field, () => same(signed(field)["Signature-Input"].includes('"idempotency-key"'), true));
  }
  for (const field of file.idempotency_key.invalid) {
    check("idempotency_key.invalid", `no ${field}`, async () =>
      same(await codeOf(() => signed(field)), "idempotency_key_invalid"),
    );
  }
  for (const [value, seconds] of Object.entries(file.retry_after.valid)) {
    // The date has passed.
    const wanted = seconds === "http-date" ? 0 : seconds * 1000;
    check("retry_after.valid", value, async () => same(await waitAfter(key, "Retry-After", value), wanted));
  }
  for (const value of file.retry_after.invalid) {
    check("retry_after.invalid", `no ${value}`, async () => same(await waitAfter(key, "Retry-After", value), null));
  }
  for (const value of file.ratelimit.limit) {
    check("ratelimit.limit", value, async () => {
      same(await waitAfter(key, "RateLimit", value), null);
      same(await waitAfter(key, "RateLimit", `${value}, "spent";r=0;t=7`), 7000);
    });
  }
});

/** The wait in milliseconds that an answer with this header asks for. */
async function waitAfter(key, name, value) {
  const heard = [];
  const gatewayKeys = String(new sdk.Ed25519Key("gw_1", new Uint8Array(32)).publicKey);
  const transport = async () => ({ status: 503, headers: [[name, value]], body: new Uint8Array() });
  const onAttempt = (report) => heard.push(report.retryAfter);
  const options = { baseUrl: "https://api.okpay.test", key, gatewayKeys, transport, onAttempt, maxAttempts: 1 };
  same(await codeOf(() => new sdk.Client(options).balances.list()), "answer_unsigned");
  return heard[0];
}
