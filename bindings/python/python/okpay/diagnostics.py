"""The diagnostic bundle of a support ticket: versions and the last failures, and never a secret.

::

    try:
        client.payments.create(...)
    except okpay.OkpayError as error:
        client.tickets.create(subject="...", message="...", diagnostics=okpay.diagnostics.bundle(error))

What it may hold is decided in one place for every language: codes and operations that are known, ids of OKPay's form, numbers. No text that
anybody could have written is in it.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Dict, Mapping, Union

from . import _okpay
from ._generated.models import DiagnosticBundle, Incident, SdkLanguage
from .errors import OkpayError

__all__ = ["DiagnosticBundle", "Incident", "SdkLanguage", "bundle"]

_IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy"}


def bundle(*failures: Union[OkpayError, Mapping[str, Any]]) -> DiagnosticBundle:
    """Puts a bundle together for ``client.tickets.create``.

    :param failures: errors, and reports of attempts as ``on_attempt`` is given them, oldest first; the last 20 are kept.
    """
    import platform  # slow to import, and needed by nothing else

    name = _IMPLEMENTATIONS.get(sys.implementation.name, sys.implementation.name)
    sources = {
        "language": "python",
        "runtime": f"{name} {'.'.join(map(str, sys.version_info[:3]))}",
        "platform": f"{platform.system()} {platform.machine()}",
        "incidents": [_incident(failure) for failure in failures],
    }
    return DiagnosticBundle.from_dict(json.loads(_okpay.assemble_diagnostics(json.dumps(sources))))


def _incident(failure: Union[OkpayError, Mapping[str, Any]]) -> Dict[str, Any]:
    if isinstance(failure, OkpayError):
        return {
            "phase": failure.phase,
            "code": failure._code,
            "decline_code": failure._decline_code,
            "status": failure.status,
            "param": failure.param,
            "object": failure.object_id,
            "request_id": failure.request_id,
            "idempotency_key": failure.idempotency_key,
        }
    names = ("operation", "attempt", "status", "request_id", "elapsed_ms")
    return {**{name: failure.get(name) for name in names}, "code": failure.get("failure")}
