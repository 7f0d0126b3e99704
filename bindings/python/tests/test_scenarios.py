"""Every scenario, with both clients, against the real gateway in a box."""

import json

import okpay
import pytest
from conftest import SCENARIOS
from scenario import Runner

FILES = sorted(SCENARIOS.glob("*.json"))


def test_there_are_scenarios():
    assert len(FILES) >= 12


@pytest.mark.parametrize("kind", [okpay.Client, okpay.AsyncClient], ids=["sync", "async"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_scenario(file, kind, fresh_sandbox):
    runner = Runner(fresh_sandbox, kind)
    try:
        runner.run(json.loads(file.read_text(encoding="utf-8")))
    finally:
        runner.close()
