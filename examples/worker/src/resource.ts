/** What the shop knows of one resource of OKPay's: a Durable Object with a small database of its own. */

import { DurableObject } from "cloudflare:workers";
import { apply, type Event, isKnown } from "@okpay/sdk/server";
import type { Environment } from "./receive.js";

/** What became of an event. `repeated`: it was taken before; `stale`: a newer one was. */
export type Outcome = "taken" | "repeated" | "stale";

/** A resource as it was told last. */
export interface Known {
  readonly version: number;
  readonly status: string;
  /** How often goods were sent for it, which must never be more than once. */
  readonly shipped: number;
}

/** A payment, a refund, a session: whatever events tell of. */
export class Resource extends DurableObject<Environment> {
  constructor(context: DurableObjectState, environment: Environment) {
    super(context, environment);
    const { sql } = context.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY) STRICT");
    sql.exec(
      "CREATE TABLE IF NOT EXISTS resource (version INTEGER NOT NULL, status TEXT NOT NULL, shipped INTEGER NOT NULL) STRICT",
    );
  }

  /**
   * Takes an event once. That it was seen, what it told and what was done about it are written in one transaction: if the worker dies,
   * none of it happened, and the delivery comes again. What goes out of this database, such as a mail, belongs into a queue written here.
   */
  take(id: string, event: Event): Outcome {
    return this.ctx.storage.transactionSync(() => {
      const { sql } = this.ctx.storage;
      if (sql.exec("INSERT OR IGNORE INTO events VALUES (?)", id).rowsWritten === 0) {
        return "repeated";
      }
      if (!isKnown(event)) {
        console.log(`of a later version: ${event.type}`);
        return "taken";
      }
      const before = this.known();
      if (apply(before?.version, event.data.version) === "stale") {
        return "stale";
      }
      const { id: resource, version } = event.data;
      // A few resources, such as an announcement, are told of whole and have no states.
      const status = "status" in event.data ? event.data.status : "told";
      // By what the resource is and not by the event's name: of two events that overtook each other the newer one counts.
      const ships = resource.startsWith("pay_") && status === "succeeded" && !before?.shipped;
      sql.exec("DELETE FROM resource");
      sql.exec("INSERT INTO resource VALUES (?, ?, ?)", version, status, (before?.shipped ?? 0) + Number(ships));
      return "taken";
    });
  }

  /** What is known, for the rest of the shop. */
  known(): Known | undefined {
    return this.ctx.storage.sql.exec<Known & Record<string, SqlStorageValue>>("SELECT * FROM resource").toArray()[0];
  }
}
