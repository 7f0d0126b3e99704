"""What tests/witness/fees.py works out: schedules, requests, schedules that do not load, and envelopes to sign."""

MODES = ["half_up", "half_even", "half_down", "up", "down", "ceiling", "floor"]


def schedule(rules, **more):
    return {"id": "test", "version": "2026-11-01.1", "valid_from": "2026-11-01T00:00:00Z", "rules": rules, **more}


DESIGN = {
    "id": "okpay-standard",
    "version": "2026-11-01.1",
    "valid_from": "2026-11-01T00:00:00Z",
    "valid_until": None,
    "rounding": "half_up",
    "rules": [
        {
            "id": "card-eu",
            "when": {
                "operation": "payment",
                "method": "card",
                "brand": ["visa", "mastercard"],
                "currency": "EUR",
                "amount": {"min": "0", "max": "10000"},
                "monthly_volume": {"min": "0", "max": "50000"},
            },
            "percent": "1.5",
            "fixed": {"EUR": "0.25"},
            "minimum": {"EUR": "0.30"},
            "maximum": None,
            "surcharges": [
                {"id": "cross_border", "when": {"card_region": "international"}, "percent": "1.75"},
                {"id": "conversion", "when": {"conversion": True}, "percent": "2"},
            ],
            "tax": {"id": "vat", "percent": "20"},
        },
        {
            "id": "usdt-tron-out",
            "when": {"operation": "withdrawal", "method": "usdt", "network": "tron"},
            "percent": "0.1",
            "network_fee": {"USDT": "1"},
        },
    ],
    "promotions": [
        {
            "code": "SPRING",
            "when": {"operation": "payment"},
            "percent_off": "50",
            "amount_off": None,
            "max_discount": {"EUR": "5.00"},
            "valid_from": "2026-11-01T00:00:00Z",
            "valid_until": "2026-12-01T00:00:00Z",
        }
    ],
}

SCHEDULES = {
    "design": DESIGN,
    "worked": schedule([{"id": "all", "percent": "1.5", "fixed": {"EUR": "0.25"}, "tax": {"id": "vat", "percent": "20"}}]),
    "plain": schedule([{"id": "all", "percent": "2.9", "fixed": {"EUR": "0.30", "USD": "0.30", "JPY": "30", "BHD": "0.100"}}]),
    **{f"tie_{mode}": schedule([{"id": "all", "percent": "2.5", "tax": {"id": "vat", "percent": "50"}}], rounding=mode) for mode in MODES},
    "thirds": schedule(
        [
            {
                "id": "all",
                "percent": "0.333333",
                "fixed": {"EUR": "0.01"},
                "surcharges": [
                    {"id": "a", "percent": "0.333333"},
                    {"id": "b", "percent": "0.333333", "fixed": {"EUR": "0.02"}},
                    {"id": "c", "percent": "0.5"},
                ],
            }
        ]
    ),
    "bounds": schedule(
        [{"id": "all", "percent": "1", "minimum": {"EUR": "0.30"}, "maximum": {"EUR": "2"}, "tax": {"id": "vat", "percent": "19"}}],
        promotions=[
            {"code": "HALF", "percent_off": "50"},
            {"code": "FREE", "percent_off": "100"},
            {"code": "CAPPED", "percent_off": "100", "max_discount": {"EUR": "0.50"}},
            {"code": "EURO", "amount_off": {"EUR": "1"}},
            {"code": "EURO-CAPPED", "amount_off": {"EUR": "1"}, "max_discount": {"EUR": "0.90"}},
            {"code": "BIG-ORDER", "when": {"currency": "EUR", "amount": {"min": "50"}}, "amount_off": {"EUR": "1"}},
            {"code": "LAST-YEAR", "percent_off": "10", "valid_until": "2026-01-01T00:00:00Z"},
            {"code": "VIP", "when": {"tier": "vip"}, "percent_off": "10"},
        ],
    ),
    "bands": schedule(
        [
            {"id": "small", "when": {"currency": "EUR", "amount": {"max": "10"}}, "fixed": {"EUR": "1.50"}},
            {"id": "middle", "when": {"currency": "EUR", "amount": {"min": "10", "max": "50"}}, "percent": "12.5"},
            {"id": "partner", "when": {"currency": "EUR", "amount": {"min": "100"}, "partner": True}, "percent": "0.5"},
            {"id": "large", "when": {"currency": "EUR", "amount": {"min": "60"}}, "percent": "1"},
        ]
    ),
    "volume": schedule(
        [
            {"id": "first", "when": {"currency": "EUR", "monthly_volume": {"min": "0", "max": "50000"}}, "percent": "1.5"},
            {"id": "then", "when": {"currency": "EUR", "monthly_volume": {"min": "50000"}}, "percent": "1.1"},
        ]
    ),
    "cliff": schedule(
        [
            {"id": "below", "when": {"currency": "EUR", "amount": {"max": "50"}}, "percent": "12.5"},
            {"id": "above", "when": {"currency": "EUR", "amount": {"min": "50"}}, "percent": "1"},
        ]
    ),
    "level": schedule(
        [
            {"id": "below", "when": {"currency": "EUR", "amount": {"max": "50"}}, "fixed": {"EUR": "1"}},
            {"id": "above", "when": {"currency": "EUR", "amount": {"min": "50"}}, "percent": "1"},
        ]
    ),
    "coin": schedule([{"id": "out", "when": {"network": "tron"}, "percent": "0.1", "network_fee": {"USDT": "0.001"}}]),
    "steep": schedule([{"id": "all", "percent": "60", "fixed": {"EUR": "0.07"}, "tax": {"id": "vat", "percent": "25"}}]),
    "hungry": schedule([{"id": "all", "percent": "90", "tax": {"id": "vat", "percent": "25"}}]),
}

CARD = {"brand": "visa", "card_region": "domestic", "conversion": "false"}


def ask(amount, currency="EUR", operation="payment", method="card", **more):
    return {"operation": operation, "method": method, "amount": {"amount": amount, "currency": currency}, **more}


def case(name, do, schedule_name, request, **more):
    return {"name": name, "schedule": schedule_name, "do": do, "request": request, **more}


def euros(amount):
    return {"amount": amount, "currency": "EUR"}


def out(amount, method="usdt", currency="USDT", **more):
    return ask(amount, currency, "withdrawal", method, **more)


QUOTES = [
    case("the worked example: 1.66 nets 1.34", "quote", "worked", ask("1.66")),
    case("the worked example: 1.67 nets 1.33", "quote", "worked", ask("1.67")),
    case("a domestic card", "quote", "design", ask("100.00", facts=CARD, monthly_volume=euros("0"))),
    case(
        "every surcharge",
        "quote",
        "design",
        ask("19.99", facts={**CARD, "card_region": "international", "conversion": "true"}, monthly_volume=euros("49999.99")),
    ),
    case("the minimum lifts", "quote", "design", ask("1.00", facts=CARD, monthly_volume=euros("0"))),
    case("half off", "quote", "design", ask("100", facts=CARD, monthly_volume=euros("0"), coupon="SPRING")),
    case("half off, capped", "quote", "design", ask("2000", facts=CARD, monthly_volume=euros("0"), coupon="SPRING")),
    case("the volume is past the band", "quote", "design", ask("100", facts=CARD, monthly_volume=euros("50000"))),
    case("the amount is past the band", "quote", "design", ask("10000", facts=CARD, monthly_volume=euros("0"))),
    case("the amount is just inside the band", "quote", "design", ask("9999.99", facts=CARD, monthly_volume=euros("0"))),
    case("no volume given", "quote", "design", ask("100", facts=CARD)),
    case("no brand given", "quote", "design", ask("100", monthly_volume=euros("0"))),
    case("no region given", "quote", "design", ask("100", facts={"brand": "visa"}, monthly_volume=euros("0"))),
    case("an excluded rule asks for nothing", "quote", "design", ask("100", method="btc")),
    case("another currency excludes before a missing fact", "quote", "design", ask("100", "USD")),
    case("an unknown brand", "quote", "design", ask("100", facts={**CARD, "brand": "amex"}, monthly_volume=euros("0"))),
    case("a volume in another currency", "quote", "design", ask("100", facts=CARD, monthly_volume={"amount": "0", "currency": "USD"})),
    case("a negative volume", "quote", "design", ask("100", facts=CARD, monthly_volume=euros("-0.01"))),
    case("before it is in force", "quote", "design", ask("100", at="2026-10-31T23:59:59Z")),
    case("at the first moment", "quote", "design", out("100", at="2026-11-01T00:00:00Z", facts={"network": "tron"})),
    case("a coupon past its last moment", "quote", "design", ask("100", facts=CARD, monthly_volume=euros("0"), coupon="SPRING", at="2026-12-01T00:00:00Z")),
    case("a coupon for payments on a withdrawal", "quote", "design", out("100", facts={"network": "tron"}, coupon="SPRING")),
    case("a withdrawal in USDT", "quote", "design", out("1234.567891", facts={"network": "tron"})),
    case("a withdrawal in a currency without network fee", "quote", "design", out("10", currency="EUR", facts={"network": "tron"})),
    case("a withdrawal without network", "quote", "design", out("10")),
    case("borne by the customer", "quote", "plain", ask("19.99", bearer="customer")),
    case("borne by the merchant, said so", "quote", "plain", ask("19.99", bearer="merchant")),
    case("borne by nobody known", "quote", "plain", ask("19.99", bearer="bank")),
    case("a withdrawal is on top whatever the bearer", "quote", "plain", ask("19.99", operation="withdrawal", bearer="merchant")),
    case("no places", "quote", "plain", ask("1999", "JPY")),
    case("three places", "quote", "plain", ask("19.999", "BHD")),
    case("a map without the currency", "quote", "plain", ask("10", "GBP")),
    case("more fee than amount", "quote", "plain", ask("0.10")),
    case("nothing", "quote", "plain", ask("0.00")),
    case("less than nothing", "quote", "plain", ask("-1.00")),
    case("the largest amount", "quote", "plain", ask("10000000000000000.00")),
    case("past the largest gross", "quote", "plain", ask("10000000000000000.00", bearer="customer")),
    case("largest remainder, ties in order", "quote", "thirds", ask("1.00")),
    case("largest remainder, one unit over", "quote", "thirds", ask("2.50")),
    case("largest remainder, a large amount", "quote", "thirds", ask("98765.43")),
    case("between the bounds", "quote", "bounds", ask("100")),
    case("the maximum cuts", "quote", "bounds", ask("300")),
    case("a promotion goes below the minimum", "quote", "bounds", ask("10", coupon="HALF")),
    case("a promotion after the maximum", "quote", "bounds", ask("300", coupon="HALF")),
    case("a promotion takes it all", "quote", "bounds", ask("300", coupon="FREE")),
    case("a promotion is capped", "quote", "bounds", ask("300", coupon="CAPPED")),
    case("an amount off is capped by the fee", "quote", "bounds", ask("10", coupon="EURO")),
    case("an amount off is capped by the fee under its cap", "quote", "bounds", ask("10", coupon="EURO-CAPPED")),
    case("an amount off", "quote", "bounds", ask("150", coupon="EURO")),
    case("a promotion for large orders", "quote", "bounds", ask("50", coupon="BIG-ORDER")),
    case("a promotion for larger orders", "quote", "bounds", ask("49.99", coupon="BIG-ORDER")),
    case("a promotion that is over", "quote", "bounds", ask("10", coupon="LAST-YEAR")),
    case("a promotion that nobody knows", "quote", "bounds", ask("10", coupon="half")),
    case("a promotion that asks for a fact", "quote", "bounds", ask("10", coupon="VIP")),
    case("a promotion for others", "quote", "bounds", ask("10", coupon="VIP", facts={"tier": "new"})),
    case("the lower edge belongs to the band", "quote", "bands", ask("10.00")),
    case("the upper edge does not", "quote", "bands", ask("9.99")),
    case("a gap between bands", "quote", "bands", ask("55")),
    case("a fact that only large amounts need", "quote", "bands", ask("99.99")),
    case("a fact that this amount needs", "quote", "bands", ask("100")),
    case("the first volume band", "quote", "volume", ask("100", monthly_volume=euros("49999.99"))),
    case("the second volume band", "quote", "volume", ask("100", monthly_volume=euros("50000"))),
]

TIES = [
    case(f"{mode}: {amount}", "quote", f"tie_{mode}", ask(amount))
    for mode in MODES
    for amount in ("0.20", "0.60", "1.00", "1.01", "1.39", "1.40")
]

SEARCHES = [
    case("gross up: the worked example", "gross_up", "worked", ask("1.34")),
    case("gross up: a net that does not exist", "gross_up", "worked", ask("1.33")),
    case("gross up: 19.99", "gross_up", "worked", ask("19.99")),
    case("gross up: the textbook says 5.35", "gross_up", "plain", ask("4.89")),
    case("gross up: the customer bears", "gross_up", "plain", ask("100", bearer="customer")),
    case("gross up: into the next band", "gross_up", "bands", ask("8.70")),
    case("gross up: over a gap", "gross_up", "bands", ask("45")),
    case("gross up: a cheaper band further up", "gross_up", "cliff", ask("49.99", bearer="customer")),
    case("gross up: two amounts of one gross", "gross_up", "level", ask("49.50", bearer="customer")),
    case("gross up: a fact is missing where the answer may lie", "gross_up", "bands", ask("99")),
    case("gross up: with the fact", "gross_up", "bands", ask("99.50", facts={"partner": "true"})),
    case("gross up: fee and tax take three quarters", "gross_up", "steep", ask("20")),
    case("gross up: fee and tax take it all", "gross_up", "hungry", ask("20")),
    case("gross up: with a promotion for large orders", "gross_up", "bounds", ask("40", coupon="BIG-ORDER")),
    case("gross up: a promotion that does not apply", "gross_up", "bounds", ask("40", coupon="LAST-YEAR")),
    case("gross up: no rule", "gross_up", "bands", ask("40", "USD")),
    case("gross up: nothing", "gross_up", "plain", ask("0")),
    *[case(f"gross up: {mode}", "gross_up", f"tie_{mode}", ask("13.37")) for mode in MODES],
    case("withdraw all: USDT", "max_withdrawal", "coin", out("1.500000", facts={"network": "tron"})),
    case("withdraw all: not even the network fee", "max_withdrawal", "coin", out("0.001000", facts={"network": "tron"})),
    case("withdraw all: the smallest", "max_withdrawal", "coin", out("0.001001", facts={"network": "tron"})),
    case("withdraw all: down over a cliff", "max_withdrawal", "cliff", out("50.49", currency="EUR")),
    case("withdraw all: no network", "max_withdrawal", "design", out("10")),
    case("withdraw all: into the band below", "max_withdrawal", "bands", out("11.24", currency="EUR")),
    case("withdraw all: in the band", "max_withdrawal", "bands", out("11.25", currency="EUR")),
    case("withdraw all: below a gap", "max_withdrawal", "bands", out("60.59", currency="EUR")),
    case("withdraw all: above a gap", "max_withdrawal", "bands", out("60.60", currency="EUR")),
    case("withdraw all: a fact is missing where the answer may lie", "max_withdrawal", "bands", out("100.00", currency="EUR")),
    case("withdraw all: tax and minimum", "max_withdrawal", "bounds", out("20", currency="EUR")),
    case("withdraw all: BTC", "max_withdrawal", "standard", out("0.00050000", "btc", "BTC")),
    case("withdraw all: a payment", "max_withdrawal", "plain", ask("20")),
    case("withdraw all: the customer bears", "max_withdrawal", "plain", ask("20", bearer="customer")),
    case("withdraw all: nothing there", "max_withdrawal", "plain", out("0.00", currency="EUR")),
]

COMPARISONS = [
    case("compare: every method for 19.99 EUR", "compare", "standard", ask("19.99", facts=CARD)),
    case("compare: nothing known of the card", "compare", "standard", ask("19.99")),
    case("compare: the network is given", "compare", "standard", ask("19.99", facts={**CARD, "network": "bnb"})),
    case("compare: a network that no rule names", "compare", "standard", ask("19.99", facts={**CARD, "network": "base"})),
    case("compare: methods of the shop", "compare", "standard", ask("19.99", facts=CARD), methods=["btc", "cash", "card", "btc"]),
    case("compare: a large order", "compare", "standard", ask("25000", facts=CARD)),
    case("compare: withdrawals", "compare", "standard", ask("100", "USDT", "withdrawal")),
    case("compare: a coupon for some methods", "compare", "standard", ask("19.99", facts=CARD, coupon="TEN-CENTS")),
    case("compare: nothing for this currency", "compare", "standard", ask("1999", "JPY")),
    case("compare: not in force", "compare", "standard", ask("19.99", at="2025-12-31T23:59:59Z")),
    case("compare: nothing", "compare", "standard", ask("0")),
]

BATCHES = [
    case("batch: across bands", "batch", "bands", ask("1"), amounts=[1, 999, 1000, 4999, 6000, 9999, 1000, 2]),
    case("batch: a row in a gap", "batch", "bands", ask("1"), amounts=[1000, 5500]),
    case("batch: a row that needs a fact", "batch", "bands", ask("1"), amounts=[1000, 9999, 10000]),
    case("batch: a row of nothing", "batch", "plain", ask("1"), amounts=[100, 0]),
    case("batch: a negative row", "batch", "plain", ask("1"), amounts=[-1]),
    case("batch: a row past the largest gross", "batch", "plain", ask("1", bearer="customer"), amounts=[1, 10**18]),
    case("batch: promotions and tax", "batch", "bounds", ask("1", coupon="CAPPED"), amounts=[1, 100, 3000, 30000, 10**15]),
    case("batch: the customer bears", "batch", "plain", ask("1", bearer="customer"), amounts=[1, 100, 3333]),
    case("batch: one volume for all", "batch", "volume", ask("1", monthly_volume=euros("50000")), amounts=[100, 5000000]),
    case("batch: no rows", "batch", "plain", ask("1"), amounts=[]),
    case("batch: not in force", "batch", "plain", ask("1", at="2026-10-01T00:00:00Z"), amounts=[100]),
]

STANDARD = [
    case("standard: a domestic card", "quote", "standard", ask("19.99", facts=CARD)),
    case("standard: a foreign card with conversion", "quote", "standard", ask("19.99", facts={**CARD, "card_region": "international", "conversion": "true"})),
    case("standard: a card in the United States", "quote", "standard", ask("19.99", "USD", facts=CARD)),
    case("standard: bank transfer", "quote", "standard", ask("19.99", method="bank_transfer")),
    case("standard: a large bank transfer", "quote", "standard", ask("20000", method="bank_transfer")),
    case("standard: online banking", "quote", "standard", ask("19.99", method="online_banking")),
    case("standard: the buyer's balance", "quote", "standard", ask("19.99", method="balance")),
    case("standard: a dispute", "quote", "standard", ask("100", operation="dispute")),
    case("standard: USDT on TRON", "quote", "standard", ask("19.99", method="usdt", facts={"network": "tron"})),
    case("standard: BTC", "quote", "standard", ask("19.99", method="btc")),
    case("standard: an order priced in BTC", "quote", "standard", ask("0.00012345", "BTC", method="btc")),
    case("standard: the welcome coupon", "quote", "standard", ask("19.99", facts=CARD, coupon="WELCOME")),
    case("standard: the spring coupon in autumn", "quote", "standard", ask("19.99", facts=CARD, coupon="SPRING-2026")),
    case("standard: paid out to a bank", "quote", "standard", out("100", "bank_transfer", "EUR")),
    case("standard: paid out to another wallet, at the minimum", "quote", "standard", out("20", "e_wallet", "EUR")),
    case("standard: paid in from another wallet", "quote", "standard", ask("19.99", operation="deposit", method="e_wallet")),
    case("standard: cash paid in at a shop", "quote", "standard", ask("19.99", operation="deposit", method="cash")),
    case("standard: a free transfer", "quote", "standard", ask("5", operation="transfer", method="wallet")),
    case("standard: a bill", "quote", "standard", ask("60", operation="bill", method="wallet")),
]

CASES = QUOTES + TIES + SEARCHES + COMPARISONS + BATCHES + STANDARD


# Schedules that do not load, with the path of the field at fault: the design's schedule with one thing changed, or a text.


def changed(path, value):
    return {"path": path, "value": value}


def load(name, param, *changes):
    return {"name": name, "schedule": "design", "changes": list(changes), "error": {"code": "invalid_schedule", "param": param}}


RULE, SURCHARGE, PROMOTION = "/rules/0", "/rules/0/surcharges/0", "/promotions/0"
GONE = {"remove": True}


def gone(path):
    return {"path": path, **GONE}


LOADS = [
    {"name": "unchanged", "schedule": "design", "changes": []},
    {**load("nothing but what must be there", None, gone("/promotions"), gone("/rounding"), gone("/valid_until")), "error": None},
    {**load("99.999999 percent", None, changed(f"{RULE}/percent", "96.249999")), "error": None},
    {**load("100 percent off", None, changed(f"{PROMOTION}/percent_off", "100")), "error": None},
    load("no id", "id", gone("/id")),
    load("an id with a space", "id", changed("/id", "a b")),
    load("no version", "version", gone("/version")),
    load("a version that is a number", "version", changed("/version", "7")),
    load("a version on no day", "version", changed("/version", "2026-02-30.1")),
    load("no start", "valid_from", changed("/valid_from", None)),
    load("a start that is no time", "valid_from", changed("/valid_from", "2026-11-01")),
    load("an end at the start", "valid_until", changed("/valid_until", "2026-11-01T00:00:00Z")),
    load("an unknown rounding", "rounding", changed("/rounding", "nearest")),
    load("an unknown field", "fee", changed("/fee", "1")),
    load("no rules", "rules", gone("/rules")),
    load("an empty list of rules", "rules", changed("/rules", [])),
    load("a rule without id", "rules[1].id", gone("/rules/1/id")),
    load("two rules of one id", "rules[1].id", changed("/rules/1/id", "card-eu")),
    load("an unknown field in a rule", "rules[0].percentage", changed(f"{RULE}/percentage", "1")),
    load("a percent as a number", "rules[0].percent", changed(f"{RULE}/percent", 1)),
    load("a percent of seven places", "rules[0].percent", changed(f"{RULE}/percent", "1.5000000")),
    load("a negative percent", "rules[0].percent", changed(f"{RULE}/percent", "-1")),
    load("a percent with a sign", "rules[0].percent", changed(f"{RULE}/percent", "1.5%")),
    load("100 percent", "rules[0].percent", changed(f"{RULE}/percent", "100")),
    load("100 percent with the first surcharge", "rules[0].surcharges[0].percent", changed(f"{RULE}/percent", "98.25")),
    load("100 percent with all surcharges", "rules[0].surcharges[1].percent", changed(f"{RULE}/percent", "96.25")),
    load("a surcharge percent that is no number", "rules[0].surcharges[0].percent", changed(f"{SURCHARGE}/percent", "a lot")),
    load("a surcharge of nothing", "rules[0].surcharges[0].percent", gone(f"{SURCHARGE}/percent")),
    load("two surcharges of one id", "rules[0].surcharges[1].id", changed("/rules/0/surcharges/1/id", "cross_border")),
    load("a surcharge called fixed", "rules[0].surcharges[0].id", changed(f"{SURCHARGE}/id", "fixed")),
    load("a surcharge without id", "rules[0].surcharges[0].id", gone(f"{SURCHARGE}/id")),
    load("a tax like a surcharge", "rules[0].tax.id", changed(f"{RULE}/tax/id", "conversion")),
    load("a tax without percent", "rules[0].tax.percent", gone(f"{RULE}/tax/percent")),
    load("a tax of more than the fee", "rules[0].tax.percent", changed(f"{RULE}/tax/percent", "100.000001")),
    load("an unknown currency", "rules[0].fixed.EURO", changed(f"{RULE}/fixed", {"EURO": "1"})),
    load("too many places", "rules[0].fixed.EUR", changed(f"{RULE}/fixed", {"EUR": "0.001"})),
    load("a negative amount", "rules[0].minimum.EUR", changed(f"{RULE}/minimum", {"EUR": "-0.01"})),
    load("an amount as a number", "rules[0].minimum.EUR", changed(f"{RULE}/minimum", {"EUR": 1})),
    load("an amount past 10^18 units", "rules[0].fixed.EUR", changed(f"{RULE}/fixed", {"EUR": "10000000000000000.01"})),
    {**load("a maximum like the minimum", None, changed(f"{RULE}/maximum", {"EUR": "0.30"})), "error": None},
    load("a maximum under the minimum", "rules[0].maximum.EUR", changed(f"{RULE}/maximum", {"EUR": "0.29"})),
    load("a band without currency", "rules[0].when.amount", gone(f"{RULE}/when/currency")),
    load("a band with two currencies", "rules[0].when.amount", changed(f"{RULE}/when/currency", ["EUR", "USD"])),
    load("a band upside down", "rules[0].when.amount.max", changed(f"{RULE}/when/amount", {"min": "5", "max": "5"})),
    load("a band of nothing", "rules[0].when.amount.min", changed(f"{RULE}/when/amount", {})),
    load("a band with too many places", "rules[0].when.monthly_volume.max", changed(f"{RULE}/when/monthly_volume/max", "0.001")),
    load("a band with an unknown field", "rules[0].when.amount.most", changed(f"{RULE}/when/amount", {"most": "5"})),
    load("a band on a method", "rules[0].when.method", changed(f"{RULE}/when/method", {"min": "5"})),
    load("an amount that is no band", "rules[0].when.amount", changed(f"{RULE}/when/amount", "5")),
    load("a value that is a number", "rules[0].when.brand", changed(f"{RULE}/when/brand", 5)),
    load("a list with a number", "rules[0].when.brand[1]", changed(f"{RULE}/when/brand", ["visa", 5])),
    load("an empty list", "rules[0].when.brand", changed(f"{RULE}/when/brand", [])),
    load("an unknown currency in a list", "rules[0].when.currency[0]", changed(f"{RULE}/when/currency", ["eur"])),
    load("a condition that is no fact", "rules[0].when.coupon", changed(f"{RULE}/when/coupon", "SPRING")),
    load("conditions in a list", "rules[0].when", changed(f"{RULE}/when", [])),
    load("a promotion without code", "promotions[0].code", gone(f"{PROMOTION}/code")),
    load("a promotion like a surcharge", "promotions[0].code", changed(f"{PROMOTION}/code", "cross_border")),
    load("a promotion with both", "promotions[0].amount_off", changed(f"{PROMOTION}/amount_off", {"EUR": "1"})),
    load("a promotion with neither", "promotions[0].percent_off", changed(f"{PROMOTION}/percent_off", None)),
    load("more than 100 percent off", "promotions[0].percent_off", changed(f"{PROMOTION}/percent_off", "100.000001")),
    load("a promotion that ends before it starts", "promotions[0].valid_until", changed(f"{PROMOTION}/valid_until", "2026-10-01T00:00:00Z")),
    load("a band on a promotion without currency", "promotions[0].when.amount", changed(f"{PROMOTION}/when/amount", {"min": "5"})),
]

# name, the byte of which the seed consists, signature id, time of signing
ENVELOPES = [
    ("the worked schedule", 7, "fees_0001", 1793491200),
    ("another key and time", 42, "fees_Zz9", 1),
]
