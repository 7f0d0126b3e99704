"""Works out tests/vectors/fees.json again, from the text of the rules and not from the code.

Plain Python, standard library only: fees in exact fractions, searches by trying every amount, Ed25519 from RFC 8032. Without an
argument the file is checked; with --write it is written anew.

The rules, in short. The first rule whose conditions hold wins. Conditions are looked at in the order operation, method, currency, amount,
monthly_volume, then the other facts by name; one that is reached on a fact not given is missing_fact. Percent, fixed and surcharges are
summed exactly and rounded once; then minimum, then maximum; then one promotion on the fee so far (rounded, capped by max_discount, then
by the fee); then tax on what is left, rounded on its own; then the network fee. Lines: largest remainder over the rounded sum, floors
first, ties in schedule order.
"""

import base64
import hashlib
import json
import pathlib
import sys
from fractions import Fraction

ROOT = pathlib.Path(__file__).resolve().parents[2]
VECTORS = ROOT / "tests/vectors/fees.json"
STANDARD = ROOT / "core/src/fees/standard.json"
PLACES = {"EUR": 2, "USD": 2, "GBP": 2, "JPY": 0, "BHD": 3, "BTC": 8, "USDT": 6}
MOST = 10**18
NOW = "2026-11-22T12:00:00Z"


class Refused(Exception):
    def __init__(self, code, param=None):
        super().__init__(code)
        self.code, self.param = code, param

    @property
    def excludes(self):
        """Whether a search may pass over the amount."""
        return self.code in ("no_matching_rule", "promotion_not_applicable")


# Rounding and money


def rounded(value, mode):
    """A fraction that is not negative as a whole number."""
    assert value >= 0
    below, rest = value.numerator // value.denominator, value % 1
    half = Fraction(1, 2)
    up = {
        "half_up": rest >= half,
        "half_down": rest > half,
        "half_even": rest > half or (rest == half and below % 2 == 1),
        "up": rest > 0,
        "ceiling": rest > 0,
        "down": False,
        "floor": False,
    }[mode]
    return below + 1 if up else below


def to_minor(text, currency):
    minor = Fraction(text) * 10 ** PLACES[currency]
    assert minor.denominator == 1, f"{text} {currency} has too many places"
    return int(minor)


def money(minor, currency):
    places, size = PLACES[currency], abs(minor)
    text = str(size // 10**places) + (f".{size % 10**places:0{places}d}" if places else "")
    return {"amount": f"-{text}" if minor < 0 else text, "currency": currency}


def bounded(minor):
    if minor > MOST:
        raise Refused("amount_overflow", "amount")
    return minor


# Conditions

FIRST = ["operation", "method", "currency", "amount", "monthly_volume"]


def holds(when, request, amount):
    when = when or {}
    for name in FIRST + sorted(set(when) - set(FIRST)):
        wanted = when.get(name)
        if wanted is None:
            continue
        if name == "amount":
            met = within(wanted, amount, request["amount"]["currency"])
        elif name == "monthly_volume":
            volume = request.get("monthly_volume")
            if volume is None:
                raise Refused("missing_fact", name)
            (band_currency,) = listed(when["currency"])
            if volume["currency"] != band_currency:
                raise Refused("currency_mismatch", name)
            met = within(wanted, to_minor(volume["amount"], band_currency), band_currency)
        else:
            given = fact(request, name)
            met = given in [text_of(value) for value in listed(wanted)]
        if not met:
            return False
    return True


def fact(request, name):
    if name == "currency":
        return request["amount"]["currency"]
    if name in ("operation", "method"):
        return request[name]
    if name not in request.get("facts", {}):
        raise Refused("missing_fact", name)
    return request["facts"][name]


def within(band, minor, currency):
    low, high = band.get("min"), band.get("max")
    return (low is None or to_minor(low, currency) <= minor) and (high is None or minor < to_minor(high, currency))


def listed(value):
    return value if isinstance(value, list) else [value]


def text_of(value):
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value


def of_map(amounts, currency, path):
    if amounts is None:
        return None
    if currency not in amounts:
        raise Refused("missing_currency", path)
    return to_minor(amounts[currency], currency)


# The quote


def prepared(schedule, request, now):
    at = request.get("at", now)
    if request.get("monthly_volume") and request["monthly_volume"]["amount"].startswith("-"):
        raise Refused("invalid_amount", "monthly_volume")
    if request.get("bearer") not in (None, "merchant", "customer"):
        raise Refused("invalid_parameter", "bearer")
    if not valid(schedule, at):
        raise Refused("schedule_not_in_force", "at")
    return at


def valid(dated, at):
    # every time in the cases is UTC to the second, so that the order of texts is that of time
    start, end = dated.get("valid_from"), dated.get("valid_until")
    return (start is None or start <= at) and (end is None or at < end)


def quote(schedule, request, now, amount=None):
    if amount is None:
        amount = to_minor(request["amount"]["amount"], request["amount"]["currency"])
    if amount <= 0:
        raise Refused("invalid_amount", "amount")
    at = prepared(schedule, request, now)
    for index, rule in enumerate(schedule["rules"]):
        if holds(rule.get("when"), request, amount):
            return by_rule(schedule, index, rule, request, at, amount)
    raise Refused("no_matching_rule")


def by_rule(schedule, index, rule, request, at, amount):
    currency, mode = request["amount"]["currency"], schedule.get("rounding") or "half_up"
    place = f"rules[{index}]"
    parts = []
    if rule.get("percent") is not None:
        parts.append(("percent", "percent", Fraction(rule["percent"]) / 100 * amount))
    fixed = of_map(rule.get("fixed"), currency, f"{place}.fixed")
    if fixed is not None:
        parts.append(("fixed", "fixed", Fraction(fixed)))
    for number, surcharge in enumerate(rule.get("surcharges") or []):
        if holds(surcharge.get("when"), request, amount):
            share = Fraction(surcharge.get("percent") or 0) / 100 * amount
            share += of_map(surcharge.get("fixed"), currency, f"{place}.surcharges[{number}].fixed") or 0
            parts.append((surcharge["id"], "surcharge", share))
    minimum = of_map(rule.get("minimum"), currency, f"{place}.minimum")
    maximum = of_map(rule.get("maximum"), currency, f"{place}.maximum")
    network = of_map(rule.get("network_fee"), currency, f"{place}.network_fee")
    promotion, off, cap = promotion_of(schedule, request, at, amount)

    fee = bounded(rounded(sum((part[2] for part in parts), Fraction(0)), mode))
    lines = shared(parts, fee)
    if minimum is not None and fee < minimum:
        lines.append(("minimum", "minimum", minimum - fee))
        fee = minimum
    if maximum is not None and fee > maximum:
        lines.append(("maximum", "maximum", maximum - fee))
        fee = maximum
    if promotion is not None:
        discount = off if off is not None else rounded(Fraction(promotion["percent_off"]) / 100 * fee, mode)
        discount = min(discount, fee if cap is None else cap, fee)
        lines.append((promotion["code"], "promotion", -discount))
        fee -= discount
    if rule.get("tax") is not None:
        tax = rounded(Fraction(rule["tax"]["percent"]) / 100 * fee, mode)
        lines.append((rule["tax"]["id"], "tax", tax))
        fee += tax
    if network is not None:
        lines.append(("network_fee", "network_fee", network))
        fee += network
    bounded(fee)
    assert sum(line[2] for line in lines) == fee

    on_top = request["operation"] == "withdrawal" or request.get("bearer") == "customer"
    gross, net = (bounded(amount + fee), amount) if on_top else (amount, amount - fee)
    return {
        "amount": money(amount, currency),
        "gross": money(gross, currency),
        "fee": money(fee, currency),
        "net": money(net, currency),
        "lines": [{"id": name, "kind": kind, "amount": money(minor, currency)} for name, kind, minor in lines],
        "rule_id": rule["id"],
        "schedule_id": schedule["id"],
        "version": schedule["version"],
        "bearer": "customer" if on_top else "merchant",
    }


def promotion_of(schedule, request, at, amount):
    code, currency = request.get("coupon"), request["amount"]["currency"]
    if code is None:
        return None, None, None
    for index, promotion in enumerate(schedule.get("promotions") or []):
        if promotion["code"] == code and valid(promotion, at) and holds(promotion.get("when"), request, amount):
            cap = of_map(promotion.get("max_discount"), currency, f"promotions[{index}].max_discount")
            return promotion, of_map(promotion.get("amount_off"), currency, f"promotions[{index}].amount_off"), cap
    raise Refused("promotion_not_applicable", "coupon")


def shared(parts, fee):
    shares = [part[2].numerator // part[2].denominator for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda place: -(parts[place][2] % 1))
    for place in by_remainder[: fee - sum(shares)]:
        shares[place] += 1
    return [(name, kind, share) for (name, kind, _), share in zip(parts, shares)]


# The searches, by trying every amount

REACH = 20_000


def minor_of(amount):
    return to_minor(amount["amount"], amount["currency"])


def gross_up(schedule, request, now):
    target = minor_of(request["amount"])
    if target <= 0:
        raise Refused("invalid_amount", "amount")
    prepared(schedule, request, now)
    best, excluded, quoted = None, None, False
    for amount in range(target, target + REACH):
        if best and amount >= minor_of(best["gross"]):
            break
        try:
            found = quote(schedule, request, now, amount)
        except Refused as refused:
            if not refused.excludes:
                raise
            excluded = excluded or refused
            continue
        quoted = True
        if minor_of(found["net"]) >= target and (best is None or minor_of(found["gross"]) < minor_of(best["gross"])):
            best = found
    if best:
        return best
    raise Refused("target_unreachable", "amount") if quoted else excluded


def max_withdrawal(schedule, request, now):
    balance = minor_of(request["amount"])
    if balance <= 0:
        raise Refused("invalid_amount", "amount")
    prepared(schedule, request, now)
    if request["operation"] != "withdrawal" and request.get("bearer") != "customer":
        raise Refused("invalid_parameter", "operation")
    excluded, quoted = None, False
    for amount in range(balance, 0, -1):
        try:
            found = quote(schedule, request, now, amount)
        except Refused as refused:
            if not refused.excludes:
                raise
            excluded = excluded or refused
            continue
        quoted = True
        if minor_of(found["gross"]) <= balance:
            return found
    raise Refused("balance_too_small", "amount") if quoted else excluded


def compare(schedule, request, now, methods):
    if minor_of(request["amount"]) <= 0:
        raise Refused("invalid_amount", "amount")
    prepared(schedule, request, now)

    def open_to(rule, names):
        when = rule.get("when") or {}
        return all(when.get(name) is None or fact(request, name) in listed(when[name]) for name in names)

    if not methods:
        whens = [rule["when"] for rule in schedule["rules"] if open_to(rule, ["operation", "currency"])]
        methods = [method for when in whens for method in listed(when.get("method") or [])]
    if not methods:
        raise Refused("no_matching_rule")
    offers = []
    for method in dict.fromkeys(methods):
        request = {**request, "method": method}
        whens = [rule["when"] for rule in schedule["rules"] if open_to(rule, ["operation", "method", "currency"])]
        networks = list(dict.fromkeys(network for when in whens for network in listed(when.get("network") or [])))
        routes = [{}] if not networks or "network" in request.get("facts", {}) else [{"network": network} for network in networks]
        for route in routes:
            try:
                found = quote(schedule, {**request, "facts": {**request.get("facts", {}), **route}}, now)
                offers.append({"method": method, "facts": route, "fee": found["fee"], "rule_id": found["rule_id"]})
            except Refused as refused:
                offers.append({"method": method, "facts": route, "code": refused.code, "param": refused.param})
    return sorted(offers, key=lambda offer: (0, minor_of(offer["fee"])) if "fee" in offer else (1, 0))


def batch(schedule, request, now, amounts):
    prepared(schedule, request, now)
    ids = [rule["id"] for rule in schedule["rules"]]
    columns = {"gross": [], "fee": [], "net": [], "rule": []}
    for row, amount in enumerate(amounts):
        try:
            found = quote(schedule, request, now, amount)
        except Refused as refused:
            place = f"amounts[{row}]"
            raise Refused(refused.code, f"{place}.{refused.param}" if refused.param else place) from None
        for name in ("gross", "fee", "net"):
            columns[name].append(minor_of(found[name]))
        columns["rule"].append(ids.index(found["rule_id"]))
    return columns


# Ed25519 (RFC 8032 section 5.1), signing only

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
BASE = (
    15112221349535400772501151409588531511454012693041857206046113283949847762202,
    46316835694926478169428394003475163141307993866256225615783033603165251855960,
)


def plus(left, right):
    (x1, y1), (x2, y2) = left, right
    t = D * x1 * x2 * y1 * y2
    return (x1 * y2 + x2 * y1) * pow(1 + t, P - 2, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, P - 2, P) % P


def times(scalar, point):
    result = (0, 1)
    while scalar:
        if scalar & 1:
            result = plus(result, point)
        point, scalar = plus(point, point), scalar >> 1
    return result


def encoded(point):
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def ed25519(seed, message):
    digest = hashlib.sha512(seed).digest()
    secret = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | 1 << 254
    public = encoded(times(secret, BASE))
    nonce = int.from_bytes(hashlib.sha512(digest[32:] + message).digest(), "little") % ORDER
    commitment = encoded(times(nonce, BASE))
    challenge = int.from_bytes(hashlib.sha512(commitment + public + message).digest(), "little") % ORDER
    return public, commitment + ((nonce + challenge * secret) % ORDER).to_bytes(32, "little")


def envelope(seed_byte, text, signature_id, signed_at):
    seed = bytes([seed_byte]) * 32
    public, signature = ed25519(seed, f"{signature_id}.{signed_at}.{text}".encode())
    return {
        "seed": seed.hex(),
        "public_key": "whpk_" + base64.b64encode(public).decode(),
        "envelope": {
            "schedule": text,
            "signature_id": signature_id,
            "signed_at": signed_at,
            "signature": "v1a," + base64.b64encode(signature).decode(),
        },
    }


# What is asked

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from fees_cases import CASES, ENVELOPES, LOADS, SCHEDULES  # noqa: E402  (the cases, apart from the arithmetic)


def answered(case, schedules):
    schedule, request, now = schedules[case["schedule"]], case["request"], case.get("now", NOW)
    do = {
        "quote": lambda: quote(schedule, request, now),
        "gross_up": lambda: gross_up(schedule, request, now),
        "max_withdrawal": lambda: max_withdrawal(schedule, request, now),
        "compare": lambda: compare(schedule, request, now, case.get("methods", [])),
        "batch": lambda: batch(schedule, request, now, case.get("amounts")),
    }[case["do"]]
    try:
        answer = {"expect": do()}
    except Refused as refused:
        answer = {"error": {"code": refused.code, "param": refused.param}}
    return {"name": case["name"], "schedule": case["schedule"], "do": case["do"], "now": now, **case, **answer}


def document():
    schedules = {**SCHEDULES, "standard": json.loads(STANDARD.read_text())}
    cases = [answered(case, schedules) for case in CASES]
    assert len({case["name"] for case in cases}) == len(cases), "two cases share a name"
    small = json.dumps(SCHEDULES["worked"], separators=(",", ":"))
    return {
        "about": "Fee schedules, what is asked of them and what they answer. Made by tests/witness/fees.py; amounts of batch are minor units.",
        "schedules": schedules,
        "cases": cases,
        "loads": LOADS,
        "envelopes": [{"name": name, **envelope(seed, small, signature_id, at)} for name, seed, signature_id, at in ENVELOPES],
    }


def main():
    text = json.dumps(document(), indent=1, ensure_ascii=False) + "\n"
    if sys.argv[1:] == ["--write"]:
        VECTORS.write_text(text)
    elif VECTORS.read_text() != text:
        sys.exit(f"{VECTORS} is not what the witness works out; write it anew with --write and read the difference")
    made = json.loads(text)
    print(f"fees: {len(made['cases'])} cases, {len(made['loads'])} loads, {len(made['envelopes'])} envelopes agree")


if __name__ == "__main__":
    main()
