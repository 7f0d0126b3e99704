"""The code of the README runs, and the first payment takes under twenty lines."""

import re
import sys
from pathlib import Path

import okpay
import pytest

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
EXAMPLES = sorted((Path(__file__).resolve().parents[1] / "examples").glob("*.py"))


@pytest.fixture
def environment(sandbox, monkeypatch):
    names = {"OKPAY_BASE_URL": "url", "OKPAY_FEE_SCHEDULE_KEY": "fee_schedule_key"}
    names.update({f"OKPAY_{name.upper()}": name for name in ("key_id", "secret", "publishable_key", "gateway_keys", "webhook_secret")})
    for name, detail in names.items():
        monkeypatch.setenv(name, sandbox.details[detail])


def test_the_readme_runs(environment, capsys):
    first, ends, hooks, fees, till = BLOCKS
    assert len(first.strip().splitlines()) < 20
    namespace = {}
    exec(first, namespace)
    assert re.fullmatch(r"pay_\w+ succeeded 0.66 EUR\n", capsys.readouterr().out)
    exec(ends, namespace)
    assert "not_found" in capsys.readouterr().out
    exec(fees, namespace)
    assert "EUR" in capsys.readouterr().out
    exec(till, namespace)
    assert capsys.readouterr().out == "200.00 EUR\n"
    if sys.version_info >= (3, 10):
        exec(hooks, namespace)
        event = next(event for event in namespace["client"].events.iterate() if event.type == "payment.succeeded")
        secret = okpay.webhooks.webhook_secret()
        namespace["verifier"] = okpay.webhooks.Verifier(secret)
        import json
        import time

        body = json.dumps(event.to_dict()).encode()
        namespace["handle"](body, okpay.webhooks.sign(secret, event.id, body, int(time.time())))
        assert "ship" in capsys.readouterr().out


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_examples_run(example, environment, capsys):
    exec(compile(example.read_text(encoding="utf-8"), str(example), "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out
