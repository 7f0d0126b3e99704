// Runs a scenario as it is written. See `tests/scenarios/README.md`; there are no expectations in here.

import { once } from "node:events";
import { createServer } from "node:http";
import { Ed25519Key, isKnown, OkpayError, sign, Verifier } from "@okpay/sdk/server";
import { same } from "./cases.js";
import { hex } from "./support.js";

/** What a scenario has so far: clients, receivers, saved values. */
export class Runner {
  constructor(sandbox) {
    this.sandbox = sandbox;
    this.clients = { secret: sandbox.client(), publishable: sandbox.client({ publishableKey: sandbox.details.publishable_key }) };
    this.saved = { ...sandbox.details };
    this.hooks = {};
  }

  async run(scenario) {
    for (const [number, written] of scenario.steps.entries()) {
      await this.step(`step ${number + 1}, ${JSON.stringify(written)}:`, this.filled(written));
    }
  }

  async step(place, step) {
    let result;
    let error;
    try {
      result = await this[Object.keys(step)[0]](step);
    } catch (thrown) {
      if (!(thrown instanceof OkpayError)) {
        throw thrown;
      }
      error = told(thrown);
    }
    same(error !== undefined, step.error !== undefined, `${place} ${JSON.stringify(error ?? result)}`);
    for (const [path, value] of Object.entries({ ...step.expect, ...step.error })) {
      same(at(error ?? result, path), value, `${place} ${path}:`);
    }
    for (const [name, path] of Object.entries(step.save ?? {})) {
      this.saved[name] = at(result, path);
    }
  }

  call(step) {
    const [group, method] = step.call.split(".").map(camel);
    const operation = this.client(step)[group];
    const { timeout_ms: timeout, max_attempts: maxAttempts, key: idempotencyKey } = step;
    const given = Object.entries({ timeout, maxAttempts, idempotencyKey }).filter(([, value]) => value !== undefined);
    const options = Object.fromEntries(given);
    const taken = [step.id, step.params].filter((value) => value !== undefined);
    // Options come last, after the parameters that the method has, given or not.
    const before = operation[method].length - 1;
    return operation[method](...taken, ...Array(before - taken.length).fill(undefined), options);
  }

  async walk(step) {
    const [group] = step.walk.split(".").map(camel);
    const items = [];
    for await (const item of this.client(step)[group].iterate(step.params)) {
      items.push(item);
    }
    return { count: items.length, distinct: new Set(items.map((item) => item.id)).size, items };
  }

  wait(step) {
    const [group] = step.wait.split(".").map(camel);
    const options = step.timeout_ms === undefined ? undefined : { timeout: step.timeout_ms };
    return this.client(step)[group].wait(step.id, options);
  }

  resolve(step) {
    return this.client(step).resolve(step.resolve);
  }

  /** The client that a step is made by. */
  client(step) {
    return this.clients[step.as ?? "secret"];
  }

  async device(step) {
    const seed = hex(step.seed);
    const public_key = Buffer.from(new Ed25519Key("new", seed).publicKey.bytes).toString("base64");
    const device = await this.client(step).devices.create({ ...step.params, public_key });
    this.clients[step.device] = this.sandbox.client({ key: new Ed25519Key(device.id, seed) });
    return device;
  }

  control(step) {
    return this.sandbox.control(...step.control.split(" "), step.body);
  }

  async listen(step) {
    const hook = await Hook.start();
    this.hooks[step.listen] = hook;
    this.saved[step.listen] = hook.url;
  }

  async delivery(step) {
    const { headers, body } = await this.hooks[step.delivery].next();
    return proven(step, body, headers);
  }

  webhook(step) {
    const body = JSON.stringify(step.webhook);
    return proven(step, body, sign(step.secret, step.id, body));
  }

  filled(value) {
    if (Array.isArray(value)) {
      return value.map((member) => this.filled(member));
    }
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, this.filled(member)]));
    }
    return typeof value === "string" && value.startsWith("$") ? this.saved[value.slice(1)] : value;
  }

  close() {
    for (const hook of Object.values(this.hooks)) {
      hook.close();
    }
  }
}

function proven({ secret }, body, headers) {
  const event = new Verifier(secret).verify(body, headers).event();
  return { ...event, known: isKnown(event) };
}

function told({ phase, code, status, param, object, state, ...rest }) {
  const { declineCode: decline_code, idempotencyKey: idempotency_key, requestId: request_id } = rest;
  return { phase, code, status, param, object, state, decline_code, idempotency_key, request_id };
}

function camel(name) {
  return name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
}

/** The value at a path; null where there is none. */
function at(value, path) {
  return path.split(".").reduce((inner, name) => inner?.[name.replaceAll("~1", ".")] ?? null, value);
}

/** A receiver of webhooks that answers 200 and keeps what came. */
class Hook {
  static async start() {
    const hook = new Hook();
    hook.server = createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) {
        chunks.push(chunk);
      }
      response.end();
      hook.put({ headers: request.headers, body: Buffer.concat(chunks) });
    });
    hook.server.listen(0, "127.0.0.1");
    await once(hook.server, "listening");
    hook.url = `http://127.0.0.1:${hook.server.address().port}/hook`;
    return hook;
  }

  received = [];
  waiting = [];

  put(delivery) {
    const waits = this.waiting.shift();
    waits ? waits(delivery) : this.received.push(delivery);
  }

  next() {
    return this.received.length > 0 ? this.received.shift() : new Promise((resolve) => this.waiting.push(resolve));
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }
}
