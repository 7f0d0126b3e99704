/** The server's build of the core. */

import { ask } from "./core.js";

/** What the server's build offers. */
export type ServerCore = typeof import("./wasm/okpay_server.js");

/** Asks the server's core, which is the one that is loaded wherever this is. */
export const askServer = ask as unknown as <T>(work: (core: ServerCore) => T) => T;
