"""Every scenario, with both clients, against the real gateway in a box."""

import json

import okpay
import pytest
from conftest import SCENARIOS, cases
from scenario import Runner

FILES = {file.name: json.loads(file.read_text(encoding="utf-8")) for file in sorted(SCENARIOS.glob("*.json"))}


def test_there_are_scenarios():
    assert len(FILES) >= 12


def every_scenario(test):
    marked = [pytest.param(file, marks=cases(f"scenarios/{name}", "steps", len(file["steps"])), id=name) for name, file in FILES.items()]
    return pytest.mark.parametrize("scenario", marked)(test)


@every_scenario
def test_scenario(scenario, fresh_sandbox):
    run(scenario, fresh_sandbox, okpay.Client)


@every_scenario
def test_scenario_async(scenario, fresh_sandbox):
    run(scenario, fresh_sandbox, okpay.AsyncClient)


def run(scenario, sandbox, kind):
    runner = Runner(sandbox, kind)
    try:
        runner.run(scenario)
    finally:
        runner.close()
