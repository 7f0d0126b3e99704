"""Runs a scenario as it is written. See ``tests/scenarios/README.md``; there are no expectations in here."""

import asyncio
import base64
import json
import queue
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import okpay


class Runner:
    """What a scenario has so far: clients, receivers, saved values."""

    def __init__(self, sandbox, kind):
        self.sandbox, self.kind = sandbox, kind
        self.clients = {"secret": sandbox.client(kind), "publishable": sandbox.browser(kind)}
        self.saved, self.hooks = dict(sandbox.details), {}

    def run(self, scenario):
        for number, written in enumerate(scenario["steps"], 1):
            step = self.filled(written)
            try:
                result, error = self.wire(getattr(self, next(iter(step)))(step)), None
            except okpay.OkpayError as raised:
                result, error = None, {name: getattr(raised, field) for name, field in ERROR_FIELDS.items()}
            place = f"step {number}: {written}"
            assert (error is not None) == ("error" in step), f"{place}: {error or result}"
            for path, value in {**step.get("expect", {}), **step.get("error", {})}.items():
                found = at(result if error is None else error, path)
                assert found == value, f"{place}: {path} is {found!r}"
            self.saved.update({name: at(result, path) for name, path in step.get("save", {}).items()})

    def call(self, step):
        group, method = step["call"].split(".")
        options = {"timeout": step["timeout_ms"] / 1000} if "timeout_ms" in step else {}
        options.update({"max_attempts": step["max_attempts"]} if "max_attempts" in step else {})
        options.update({"idempotency_key": step["key"]} if "key" in step else {})
        client = self.client(step)
        ids = [step["id"]] if "id" in step else []
        return self.finished(getattr(getattr(client, group), method)(*ids, **step.get("params", {}), **options))

    def walk(self, step):
        group, _ = step["walk"].split(".")
        walked = getattr(self.client(step), group).iterate(**step.get("params", {}))
        items = self.finished(collect(walked)) if self.kind is okpay.AsyncClient else list(walked)
        return {"count": len(items), "distinct": len({item.id for item in items}), "items": list(map(self.wire, items))}

    def wait(self, step):
        group, _ = step["wait"].split(".")
        options = {"timeout": timedelta(milliseconds=step["timeout_ms"])} if "timeout_ms" in step else {}
        return self.finished(getattr(self.client(step), group).wait(step["id"], **options))

    def resolve(self, step):
        return self.finished(self.client(step).resolve(step["resolve"]))

    def device(self, step):
        seed = bytes.fromhex(step["seed"])
        public_key = base64.b64encode(okpay.signing.Ed25519Key("new", seed).public_key.public_bytes).decode()
        device = self.finished(self.client(step).devices.create(public_key=public_key, **step["params"]))
        key = okpay.signing.Ed25519Key(device.id, seed)
        self.clients[step["device"]] = self.kind(self.sandbox.url, key=key)
        return device

    def control(self, step):
        return self.sandbox.control(*step["control"].split(" "), step.get("body"))

    def listen(self, step):
        self.hooks[step["listen"]] = hook = Hook()
        self.saved[step["listen"]] = hook.url

    def delivery(self, step):
        headers, body = self.hooks[step["delivery"]].received.get(timeout=30)
        return okpay.webhooks.Verifier(step["secret"]).verify(body, headers).event()

    def webhook(self, step):
        body, now = json.dumps(step["webhook"]).encode(), int(time.time())
        headers = okpay.webhooks.sign(step["secret"], step["id"], body, now)
        event = okpay.webhooks.Verifier([step["secret"]]).verify(body, headers, now).event()
        return {**self.wire(event), "known": not isinstance(event.data, okpay.models.UnknownData)}

    def client(self, step):
        return self.clients[step.get("as", "secret")]

    def finished(self, value):
        return asyncio.run(value) if asyncio.iscoroutine(value) else value

    def wire(self, value):
        return value.to_dict() if hasattr(value, "to_dict") else value

    def filled(self, value):
        if isinstance(value, dict):
            return {name: self.filled(member) for name, member in value.items()}
        if isinstance(value, list):
            return [self.filled(member) for member in value]
        return self.saved[value[1:]] if isinstance(value, str) and value.startswith("$") else value

    def close(self):
        for hook in self.hooks.values():
            hook.close()


ERROR_FIELDS = {
    **{name: name for name in ("phase", "code", "status", "param", "decline_code", "state", "idempotency_key", "request_id")},
    "object": "object_id",
}


def at(value, path):
    """The value at a path; nothing where there is none."""
    for name in path.split("."):
        name = name.replace("~1", ".")
        if isinstance(value, list):
            value = value[int(name)] if int(name) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return value


async def collect(items):
    return [item async for item in items]


class Hook:
    """A receiver of webhooks that answers 200 and keeps what came."""

    def __init__(self):
        received = self.received = queue.Queue()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                received.put((dict(self.headers.items()), body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
