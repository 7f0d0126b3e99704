/** Loads the checkout's wasm, in browsers and everywhere else. */

import { bind, isLoaded } from "./core.js";
import { notLoaded, readFile } from "./load.js";
import * as core from "./wasm/okpay_checkout.js";

/** Where the wasm comes from: its URL, its bytes, or a module that was compiled before. */
export type WasmSource = URL | string | Response | BufferSource | WebAssembly.Module;

let loading: Promise<void> | undefined;

/**
 * Loads the SDK. Without a source the file beside this one is fetched, which bundlers find by themselves. To call it again costs nothing.
 *
 * A page's `Content-Security-Policy` needs `script-src 'wasm-unsafe-eval'` and no more.
 *
 * @throws {@link Invalid}: `sdk_not_loaded`, with the platform and the file.
 */
export function init(source?: WasmSource | Promise<WasmSource>): Promise<void> {
  if (isLoaded()) {
    return Promise.resolve();
  }
  loading ??= load(source).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(given?: WasmSource | Promise<WasmSource>): Promise<void> {
  const source = (await given) ?? new URL("./wasm/okpay_checkout_bg.wasm", import.meta.url);
  try {
    core.initSync({ module: await compiled(source) });
  } catch (cause) {
    const file = source instanceof URL || typeof source === "string" ? String(source) : "the given wasm";
    throw notLoaded(file, cause, "Serve that file with the page, and allow 'wasm-unsafe-eval' in script-src of its CSP.");
  }
  bind(core);
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
