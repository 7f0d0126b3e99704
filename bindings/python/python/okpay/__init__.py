"""OKPay for Python: signed requests, verified webhooks and exact fees.

==========================  ==================================================================
``okpay.Client``            the client; ``okpay.AsyncClient`` for asyncio
``okpay.Money``             an exact amount of one currency
``okpay.models``            what calls give and take
``okpay.webhooks``          verify, read events, guard against replays, order, diagnose
``okpay.signing``           sign and prove requests by yourself
``okpay.fees``              the fee engine, offline
``okpay.advice``            what to do about a failure, in English and Chinese
``okpay.official``          whether a page, an address, a number or an account is really OKPay's
``okpay.diagnostics``       what a support ticket may know of a failure
``okpay.checks``            what people type: cards, IBANs, addresses on blockchains
``okpay.payment_requests``  what a wallet scans: EMVCo, BIP 21, ERC-681, TRON
``okpay.totp``              one-time codes of an authenticator app
``okpay.errors``            ``OkpayError`` and what it means by phase
``okpay.contrib``           webhook endpoints for FastAPI, Django and Flask
==========================  ==================================================================

Importing the package loads none of this: each part comes with its first use.
"""

# A type checker knows this name; `typing` would take longer to load than everything else here.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from . import advice, checks, diagnostics, errors, fees, models, money, official, payment_requests, signing, totp, webhooks
    from ._async_client import AsyncClient
    from ._call import Answer, Recovered
    from ._client import Client
    from ._okpay import Money
    from .errors import Invalid, NotSent, OkpayError, OutcomeUnknown, Rejected, Unanswered, VerificationError

__version__ = "0.1.0"

_MODULES = (
    "advice",
    "checks",
    "diagnostics",
    "errors",
    "fees",
    "models",
    "money",
    "official",
    "payment_requests",
    "signing",
    "totp",
    "webhooks",
)
_NAMES = {
    "Answer": "_call",
    "AsyncClient": "_async_client",
    "Client": "_client",
    "Invalid": "errors",
    "Money": "_okpay",
    "NotSent": "errors",
    "OkpayError": "errors",
    "OutcomeUnknown": "errors",
    "Recovered": "_call",
    "Rejected": "errors",
    "Unanswered": "errors",
    "VerificationError": "errors",
}

__all__ = [
    "Answer",
    "AsyncClient",
    "Client",
    "Invalid",
    "Money",
    "NotSent",
    "OkpayError",
    "OutcomeUnknown",
    "Recovered",
    "Rejected",
    "Unanswered",
    "VerificationError",
    "advice",
    "checks",
    "diagnostics",
    "errors",
    "fees",
    "models",
    "money",
    "official",
    "payment_requests",
    "signing",
    "totp",
    "webhooks",
]


if not TYPE_CHECKING:

    def __getattr__(name):
        from importlib import import_module

        if name in _MODULES:
            return import_module(f"{__name__}.{name}")
        if name in _NAMES:
            value = getattr(import_module(f"{__name__}.{_NAMES[name]}"), name)
            globals()[name] = value
            return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__():
        return sorted({*globals(), *__all__})
