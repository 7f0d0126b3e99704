#!/usr/bin/env python3
"""An independent witness: derives every signature and digest of tests/vectors again, with Python's standard library alone.

It shares no code with the core, so the two cannot be wrong together. Ed25519 is written out here from RFC 8032 §5.1, in plain
integers: slow and not constant in time, which is fine for public test keys and for nothing else.

Run it from anywhere: `python3 tests/witness/signatures.py`. It prints one line per failure and ends with `N passed, 0 failed`; the exit
code is 1 if anything failed.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import re
import sys

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "vectors"


def main():
    witness = Witness()
    check_ed25519_itself(witness)
    check_okpay_requests(witness, load("okpay_requests.json"))
    check_okpay_answers(witness, load("okpay_answers.json"))
    check_rfc9421(witness, load("rfc9421.json"))
    check_rfc9530(witness, load("rfc9530.json"))
    check_standard_webhooks(witness, load("standard_webhooks.json"))
    print(f"{witness.passed} passed, {witness.failed} failed")
    return 1 if witness.failed else 0


class Witness:
    """Counts what held and says what did not."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def same(self, what, derived, published):
        if derived == published:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {what}\n  derived:   {derived!r}\n  published: {published!r}")


# Requests and answers (RFC 9421)


def check_okpay_requests(witness, vectors):
    keys = vectors["rfc9421_test_keys"]
    for case in vectors["cases"]:
        name, headers = f"okpay_requests: {case['name']}", case["headers"]
        body = case["body"].encode()
        if body:
            witness.same(f"{name}: digest", content_digest(body), headers["content-digest"])
        values = {"@method": case["method"], "@target-uri": case["url"]} | headers
        nonce = re.search(r'nonce="([^"]*)"', case["signature_input"]).group(1)
        parameters = (
            f'{component_list(case["covered"])};created=1767225600;expires=1767225900;nonce="{nonce}"'
            f';alg="{case["alg"]}";keyid="{case["keyid"]}";tag="okpay"'
        )
        check_signature(witness, name, case, values, case["covered"], parameters, keys)


def check_okpay_answers(witness, vectors):
    keys = vectors["keys"]
    for case in vectors["cases"]:
        name, body = f"okpay_answers: {case['name']}", case["body"].encode()
        values = {"@status": str(case["status"])}
        covered = ["@status"]
        if body:
            witness.same(f"{name}: digest", content_digest(body), case["content_digest"])
            covered += ["content-type", "content-digest"]
            values |= {"content-type": case["content_type"], "content-digest": case["content_digest"]}
        if case["okpay_key_id"] is not None:
            covered += ["okpay-key-id"]
            values |= {"okpay-key-id": case["okpay_key_id"]}
        witness.same(f"{name}: nonce and key id together", case["nonce"] is None, case["okpay_key_id"] is None)
        nonce = "" if case["nonce"] is None else f';nonce="{case["nonce"]}"'
        parameters = (
            f'{component_list(covered)};created={case["created"]}{nonce}'
            f';alg="ed25519";keyid="{case["keyid"]}";tag="okpay-response"'
        )
        check_signature(witness, name, case | {"alg": "ed25519"}, values, covered, parameters, keys)
    for case in vectors["refused"]:
        witness.same(f"okpay_answers: refused: {case['name']}", why_refused(case, vectors), case["code"])


def check_signature(witness, name, case, values, covered, parameters, keys):
    base = signature_base(values, covered, parameters)
    witness.same(f"{name}: base", base, case["signature_base"])
    witness.same(f"{name}: input", f"sig1={parameters}", case["signature_input"])
    witness.same(f"{name}: signature", f"sig1=:{b64(sign(case['alg'], keys, base.encode()))}:", case["signature"])


def why_refused(case, vectors):
    """The code under which an answer is refused, by the rules in their order; None if it is not."""
    headers, body = case["headers"], case["body"].encode()
    if "signature-input" not in headers and "signature" not in headers:
        return "answer_unsigned"
    covered = ["@status", "content-type", "content-digest"] if body else ["@status"]
    key_id = headers.get("okpay-key-id")
    if key_id is not None:
        covered.append("okpay-key-id")
    shape = re.compile(
        r"sig1=(" + re.escape(component_list(covered)) + r";created=(?:0|[1-9][0-9]{0,14})"
        r'(?:;nonce="(?P<nonce>[A-Za-z0-9_-]{22,64})")?;alg="ed25519";keyid="(?P<keyid>[A-Za-z0-9_-]{1,64})"'
        r';tag="okpay-response")'
    )
    found = shape.fullmatch(headers.get("signature-input", ""))
    signature = re.fullmatch(r"sig1=:([A-Za-z0-9+/]*={0,2}):", headers.get("signature", ""))
    if not found or not signature or any(name not in headers for name in covered[1:]):
        return "answer_signature_invalid"
    if (key_id is None) != (found["nonce"] is None) or not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", key_id or "none"):
        return "answer_signature_invalid"
    if found["keyid"] != vectors["keyid"]:
        return "untrusted_key"
    base = signature_base({"@status": str(case["status"])} | headers, covered, found[1])
    public = bytes.fromhex(vectors["keys"]["ed25519_public_hex"])
    if not ed25519_verify(public, base.encode(), base64.b64decode(signature[1])):
        return "answer_signature_invalid"
    if body and headers["content-digest"] != content_digest(body):
        return "digest_mismatch"
    if found["nonce"] is not None and (found["nonce"], key_id) != (case["expected_nonce"], case["expected_key_id"]):
        return "answer_for_other_request"
    return None


def check_rfc9421(witness, vectors):
    for case in vectors["signature_vectors"]:
        name = f"rfc9421: {case['name']}"
        method, target, _ = case["start_line"].split(" ")
        headers = {field.lower(): value for field, value in case["headers"]}
        values = headers | {"@method": method, "@path": target.split("?")[0], "@authority": headers["host"].lower()}
        label, parameters = case["signature_input"].split("=", 1)
        covered = re.findall(r'"([^"]*)"', parameters[: parameters.index(")")])
        base = signature_base(values, covered, parameters)
        witness.same(f"{name}: base", base, case["signature_base"])
        derived = f"{label}=:{b64(sign(case['alg'], vectors['keys'], base.encode()))}:"
        witness.same(f"{name}: signature", derived, case["signature"])


def signature_base(values, covered, parameters):
    lines = [f'"{name}": {values[name]}' for name in covered]
    return "\n".join([*lines, f'"@signature-params": {parameters}'])


def component_list(names):
    return "(" + " ".join(f'"{name}"' for name in names) + ")"


def sign(algorithm, keys, text):
    if algorithm == "hmac-sha256":
        return hmac.digest(bytes.fromhex(keys["hmac_hex"]), text, "sha256")
    return ed25519_sign(bytes.fromhex(keys["ed25519_seed_hex"]), text)


# Digests (RFC 9530)


def check_rfc9530(witness, vectors):
    for case in vectors["vectors"]:
        body = bytes.fromhex(case["body_hex"])
        witness.same(f"rfc9530: {case['source']}: body", body, case["body_utf8"].encode())
        witness.same(f"rfc9530: {case['source']}", content_digest(body, case["alg"]), case["field_value"])
    for case in vectors["negative_or_ambiguous"]:
        witness.same(f"rfc9530: {case['field_value']} is not canonical", is_canonical_digest(case["field_value"]), False)
        witness.same("rfc9530: its neighbours are", is_canonical_digest(vectors["vectors"][0]["field_value"]), True)


def is_canonical_digest(field):
    found = re.fullmatch(r"[a-z0-9-]+=:([A-Za-z0-9+/]+={0,2}):", field)
    return found is not None and b64(base64.b64decode(found[1])) == found[1]


def content_digest(body, algorithm="sha-256"):
    return f"{algorithm}=:{b64(hashlib.new(algorithm.replace('-', ''), body).digest())}:"


# Standard Webhooks


def check_standard_webhooks(witness, vectors):
    signed = {case["name"]: case for case in vectors["vectors"]}
    for case in signed.values():
        witness.same(f"standard_webhooks: {case['name']}", webhook_signature(case), case["signature"])
    for case in vectors["signature_header_cases"]:
        accepted = webhook_signature(signed[case["base"]]) in case["headers_signature"].split(" ")
        witness.same(f"standard_webhooks: {case['name']}", "accept" if accepted else "reject", case["expect"])
    for case in vectors["secret_cases"]:
        if case["expect"] == "ok":
            same = webhook_secret(case["secret"]) == webhook_secret(case["same_key_as"])
            witness.same(f"standard_webhooks: secret {case['secret']}", same, True)
        elif case["expect"] == "error":
            witness.same(f"standard_webhooks: secret {case['secret']!r} is empty", webhook_secret(case["secret"]), b"")


def webhook_signature(case):
    text = f"{case['msg_id']}.{case['timestamp']}.{case['payload']}".encode()
    if case["scheme"] == "v1":
        return "v1," + b64(hmac.digest(webhook_secret(case["secret"]), text, "sha256"))
    seed = base64.b64decode(case["secret_key"].removeprefix("whsk_"))[:32]
    public = base64.b64decode(case["public_key"].removeprefix("whpk_"))
    signature = ed25519_sign(seed, text)
    return "v1a," + b64(signature) if ed25519_verify(public, text, signature) else "the key pair does not match"


def webhook_secret(text):
    return base64.b64decode(text.removeprefix("whsec_"))


# Ed25519 (RFC 8032 §5.1)

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_MINUS_ONE = pow(2, (P - 1) // 4, P)


def recover_x(y, odd):
    """The x of a point, from its y and whether x is odd (§5.1.3)."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * SQRT_MINUS_ONE % P
    if x * x % P != square or y >= P or (x == 0 and odd):
        return None
    return P - x if x % 2 != odd else x


BASE_Y = 4 * pow(5, -1, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y)
NEUTRAL = (0, 1)


def add(a, b):
    """The sum of two points, in affine coordinates: the curve's own equation, with nothing clever (§5.1.4)."""
    product = D * a[0] * b[0] * a[1] * b[1] % P
    x = (a[0] * b[1] + b[0] * a[1]) * pow(1 + product, -1, P)
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, P)
    return (x % P, y % P)


def multiply(factor, point):
    total = NEUTRAL
    while factor:
        if factor & 1:
            total = add(total, point)
        point, factor = add(point, point), factor >> 1
    return total


def encode_point(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def decode_point(data):
    number = int.from_bytes(data, "little")
    y = number & (2**255 - 1)
    x = recover_x(y, number >> 255)
    return None if x is None else (x, y)


def hash_number(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


def expand(seed):
    """The secret scalar and the prefix of a seed (§5.1.5)."""
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & (2**254 - 8) | 2**254
    return scalar, digest[32:]


def ed25519_public(seed):
    return encode_point(multiply(expand(seed)[0], BASE))


def ed25519_sign(seed, text):
    scalar, prefix = expand(seed)
    public = ed25519_public(seed)
    nonce = hash_number(prefix, text) % ORDER
    commitment = encode_point(multiply(nonce, BASE))
    answer = (nonce + hash_number(commitment, public, text) * scalar) % ORDER
    return commitment + answer.to_bytes(32, "little")


def ed25519_verify(public, text, signature):
    if len(signature) != 64 or len(public) != 32:
        return False
    commitment, answer = signature[:32], int.from_bytes(signature[32:], "little")
    r, a = decode_point(commitment), decode_point(public)
    if r is None or a is None or answer >= ORDER:
        return False
    challenge = hash_number(commitment, public, text) % ORDER
    return multiply(answer, BASE) == add(r, multiply(challenge, a))


def check_ed25519_itself(witness):
    """RFC 8032 §7.1, test 2, and a change that must not pass."""
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    public = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    signature = (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    witness.same("RFC 8032 test 2: public key", ed25519_public(seed).hex(), public)
    witness.same("RFC 8032 test 2: signature", ed25519_sign(seed, b"\x72").hex(), signature)
    witness.same("RFC 8032 test 2: holds", ed25519_verify(bytes.fromhex(public), b"\x72", bytes.fromhex(signature)), True)
    witness.same("RFC 8032 test 2: changed", ed25519_verify(bytes.fromhex(public), b"\x73", bytes.fromhex(signature)), False)


# Helpers


def load(name):
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def b64(data):
    return base64.b64encode(data).decode()


if __name__ == "__main__":
    sys.exit(main())
