"""The courier between Python and the core, written in Rust."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from os import PathLike
from typing import Any, Literal, SupportsIndex, Union, final

from typing_extensions import Self, TypeAlias

from ._generated.models import Event

Moment: TypeAlias = Union[int, float, datetime]
Body: TypeAlias = Union[bytes, bytearray, memoryview]
Headers: TypeAlias = Union[Mapping[str, str], Mapping[bytes, bytes], Iterable[tuple[str, str]], Iterable[tuple[bytes, bytes]]]
SigningKey: TypeAlias = Union[HmacKey, Ed25519Key]
VerificationKey: TypeAlias = Union[HmacKey, Ed25519Key, PublicKey]

@final
class Money:
    """An exact amount of one currency.

    >>> Money("19.99", "EUR") + Money("0.01", "EUR")
    Money('20.00', 'EUR')

    :param amount: a plain decimal with at most the currency's places. A ``float`` is refused, for it has no exact digits.
    :param currency: ISO 4217, or ``BTC`` or ``USDT``.
    :raises okpay.Invalid: ``unknown_currency``, ``invalid_amount``, ``too_many_places`` or ``amount_overflow``.
    """

    __match_args__ = ("amount", "currency")

    def __new__(cls, amount: Union[str, int, Decimal], currency: str) -> Self: ...
    @staticmethod
    def from_minor(minor_units: int, currency: str) -> Money:
        """From minor units (cents, satoshi, 10^-6 USDT)."""

    @staticmethod
    def from_dict(value: Mapping[str, Any]) -> Money:
        """From ``{"amount": "19.99", "currency": "EUR"}``.

        :raises ValueError: what is not written so.
        """

    def to_dict(self) -> dict[str, str]:
        """``{"amount": "19.99", "currency": "EUR"}``."""

    @property
    def amount(self) -> Decimal:
        """The amount, with exactly the currency's places."""

    @property
    def currency(self) -> str:
        """The code in capital letters."""

    @property
    def minor_units(self) -> int:
        """The amount in minor units."""

    @property
    def places(self) -> int:
        """How many decimal places the currency has."""

    def __add__(self, other: Money) -> Money: ...
    def __sub__(self, other: Money) -> Money: ...
    def __neg__(self) -> Money: ...
    def __mul__(self, times: int) -> Money: ...
    def __rmul__(self, times: int) -> Money: ...
    def __bool__(self) -> bool: ...
    def __lt__(self, other: Money) -> bool: ...
    def __le__(self, other: Money) -> bool: ...
    def __gt__(self, other: Money) -> bool: ...
    def __ge__(self, other: Money) -> bool: ...
    def __hash__(self) -> int: ...

def currency_places(currency: str) -> int:
    """How many decimal places an amount in a currency may have."""

def divide(numerator: int, denominator: int, rounding: str = "half_up") -> int:
    """The whole number that a fraction becomes.

    :param rounding: ``half_up``, ``half_even``, ``half_down``, ``up``, ``down``, ``ceiling`` or ``floor``.
    """

@final
class HmacKey:
    """A server's secret key, for HMAC-SHA256. Never shown, never pickled; a copy is the key itself.

    :param key_id: its public name, ``okp_test_kid_…``.
    :param secret: the text ``okp_test_sk_…`` or ``okp_live_sk_…``, or the bytes of the key.
    :raises okpay.Invalid: ``invalid_key``.
    """

    def __new__(cls, key_id: str, secret: Union[str, bytes]) -> Self: ...
    @property
    def key_id(self) -> str:
        """Its public name."""

    @property
    def livemode(self) -> bool:
        """Whether it moves real money. A key whose mode is not known counts as live."""

@final
class Ed25519Key:
    """A device's or gateway's private key, for Ed25519. Never shown, never pickled; a copy is the key itself.

    :param key_id: its public name.
    :param seed: its 32 bytes (RFC 8032 §5.1.5).
    :raises okpay.Invalid: ``invalid_key``.
    """

    def __new__(cls, key_id: str, seed: bytes) -> Self: ...
    @property
    def key_id(self) -> str:
        """Its public name."""

    @property
    def public_key(self) -> PublicKey:
        """The public half, under the same key id."""

@final
class PublicKey:
    """A public key for Ed25519, under the key id by which it is trusted. Its text is ``keyid=base64``.

    :raises okpay.Invalid: ``invalid_key``.
    """

    def __new__(cls, key_id: str, public_bytes: bytes) -> Self: ...
    @staticmethod
    def parse(text: str) -> PublicKey:
        """From its text, ``keyid=base64``."""

    @property
    def key_id(self) -> str:
        """Its name."""

    @property
    def public_bytes(self) -> bytes:
        """Its 32 bytes."""

    def __hash__(self) -> int: ...

@final
class TotpKey:
    """The secret that an authenticator app and a server share (RFC 6238). Never shown, never pickled.

    :param secret: 16 to 128 random bytes (RFC 4226 recommends 20), or their text in Base32, as apps show it.
    :param algorithm: ``SHA1``, ``SHA256`` or ``SHA512``. Many apps know the first one alone.
    :param digits: 6 to 8.
    :param period: how long a code is good, 15 to 120 seconds.
    :raises okpay.Invalid: ``invalid_key``, ``invalid_parameter``.
    """

    def __new__(cls, secret: Union[bytes, str], *, algorithm: str = "SHA1", digits: int = 6, period: int = 30) -> Self: ...
    def code(self, now: Union[Moment, None] = None) -> str:
        """The code at a moment; now by default."""

    def verify(
        self,
        typed: str,
        *,
        now: Union[Moment, None] = None,
        window: int = 1,
        last_used: Union[int, None] = None,
    ) -> int:
        """Proves a code that somebody typed, and gives its step.

        Keep the step with the account, and hand it in as ``last_used`` the next time, so that no code is taken twice (RFC 6238, section
        5.2). Count the failures of an account and slow it down: six digits are guessed in half a million tries.

        :param window: how many steps a code may be early or late, at most 10.
        :raises okpay.VerificationError: ``one_time_code_mismatch``.
        """

    def uri(self, issuer: str, account: str) -> str:
        """The link that an app takes as a QR code: ``otpauth://totp/issuer:account?…``. It holds the secret: show it once, over HTTPS."""

@final
class SignedRequest:
    """What :func:`verify_request` has proven. Use the nonce up until ``nonce_kept_until``, or the request can be sent again."""

    @property
    def key_id(self) -> str:
        """The key that signed."""

    @property
    def algorithm(self) -> str:
        """``hmac-sha256`` or ``ed25519``."""

    @property
    def created(self) -> int:
        """When it was signed, in Unix seconds."""

    @property
    def expires(self) -> int:
        """When it ends, in Unix seconds."""

    @property
    def nonce(self) -> str:
        """Good for one request only."""

    @property
    def nonce_kept_until(self) -> int:
        """Until when the nonce must be remembered, in Unix seconds."""

    @property
    def idempotency_key(self) -> Union[str, None]:
        """The idempotency key without its quotes, if there is one."""

@final
class VerifiedAnswer:
    """What :func:`verify_answer` has proven."""

    @property
    def created(self) -> int:
        """When the gateway signed it, in Unix seconds."""

    @property
    def key_id(self) -> str:
        """The gateway's key that signed it."""

    @property
    def request_nonce(self) -> Union[str, None]:
        """The nonce of the request that it answers; without one it is not proven to belong to any."""

    @property
    def request_key_id(self) -> Union[str, None]:
        """The key that the request was proven with."""

def sign_request(
    method: str,
    url: str,
    headers: Headers,
    body: Body,
    key: SigningKey,
    created: Union[Moment, None] = None,
    nonce: Union[str, None] = None,
) -> dict[str, str]:
    """Signs a request and gives the headers to add: ``Content-Digest`` (with a body), ``Signature-Input`` and ``Signature``.

    :param headers: what is sent with it. ``Content-Type`` is covered if there is a body, ``Idempotency-Key`` if it is among them, in the
        form that it has on the wire: in quotes.
    :param created: now by default.
    :param nonce: 128 random bits in base64url by default; never the same twice.
    :raises okpay.Invalid: ``invalid_url``, ``invalid_key``, ``idempotency_key_invalid`` or ``invalid_parameter``.
    """

def verify_request(
    method: str,
    url: str,
    headers: Headers,
    body: Body,
    key: Union[VerificationKey, Callable[[str], Union[VerificationKey, None]]],
    now: Union[Moment, None] = None,
) -> SignedRequest:
    """Proves the signature, body and time of a request.

    :param url: the whole URL, under the gateway's own public base URL.
    :param key: the key, or what gives it by the key id that the request names: ``None`` for one that is not known.
    :raises okpay.VerificationError: ``unauthenticated``, ``signature_invalid``, ``digest_mismatch``, ``clock_skew`` or
        ``idempotency_key_unsigned``.
    """

def sign_answer(
    status: int,
    headers: Headers,
    body: Body,
    key: Ed25519Key,
    created: Union[Moment, None] = None,
    request: Union[tuple[str, str], None] = None,
) -> dict[str, str]:
    """Signs an answer as the gateway does, for tests.

    :param request: the nonce of the authenticated request, and the id of the key that proved it.
    """

def verify_answer(
    status: int,
    headers: Headers,
    body: Body,
    keys: Union[str, Iterable[PublicKey]],
    request: Union[tuple[str, str], None] = None,
) -> VerifiedAnswer:
    """Proves that an answer is the gateway's, whole and made for this request.

    :param keys: the gateway's public keys, or their text as ``OKPAY_GATEWAY_KEYS`` has it.
    :param request: the nonce of the request, and the id of the key that it was proven with.
    :raises okpay.VerificationError: ``answer_unsigned``, ``answer_signature_invalid``, ``untrusted_key``, ``digest_mismatch`` or
        ``answer_for_other_request``.
    """

def content_digest(body: Body) -> str:
    """The field ``Content-Digest`` of a body (RFC 9530, SHA-256)."""

def file_digest(content: Body) -> str:
    """The SHA-256 of a file's content, 64 hexadecimal digits: what the field ``sha256`` of an attachment, a document of identity or a
    file of evidence takes. The file itself stays where it is."""

def verify_content_digest(field: str, body: Body) -> None:
    """Proves that a body is the one of a ``Content-Digest``.

    :raises okpay.VerificationError: ``digest_mismatch``.
    """

@final
class Verifier:
    """Proves webhooks with one or more secrets.

    During a rotation give the new and the old secret: a webhook passes if any signature in its header was made with any of them.

    :param secrets: one secret or several, ``whsec_…`` (HMAC-SHA256) or ``whpk_…`` (the public key for Ed25519).
    :param tolerance: how far the webhook's timestamp may be from now, in seconds, to either side. Zero means zero, not off.
    :raises okpay.Invalid: ``invalid_key``.
    """

    def __new__(cls, secrets: Union[str, Sequence[str]], tolerance: int = 300) -> Self: ...
    def verify(self, body: Body, headers: Headers, now: Union[Moment, None] = None) -> VerifiedPayload:
        """Proves a webhook and gives its payload.

        :param body: the raw bytes, before anything parsed them.
        :param headers: any mapping, or pairs; names are compared without case.
        :param now: Unix seconds or a ``datetime`` with a time zone; this machine's clock by default.
        :raises okpay.VerificationError: ``webhook_header_missing``, ``webhook_header_malformed``, ``webhook_signature_mismatch``,
            ``webhook_timestamp_out_of_tolerance`` or ``body_too_large``.
        """

@final
class VerifiedPayload:
    """A webhook that is proven to be OKPay's. Only :meth:`Verifier.verify` makes one."""

    @property
    def id(self) -> str:
        """The id of the event, the same on every delivery: what the replay guard is keyed on."""

    @property
    def timestamp(self) -> datetime:
        """When this delivery was signed."""

    @property
    def body(self) -> bytes:
        """The exact bytes that were signed."""

    @property
    def event_type(self) -> str:
        """What happened, such as ``payment.succeeded``, found without reading the rest."""

    def field(self, path: str) -> Any:
        """One field by its path, such as ``data.status``, found without reading the rest; ``None`` if it is not there."""

    def event(self) -> Event:
        """The event, typed.

        :raises okpay.VerificationError: ``webhook_unreadable``.
        """

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain values, as ``json.loads`` gives it.

        :raises okpay.VerificationError: ``webhook_unreadable`` if the body is no JSON.
        """

def sign(secret: str, id: str, body: Body, timestamp: Moment) -> dict[str, str]:
    """The three headers of a webhook signed with one secret ``whsec_…``; for tests of a handler."""

def sign_delivery(secrets: Union[str, Sequence[str]], id: str, body: Body, timestamp: Moment) -> dict[str, str]:
    """The three headers as the gateway signs a delivery: with every ``whsec_…`` of an endpoint, and its ``whsk_…`` if it has one."""

def apply(current_version: Union[int, None], event_version: int) -> Literal["apply", "stale", "gap"]:
    """Where an event stands, next to the stored version of its resource. A version is not negative.

    ``apply``: the very next change, take it over. ``stale``: old, change nothing. ``gap``: take it over, and fetch what was missed where
    each single change matters. Read, compare and write in one transaction.
    """

def webhook_secret(random: Union[bytes, None] = None) -> str:
    """A secret ``whsec_…`` from 24 to 64 random bytes; from 32 of the system's if none are given."""

def diagnose(
    body: Body,
    headers: Headers,
    secrets: Union[str, Sequence[str]],
    now: Union[Moment, None],
    previous_secrets: list[str],
    other_secrets: list[tuple[str, str]],
    tolerance: int,
) -> str: ...

@final
class Store:
    @staticmethod
    def in_memory(capacity: int) -> Store: ...
    @staticmethod
    def in_sqlite(path: Union[str, PathLike[str]]) -> Store: ...
    def claim(
        self, consumer: str, id: str, lease: int, now: Union[Moment, None]
    ) -> tuple[Literal["new", "in_progress", "done"], Union[int, None]]: ...
    def complete(self, consumer: str, id: str, fence: int, now: Union[Moment, None]) -> None: ...
    def release(self, consumer: str, id: str, fence: int) -> None: ...

_Statement: TypeAlias = tuple[str, list[Union[str, int]]]

def replay_table() -> list[str]: ...
def replay_claim(consumer: str, id: str, lease: int, now: Union[Moment, None]) -> tuple[_Statement, _Statement, _Statement]: ...
def replay_complete(consumer: str, id: str, fence: int, now: Union[Moment, None]) -> _Statement: ...
def replay_completed(changed_rows: int) -> None: ...
def replay_release(consumer: str, id: str, fence: int) -> _Statement: ...

@final
class FeeSchedule:
    @staticmethod
    def from_json(text: str) -> FeeSchedule: ...
    @staticmethod
    def from_envelope(text: str, public_keys: list[str], last_accepted_version: Union[str, None]) -> FeeSchedule: ...
    @staticmethod
    def standard() -> FeeSchedule: ...
    @property
    def id(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def verified(self) -> bool: ...
    @property
    def text(self) -> str: ...
    @property
    def rounding(self) -> str: ...
    @property
    def rule_ids(self) -> list[str]: ...
    @property
    def valid_from(self) -> Union[datetime, None]: ...
    @property
    def valid_until(self) -> Union[datetime, None]: ...
    def quote(self, request: str) -> str: ...
    def gross_up(self, request: str) -> str: ...
    def max_withdrawal(self, request: str) -> str: ...
    def compare(self, request: str, methods: list[str]) -> str: ...
    def quote_many(self, amounts: bytes, request: str) -> tuple[bytes, bytes, bytes, bytes, list[str]]: ...

def advice_for_error(
    phase: str,
    code: str,
    param: Union[str, None],
    decline_code: Union[str, None],
    object_id: Union[str, None],
    status: Union[int, None],
    request_id: Union[str, None],
    idempotency_key: Union[str, None],
    locale: str,
) -> str: ...
def advice_for_code(code: str, locale: str) -> str: ...
def advice_for_decline(code: str, transaction: Union[str, None], locale: str) -> str: ...
def code_for_buyer(code: str) -> str: ...
def luhn(digits: str) -> bool:
    """Whether the check digit of a number of digits holds (Luhn, ISO/IEC 7812-1)."""

def check_card_number(typed: str) -> str: ...
def check_card_expiry(typed: str, now: Union[Moment, None]) -> str: ...
def check_security_code(typed: str, brand: Union[str, None]) -> str: ...
def check_card(number: str, exp_month: int, exp_year: int, cvc: str, now: Union[Moment, None]) -> str: ...
def check_iban(typed: str) -> str: ...
def assemble_diagnostics(sources: str) -> str: ...
def is_official(envelope: str, public_keys: list[str], last_accepted_version: Union[str, None], subject: str) -> str: ...
def check_address(typed: str, network: str, chain: Union[str, None]) -> str: ...
def parse_payment_request(text: str) -> str: ...
def coin_uri(request: str) -> str: ...
def merchant_qr(request: str) -> str: ...
def qr_fields(payload: str) -> list[tuple[str, str]]: ...
def qr_payload(fields: list[tuple[str, str]]) -> str: ...
def usdt_contract(network: str) -> Union[str, None]: ...

_Carried: TypeAlias = tuple[int, list[tuple[str, str]], bytes]

@final
class Courier:
    def __new__(
        cls,
        base_url: str,
        *,
        key: Union[SigningKey, None] = None,
        publishable_key: Union[str, None] = None,
        client_secret: Union[str, None] = None,
        gateway_keys: Union[str, None] = None,
        insecure_host: Union[str, None] = None,
        timeout: int = 30_000,
        connect_timeout: int = 5_000,
        max_attempts: SupportsIndex = 3,
        proxy: Union[str, None] = None,
        user_agent: Union[str, None] = None,
        journal: Union[str, PathLike[str], None] = None,
        transport: Union[Callable[[str, str, list[tuple[str, str]], bytes], _Carried], None] = None,
        on_attempt: Union[Callable[[dict[str, Any]], object], None] = None,
    ) -> Self: ...
    @property
    def key_id(self) -> str: ...
    def run(
        self,
        operation: str,
        id: Union[str, None],
        params: Union[str, None],
        *,
        idempotency_key: Union[str, None] = None,
        timeout: Union[int, None] = None,
        max_attempts: Union[int, None] = None,
        headers: Union[list[tuple[str, str]], None] = None,
    ) -> tuple[_Carried, Union[str, None]]: ...
    def start(
        self,
        deliver: Callable[[Any, Union[BaseException, None]], None],
        operation: str,
        id: Union[str, None],
        params: Union[str, None],
        *,
        idempotency_key: Union[str, None] = None,
        timeout: Union[int, None] = None,
        max_attempts: Union[int, None] = None,
        headers: Union[list[tuple[str, str]], None] = None,
    ) -> Task: ...
    def wait(
        self,
        operation: str,
        id: str,
        *,
        timeout: Union[int, None] = None,
        headers: Union[list[tuple[str, str]], None] = None,
    ) -> _Carried: ...
    def start_wait(
        self,
        deliver: Callable[[Any, Union[BaseException, None]], None],
        operation: str,
        id: str,
        *,
        timeout: Union[int, None] = None,
        headers: Union[list[tuple[str, str]], None] = None,
    ) -> Task: ...
    def notify(self, id: str) -> None: ...
    def resolve(
        self,
        idempotency_key: str,
        *,
        timeout: Union[int, None] = None,
        max_attempts: Union[int, None] = None,
        headers: Union[list[tuple[str, str]], None] = None,
    ) -> str: ...
    def start_resolve(
        self,
        deliver: Callable[[Any, Union[BaseException, None]], None],
        idempotency_key: str,
        *,
        timeout: Union[int, None] = None,
        max_attempts: Union[int, None] = None,
        headers: Union[list[tuple[str, str]], None] = None,
    ) -> Task: ...
    def recover(self) -> list[tuple[str, Any]]: ...
    def start_recover(self, deliver: Callable[[Any, Union[BaseException, None]], None]) -> Task: ...

@final
class Task:
    @property
    def idempotency_key(self) -> Union[str, None]: ...
    def cancel(self) -> None: ...

def _panic() -> None: ...
def _close() -> None: ...
