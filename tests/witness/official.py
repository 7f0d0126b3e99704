#!/usr/bin/env python3
"""An independent witness of tests/vectors/official.json, with Python's standard library alone.

It makes the signature over the list again, and holds every verdict against a reader of its own: what is official is on the list as plain
text once it is written as this file writes it, and what is not official is not.

Run it from anywhere: `python3 tests/witness/official.py`.
"""

import json
import sys
import unicodedata
import urllib.parse

from signatures import Witness, b64, ed25519_public, ed25519_sign, load


def main():
    witness, vectors = Witness(), load("official.json")
    envelope, seed = json.loads(vectors["envelope"]), bytes.fromhex(vectors["seed_hex"])
    text = f"{envelope['signature_id']}.{envelope['signed_at']}.{envelope['list']}"
    witness.same("official: key", "whpk_" + b64(ed25519_public(seed)), vectors["public_key"])
    witness.same("official: signature", "v1a," + b64(ed25519_sign(seed, text.encode())), envelope["signature"])
    entries = json.loads(envelope["list"])
    for case in vectors["checks"]:
        subject = case["subject"]
        witness.same(f"official: {subject}", is_listed(entries, subject), case["verdict"] == "official")
        suspicious = case["reason"] in ("looks_alike", "mixed_script", "userinfo")
        witness.same(f"official: {subject}: suspicious", suspicious, case["verdict"] == "suspicious")
    print(f"{witness.passed} passed, {witness.failed} failed")
    return 1 if witness.failed else 0


def is_listed(entries, subject):
    value = subject["value"].strip(" \t\r\n")
    if not value.isascii() or any(unicodedata.category(letter) == "Cc" for letter in value) or len(value) > 2048:
        return False
    kind = subject["kind"]
    if kind == "url":
        return is_page(entries, value)
    if kind == "email":
        domain = value.lower().rpartition("@")[2]
        return value.lower() in entries["emails"] or (value.count("@") == 1 and domain in entries["email_domains"])
    if kind == "phone":
        number = value.removeprefix("tel:").translate({ord(letter): None for letter in " -()./"})
        number = "+" + number[2:] if number.startswith("00") else number
        return number in entries["phones"]
    if kind == "social":
        account = {"platform": subject["platform"].lower(), "handle": value.removeprefix("@").lower()}
        return account in entries["accounts"]
    return False


def is_page(entries, value):
    if any(letter in value for letter in " \\%"):
        return False
    parts = urllib.parse.urlsplit(value if "://" in value else f"https://{value}")
    host, colon, port = parts.netloc.lower().partition(":")
    host = host.removesuffix(".")
    if parts.scheme != "https" or "@" in parts.netloc or (colon and port != "443"):
        return False
    return any(host == entry["host"] or (entry.get("subdomains") and host.endswith("." + entry["host"])) for entry in entries["hosts"])


if __name__ == "__main__":
    sys.exit(main())
