/** Loads the checkout's wasm, in browsers and everywhere else: what every page needs, and the fee engine for those that ask for it. */

import { bind, isBound, isLoaded } from "./core.js";
import { notLoaded, ours, readFile, type WasmCode } from "./load.js";
import * as core from "./wasm/okpay_checkout.js";

/** Where the wasm comes from: its URL, an answer that brings it, its bytes, or a module that was compiled before. */
export type WasmSource = URL | string | Response | WasmCode;

/** Where the parts come from that are loaded when they are asked for. */
export interface PartSources {
  /**
   * The fee engine; without it the file `okpay_checkout_fees.wasm` beside the SDK. A promise or an answer is used once: should it fail, the
   * next try takes that file.
   */
  readonly fees?: WasmSource | Promise<WasmSource>;
}

let loading: Promise<void> | undefined;
let parts: PartSources = {};
let loadingFees: Promise<void> | undefined;
let fees: WebAssembly.Module | undefined;

/**
 * Loads the SDK. Without a source the file beside this one is fetched, which bundlers find by themselves. To call it again costs nothing.
 *
 * A page's `Content-Security-Policy` needs `'wasm-unsafe-eval'` in `script-src`, and in `connect-src` where the wasm is fetched from.
 *
 * @param sources - where the parts come from, for pages that do not serve them beside the SDK.
 * @throws {@link Invalid}: `sdk_not_loaded`, with the platform and the file.
 */
export function init(source?: WasmSource | Promise<WasmSource>, sources?: PartSources): Promise<void> {
  // Whether or not they are used: a promise that fails unseen would end a program in Node.
  void Promise.allSettled([source, sources?.fees]);
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
  const source = given ?? new URL("./wasm/okpay_checkout_bg.wasm", import.meta.url);
  await orTold(source, async (source) => core.initSync({ module: ours(await compiled(source)) }));
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
  const source = parts.fees ?? new URL("./wasm/okpay_checkout_fees.wasm", import.meta.url);
  if (source instanceof Promise || source instanceof Response) {
    parts = {};
  }
  return orTold(source, async (source) => [source, await compiled(source)]);
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
async function orTold<T>(given: WasmSource | Promise<WasmSource>, work: (source: WasmSource) => T | Promise<T>): Promise<T> {
  let source: WasmSource | undefined;
  try {
    source = await given;
    return await work(source);
  } catch (cause) {
    const file = source instanceof URL || typeof source === "string" ? String(source) : "the given wasm";
    throw notLoaded(
      file,
      cause,
      "Serve that file, and allow it in connect-src of the CSP, and 'wasm-unsafe-eval' in script-src.",
    );
  }
}

async function compiled(source: WasmSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) {
    return source;
  }
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    return WebAssembly.compile(source as BufferSource);
  }
  if (source instanceof URL && source.protocol === "file:") {
    return WebAssembly.compile(readFile(source));
  }
  const response = source instanceof Response ? source : await fetch(source as URL | string);
  if (!response.ok) {
    throw new Error(`the server answered ${response.status}`);
  }
  const isWasm = response.headers.get("content-type")?.startsWith("application/wasm");
  return isWasm ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}
