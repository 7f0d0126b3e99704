"""Is this really OKPay? Pages, mail addresses, telephone numbers and social accounts, held offline against a signed list.

::

    official = okpay.official.OfficialList(client.official_list.current(), public_keys=[...])
    check = official.url("https://okpay.test.example/login")
    if check.verdict != "official":
        print(check.verdict, check.reason, check.entry)

The list is fetched once and kept; what is asked about leaves this machine never. Keep :attr:`OfficialList.version` with it, and give it as
``last_accepted_version`` for the next one, so that nobody can bring an older list back.
"""

from __future__ import annotations

import json
from typing import Iterable, Optional, Union

from . import _okpay
from ._generated.models import OfficialCheck, OfficialKind, OfficialListEnvelope, OfficialReason, OfficialVerdict
from ._wire import text_list

__all__ = ["OfficialCheck", "OfficialKind", "OfficialList", "OfficialListEnvelope", "OfficialReason", "OfficialVerdict"]


class OfficialList:
    """A list whose signature is verified."""

    version: str
    """Its version."""

    def __init__(
        self,
        envelope: Union[OfficialListEnvelope, str],
        *,
        public_keys: Union[str, Iterable[str]],
        last_accepted_version: Optional[str] = None,
    ) -> None:
        """Verifies an envelope, as the gateway gives it or as its JSON.

        :param public_keys: the keys that are trusted for official lists, ``whpk_…``.
        :param last_accepted_version: the version of the last list; an older one is refused.
        :raises okpay.OkpayError: ``envelope_signature_invalid``, ``official_list_rollback``, ``invalid_official_list``, ``invalid_key``.
        """
        self._text = envelope if isinstance(envelope, str) else json.dumps(envelope.to_dict())
        self._keys = text_list(public_keys)
        self._last = last_accepted_version
        self.version = self.url("").list_version

    def url(self, url: str) -> OfficialCheck:
        """Judges a page, by what a browser would really open."""
        return self._check("url", url)

    def email(self, address: str) -> OfficialCheck:
        """Judges a mail address: the address alone, without a name in front of it."""
        return self._check("email", address)

    def phone(self, number: str) -> OfficialCheck:
        """Judges a telephone number with its country code."""
        return self._check("phone", number)

    def social(self, platform: str, handle: str) -> OfficialCheck:
        """Judges an account on a platform such as ``x``."""
        return self._check("social", handle, platform)

    def _check(self, kind: str, value: str, platform: Optional[str] = None) -> OfficialCheck:
        subject = json.dumps({"kind": kind, "value": value, "platform": platform})
        return OfficialCheck.from_dict(json.loads(_okpay.is_official(self._text, self._keys, self._last, subject)))
