/** What loading has in common on all platforms. */

import { Invalid } from "./errors.js";

interface Process {
  readonly platform?: string;
  readonly arch?: string;
  readonly version?: string;
  readonly versions?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: string): unknown;
}

/** Node's `process`, which Deno and Bun have as well; none in browsers. */
export function hostProcess(): Process | undefined {
  return (globalThis as { process?: Process }).process;
}

/** The bytes of a file beside the code, where there are files. */
export function readFile(file: URL): Uint8Array<ArrayBuffer> {
  const files = file.protocol === "file:" ? hostProcess()?.getBuiltinModule?.("node:fs") : undefined;
  if (files === undefined) {
    throw new Error("there are no files here");
  }
  return (files as { readFileSync(path: URL): Uint8Array<ArrayBuffer> }).readFileSync(file);
}

/** A `WebAssembly.Module`, by a name that is there without the types of browsers, too. */
export interface WasmModule {
  /** What every such module is called. */
  readonly [Symbol.toStringTag]?: "WebAssembly.Module";
}

/** Wasm at hand: its bytes, or a module that was compiled before. */
export type WasmCode = ArrayBuffer | ArrayBufferView | WasmModule;

/** @internal Refuses a module that is none of the SDK's: the first one that is taken is kept for good. */
export function ours(module: WebAssembly.Module): WebAssembly.Module {
  if (!WebAssembly.Module.exports(module).some(({ name }) => name === "__wbindgen_start")) {
    throw new Error("it is not the SDK's");
  }
  return module;
}

/** Says what could not be loaded, where, and what to do. */
export function notLoaded(file: string, cause: unknown, advice: string): Invalid {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Invalid(
    {
      phase: "invalid",
      code: "sdk_not_loaded",
      detail: `the SDK cannot load ${file} on ${platform()}: ${why}. ${advice}`,
      suggestedAction: "Load the SDK, then call again; nothing was sent.",
    },
    { cause },
  );
}

/** The runtime and the platform, such as `node 20.20.2 on linux x64`. */
export function platform(): string {
  const host = hostProcess();
  const navigator = (globalThis as { navigator?: { userAgent?: string } }).navigator;
  const names = ["deno", "bun", "node"];
  const runtime = names.find((name) => host?.versions?.[name] !== undefined);
  if (runtime === undefined) {
    return navigator?.userAgent ?? "an unknown platform";
  }
  return `${runtime} ${host?.versions?.[runtime]} on ${host?.platform} ${host?.arch}`;
}
