/** Loads the checkout's wasm, in browsers and everywhere else: what every page needs, and the fee engine for those that ask for it. */

import { bind, isBound, isLoaded } from "./core.js";
import { notLoaded, readFile } from "./load.js";
import * as core from "./wasm/okpay_checkout.js";

/** Where the wasm comes from: its URL, its bytes, or a module that was compiled before. */
export type WasmSource = URL | string | Response | BufferSource | WebAssembly.Module;

/** Where the parts come from that are loaded when they are asked for. */
export interface PartSources {
  /** The fee engine; without it the file `okpay_checkout_fees.wasm` beside the SDK. */
  readonly fees?: WasmSource | Promise<WasmSource>;
}

let loading: Promise<void> | undefined;
let parts: PartSources = {};
let loadingFees: Promise<void> | undefined;
let fees: WebAssembly.Module | undefined;

/**
 * Loads the SDK. Without a source the file beside this one is fetched, which bundlers find by themselves. To call it again costs nothing.
 *
 * A page's `Content-Security-Policy` needs `script-src 'wasm-unsafe-eval'` and no more.
 *
 * @param sources - where the parts come from, for pages that do not serve them beside the SDK.
 * @throws {@link Invalid}: `sdk_not_loaded`, with the platform and the file.
 */
export function init(source?: WasmSource | Promise<WasmSource>, sources?: PartSources): Promise<void> {
  parts = sources ?? parts;
  if (isLoaded()) {
    return Promise.resolve();
  }
  loading ??= load(source).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/**
 * Loads the fee engine, and the SDK if it is not loaded. `FeeSchedule.fromJson` and `fromEnvelope` do so by themselves: call it to have
 * the engine before there is a schedule. To call it again costs nothing.
 *
 * @throws {@link Invalid}: `sdk_not_loaded`, with the platform and the file.
 */
export function loadFees(): Promise<void> {
  loadingFees ??= loadPart().catch((error: unknown) => {
    loadingFees = undefined;
    throw error;
  });
  return loadingFees;
}

async function load(given?: WasmSource | Promise<WasmSource>): Promise<void> {
  const source = (await given) ?? new URL("./wasm/okpay_checkout_bg.wasm", import.meta.url);
  await orTold(source, async () => core.initSync({ module: await compiled(source) }));
  if (!isLoaded()) {
    bind(core, () => fees && join(fees));
  }
}

async function loadPart(): Promise<void> {
  // Of the server's core the engine is no part: that is whole.
  if (isLoaded() && !isBound(core)) {
    return;
  }
  const [[source, module]] = await Promise.all([compiledFees(), init()]);
  await orTold(source, () => join(module));
  fees = module;
}

async function compiledFees(): Promise<[WasmSource, WebAssembly.Module]> {
  const source = (await parts.fees) ?? new URL("./wasm/okpay_checkout_fees.wasm", import.meta.url);
  return [source, await orTold(source, () => compiled(source))];
}

/**
 * Joins the fee engine to the instance that is there, which `initSync` gives: they share memory and the table of functions, over which
 * the engine is reached. An engine of another build asks for a name that is not there, and is refused.
 */
function join(module: WebAssembly.Module): void {
  const instance = core.initSync({ module }) as unknown as WebAssembly.ModuleImports;
  new WebAssembly.Instance(module, { __wasm_split: instance });
}

/** Does a piece of the loading of a source, or says what could not be loaded. */
async function orTold<T>(source: WasmSource, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const file = source instanceof URL || typeof source === "string" ? String(source) : "the given wasm";
    throw notLoaded(file, cause, "Serve that file with the page, and allow 'wasm-unsafe-eval' in script-src of its CSP.");
  }
}

async function compiled(source: WasmSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) {
    return source;
  }
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    return WebAssembly.compile(source);
  }
  if (source instanceof URL && source.protocol === "file:") {
    return WebAssembly.compile(readFile(source));
  }
  const response = source instanceof Response ? source : await fetch(source);
  if (!response.ok) {
    throw new Error(`the server answered ${response.status}`);
  }
  const isWasm = response.headers.get("content-type")?.startsWith("application/wasm");
  return isWasm ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}
