#!/usr/bin/env python3
"""An independent witness: derives every check digit and checksum of addresses.json, luhn_iban.json and emvco_qr.json again, from the
texts of the standards and with Python's standard library alone.

It shares no code with the core, so the two cannot be wrong together. Keccak-256, which the standard library lacks (its SHA-3 pads
otherwise), is written out here.

Run it from anywhere: `python3 tests/witness/checks.py`. It prints one line per failure and ends with `N passed, 0 failed`; the exit code
is 1 if anything failed.
"""

import hashlib
import json
import pathlib
import sys

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "vectors"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BECH32_CONST, BECH32M_CONST = 1, 0x2BC830A3


def main():
    witness = Witness()
    addresses = load("addresses.json")
    check_luhn(witness, load("luhn_iban.json")["luhn"])
    check_ibans(witness, load("luhn_iban.json")["iban"])
    check_base58(witness, addresses["base58"]["vectors"])
    check_tron(witness, addresses["tron"])
    check_eip55(witness, addresses["eip55"])
    check_bech32(witness, addresses)
    check_segwit(witness, addresses["segwit"])
    check_bitcoin(witness, addresses["bitcoin_addresses"])
    check_emvco(witness, load("emvco_qr.json"))
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


def load(name):
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


# Card numbers (ISO/IEC 7812-1, Annex B)


def check_luhn(witness, vectors):
    for digits in vectors["valid"]:
        witness.same(f"luhn: {digits}", luhn_digit(digits[:-1]), digits[-1])
    for digits in vectors["invalid"]:
        witness.same(f"luhn: {digits} has another check digit", luhn_digit(digits[:-1]) == digits[-1], False)


def luhn_digit(payload):
    """The check digit of a number without it."""
    total = 0
    for place, digit in enumerate(reversed(payload)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


# IBANs (ISO 13616, ISO 7064)


def check_ibans(witness, vectors):
    for text in vectors["valid"]:
        iban = text.replace(" ", "")
        witness.same(f"iban: {text}", iban_digits(iban), iban[2:4])
        groups = [iban[place : place + 4] for place in range(0, len(iban), 4)]
        witness.same(f"iban: {text} as printed", " ".join(groups), text)
    for text in vectors["invalid"]:
        iban = text.replace(" ", "")
        witness.same(f"iban: {text} has other check digits", iban_digits(iban) == iban[2:4], False)


def iban_digits(iban):
    """98 minus the remainder by 97 of the number with the country and 00 at its end, letters from 10 to 35."""
    number = "".join(str(int(character, 36)) for character in iban[4:] + iban[:2] + "00")
    return f"{98 - int(number) % 97:02}"


# Base58Check: Bitcoin's old addresses and TRON's


def check_base58(witness, vectors):
    for case in vectors:
        data = bytes.fromhex(case["hex"])
        witness.same(f"base58: {case['hex']}", base58(data), case["base58"])
        witness.same(f"base58: {case['base58']} back", base58_bytes(case["base58"]), data)


def check_tron(witness, vectors):
    for pair in vectors["valid"]:
        witness.same(f"tron: {pair['address']}", base58check(bytes.fromhex(pair["hex"])), pair["address"])
    for text in vectors["valid_plain"] + list(vectors["labels"]):
        witness.same(f"tron: {text}", is_tron(text), True)
    for text in vectors["invalid"]:
        witness.same(f"tron: {text} is none", is_tron(text), False)
    twin = vectors["eth_form_of_TR7"]["0x"]
    usdt = base58check(b"\x41" + bytes.fromhex(twin[2:]))
    witness.same("tron: the twin of a contract", usdt in vectors["labels"], True)
    witness.same("tron: the twin's capitals", eip55(twin), twin)


def is_tron(text):
    body = base58check_body(text)
    return body is not None and len(body) == 21 and body[0] == 0x41


def base58(data):
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = BASE58[digit] + text
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + text


def base58_bytes(text):
    number = 0
    for character in text:
        number = number * 58 + BASE58.index(character)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def base58check(body):
    return base58(body + double_sha256(body)[:4])


def base58check_body(text):
    """What stands before the checksum; nothing if that does not hold."""
    if not text or any(character not in BASE58 for character in text):
        return None
    data = base58_bytes(text)
    body = data[:-4]
    return body if len(data) > 4 and double_sha256(body)[:4] == data[-4:] else None


def double_sha256(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


# Ethereum (EIP-55)


def check_eip55(witness, vectors):
    empty = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    witness.same("keccak-256 of nothing", keccak256(b"").hex(), empty)
    for text in vectors["valid"]:
        witness.same(f"eip55: {text}", eip55(text), text)
    for text in vectors["invalid"]:
        witness.same(f"eip55: {text} has other capitals", eip55(text) == text, False)


def eip55(text):
    small = text[2:].lower()
    digest = keccak256(small.encode()).hex()
    return "0x" + "".join(digit.upper() if int(half, 16) >= 8 else digit for digit, half in zip(small, digest))


def keccak256(data):
    """Keccak with a rate of 1088 bits and the padding that it had before it became SHA-3."""
    rate, lanes = 136, [[0] * 5 for _ in range(5)]
    padded = bytearray(data + b"\x01" + b"\0" * (-(len(data) + 1) % rate))
    padded[-1] |= 0x80
    for start in range(0, len(padded), rate):
        for place in range(rate // 8):
            lane = int.from_bytes(padded[start + 8 * place : start + 8 * place + 8], "little")
            lanes[place % 5][place // 5] ^= lane
        keccak_f(lanes)
    return b"".join(lanes[place % 5][place // 5].to_bytes(8, "little") for place in range(4))


def keccak_f(lanes):
    """The permutation of 1600 bits, in place: 24 rounds of theta, rho, pi, chi and iota."""
    register = 1
    for _ in range(24):
        parity = [lanes[x][0] ^ lanes[x][1] ^ lanes[x][2] ^ lanes[x][3] ^ lanes[x][4] for x in range(5)]
        for x in range(5):
            effect = parity[x - 1] ^ rotated(parity[(x + 1) % 5], 1)
            for y in range(5):
                lanes[x][y] ^= effect
        x, y, current = 1, 0, lanes[1][0]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, lanes[x][y] = lanes[x][y], rotated(current, (step + 1) * (step + 2) // 2 % 64)
        for y in range(5):
            row = [lanes[x][y] for x in range(5)]
            for x in range(5):
                lanes[x][y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5])
        for power in range(7):
            if register & 1:
                lanes[0][0] ^= 1 << ((1 << power) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)


def rotated(lane, places):
    return ((lane << places) | (lane >> (64 - places))) & (2**64 - 1)


# Bech32 (BIP 173), Bech32m (BIP 350) and the addresses made of them


def check_bech32(witness, vectors):
    for name, constant in (("bech32", BECH32_CONST), ("bech32m", BECH32M_CONST)):
        for text in vectors[name]["valid"]:
            witness.same(f"{name}: {text}", bech32_parts(text, constant) is not None, True)
        for case in vectors[name]["invalid"]:
            text = with_bytes(case)
            witness.same(f"{name}: {text!r}, {case['reason']}", bech32_parts(text, constant), None)


def check_segwit(witness, vectors):
    for case in vectors["valid"]:
        witness.same(f"segwit: {case['address']}", script_of(case["address"]), case["script_pubkey"])
    for case in vectors["invalid"]:
        witness.same(f"segwit: {case['string']}, {case['reason']}", script_of(with_bytes(case)), None)


def check_bitcoin(witness, vectors):
    for case in vectors["valid"]:
        witness.same(f"bitcoin: {case['address']}", script_of(case["address"]), case["script_pubkey"])
    for text in vectors["invalid"]:
        witness.same(f"bitcoin: {text!r} is none", script_of(text), None)


def with_bytes(case):
    def byte(name):
        return chr(int(case[name], 16)) if case[name] else ""

    return byte("prefix_byte") + case["string"] + byte("suffix_byte")


def bech32_parts(text, constant):
    """The prefix and the values without the checksum; nothing if the text is not in this form."""
    separator = text.rfind("1")
    if text not in (text.lower(), text.upper()) or len(text) > 90 or separator < 1 or len(text) - separator < 7:
        return None
    prefix, data = text[:separator].lower(), text[separator + 1 :].lower()
    if any(not 33 <= ord(character) <= 126 for character in prefix) or any(character not in BECH32 for character in data):
        return None
    values = [BECH32.index(character) for character in data]
    expanded = [ord(character) >> 5 for character in prefix] + [0] + [ord(character) & 31 for character in prefix]
    return (prefix, values[:-6]) if polymod(expanded + values) == constant else None


def polymod(values):
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            if top >> place & 1:
                checksum ^= generator
    return checksum


def script_of(text):
    """The output script of a Bitcoin address of any chain, in hex; nothing if it is none."""
    body = base58check_body(text)
    if body is not None and len(body) == 21:
        if body[0] in (0x00, 0x6F):
            return f"76a914{body[1:].hex()}88ac"
        return f"a914{body[1:].hex()}87" if body[0] in (0x05, 0xC4) else None
    for constant in (BECH32_CONST, BECH32M_CONST):
        parts = bech32_parts(text, constant)
        if parts and parts[1] and parts[0] in ("bc", "tb", "bcrt"):
            return witness_script(parts[1][0], parts[1][1:], constant)
    return None


def witness_script(version, values, constant):
    program = bytes_of_fives(values)
    if program is None or version > 16 or not 2 <= len(program) <= 40:
        return None
    if (version == 0) != (constant == BECH32_CONST) or (version == 0 and len(program) not in (20, 32)):
        return None
    return bytes([version and 0x50 + version, len(program)]).hex() + program.hex()


def bytes_of_fives(values):
    """Groups of five bits as bytes; what is left over is less than five bits, all zero."""
    bits = "".join(f"{value:05b}" for value in values)
    whole = len(bits) // 8 * 8
    if len(bits) - whole > 4 or "1" in bits[whole:]:
        return None
    return bytes(int(bits[place : place + 8], 2) for place in range(0, whole, 8))


# EMVCo's codes


def check_emvco(witness, vectors):
    witness.same("crc: 123456789", crc16(b"123456789"), vectors["check"]["ascii 123456789"])
    for sample in vectors["samples"]:
        payload, name = sample["payload"], sample["name"]
        witness.same(f"emvco: {name}: crc", crc16(payload[:-4].encode()), sample["crc"])
        witness.same(f"emvco: {name}: fields", fields_of(payload), sample["tlv"])


def crc16(data):
    """CRC-16/CCITT-FALSE: polynomial 0x1021, all ones at first, nothing reflected or inverted."""
    checksum = 0xFFFF
    for byte in data:
        checksum ^= byte << 8
        for _ in range(8):
            checksum = (checksum << 1 ^ (0x1021 if checksum & 0x8000 else 0)) & 0xFFFF
    return f"{checksum:04X}"


def fields_of(text):
    """Pairs of id and value; a length counts characters."""
    fields = []
    while text:
        length = int(text[2:4])
        fields.append([text[:2], text[4 : 4 + length]])
        text = text[4 + length :]
    return fields


if __name__ == "__main__":
    sys.exit(main())
