/** Loads the server's wasm: from its file where there are files, else from a module that it is given. */

import { bind, type Core, loadLazily } from "./core.js";
import { notLoaded, ours, readFile, type WasmCode } from "./load.js";
import * as core from "./wasm/okpay_server.js";

const ADVICE = "Where there are no files give the module: import wasm from '@okpay/sdk/server.wasm'; load(wasm).";

let module: WebAssembly.Module | undefined;

/**
 * Loads the SDK from a compiled module or from bytes: for edge workers, and for programs in one file. Elsewhere the first use reads the
 * file beside this one.
 *
 * @throws {@link Invalid}: `sdk_not_loaded`, with the platform and the file.
 */
export function load(source: WasmCode): void {
  bind(instantiated(() => source, "the given wasm"));
}

/** Lets the first use load the file beside this one. Its place is asked for only then: an edge worker's modules have none. */
export function loadWhenNeeded(): void {
  const file = () => new URL("./wasm/okpay_server_bg.wasm", import.meta.url);
  loadLazily(() => instantiated(() => readFile(file()), `okpay_server_bg.wasm beside ${import.meta.url}`));
}

function instantiated(source: () => WasmCode, name: string): Core {
  try {
    const given = source();
    const taken = module ?? ours(given instanceof WebAssembly.Module ? given : new WebAssembly.Module(given as BufferSource));
    core.initSync({ module: taken });
    module = taken;
  } catch (cause) {
    throw notLoaded(name, cause, ADVICE);
  }
  return core;
}
