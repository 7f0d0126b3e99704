"""What must not hang or abort: hooks that call, processes that end, files that others hold."""

import subprocess
import sys
import threading

import okpay
import pytest
from okpay import webhooks

REENTRANT = """
import sys, threading, okpay
inner = okpay.Client(*sys.argv[1:], on_attempt=lambda report: None)
statuses = []

def hook(report):
    statuses.append(inner.balances.list().answer.status)

outer = okpay.Client(*sys.argv[1:], on_attempt=hook)
# More than there are threads of the runtime.
threads = [threading.Thread(target=outer.balances.list) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert statuses == [200] * 8, statuses
"""

# The hook is in the middle of Python code when the process ends.
INSIDE = """
import asyncio, os, sys, threading, okpay
entered = threading.Event()

def hook(report):
    entered.set()
    turns = 0
    while turns < 1_000_000:
        turns += 1
    os.write(1, b"through")

client = okpay.AsyncClient(*sys.argv[1:], on_attempt=hook)

async def begin():
    call = asyncio.ensure_future(client.balances.list())
    await asyncio.get_running_loop().run_in_executor(None, entered.wait)
    call.cancel()

asyncio.new_event_loop().run_until_complete(begin())
"""

# Answers come by the hundred while the process ends.
MANY = """
import asyncio, sys, okpay
client = okpay.AsyncClient(*sys.argv[2:], on_attempt=lambda report: None)

async def begin():
    calls = [asyncio.ensure_future(client.balances.list()) for _ in range(100)]
    await asyncio.sleep(float(sys.argv[1]))

asyncio.new_event_loop().run_until_complete(begin())
"""

# What was registered before the package was loaded runs last.
AFTERWARDS = """
import asyncio, atexit, sys

def last():
    try:
        asyncio.run(okpay.AsyncClient(*sys.argv[1:]).balances.list())
    except RuntimeError as error:
        print(error)
    print(okpay.Client(*sys.argv[1:]).balances.list().answer.status)

atexit.register(last)
import okpay
okpay.Client  # with its first use the package is loaded
"""


def run(code, sandbox, *arguments):
    """Runs a program against a gateway and gives its output."""
    details = sandbox.details
    command = [sys.executable, "-I", "-W", "ignore", "-c", code, *arguments, details["url"], details["key_id"], details["secret"]]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, (ended.returncode, ended.stderr)
    return ended.stdout


def test_a_hook_may_make_calls_of_its_own(sandbox):
    run(REENTRANT, sandbox)


def test_a_process_ends_after_the_hook_that_is_running(sandbox):
    assert run(INSIDE, sandbox) == "through"


@pytest.mark.parametrize("moment", [0, 0.01, 0.02, 0.04, 0.06])
def test_a_process_ends_while_answers_come(sandbox, moment):
    run(MANY, sandbox, str(moment))


def test_at_the_very_end_no_call_is_begun_whose_answer_could_not_come(sandbox):
    refused, status = run(AFTERWARDS, sandbox).splitlines()
    assert "shutting down" in refused and status == "200"


HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("CREATE TABLE held (text)")
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
"""


def journal(path):
    return okpay.Client("http://127.0.0.1:1", "okp_test_kid_1", "okp_test_sk_" + "A" * 43, journal=path)


@pytest.mark.parametrize("opened", [journal, webhooks.SqliteStore], ids=["journal", "store"])
def test_other_threads_run_while_a_file_is_waited_for(opened, tmp_path):
    path, ends = tmp_path / "held.sqlite", []

    def open_it():
        try:
            ends.append(opened(path))
        except okpay.OkpayError as error:
            ends.append(error)

    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-I", "-c", HOLDER, str(path)], **pipes) as holder:
        assert holder.stdout.readline() == "held\n"
        waiting = threading.Thread(target=open_it)
        waiting.start()
        turns = 0
        # Long enough for the other thread to get at the file; were the lock of the interpreter kept there, it would be given up locked.
        while turns < 2_000_000 and waiting.is_alive():
            turns += 1
        assert waiting.is_alive(), ends
        holder.communicate("go on\n")
        waiting.join()
    assert not isinstance(ends[0], okpay.OkpayError), ends


@pytest.mark.parametrize("path", ["", ":memory:", "file::memory:", "file:calls?mode=memory"])
@pytest.mark.parametrize("opened", [journal, webhooks.SqliteStore], ids=["journal", "store"])
def test_what_would_keep_nothing_is_refused(opened, path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(okpay.OkpayError) as caught:
        opened(path)
    assert caught.value.code == ("journal_failed" if opened is journal else "replay_guard_failed")
    assert "give" in caught.value.detail and not list(tmp_path.iterdir())
