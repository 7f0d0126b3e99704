/** The built page and its files, and the headers that they go out with. */

import { readdirSync, readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { extname } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
};

/** Where `npm run build` put them. */
const BUILT = new URL("../dist/", import.meta.url);

/**
 * What the page may do: its own files and the gateway, nothing in between. `wasm-unsafe-eval` compiles the SDK and evaluates no text; and
 * with Trusted Types required, no text becomes a script or HTML.
 */
function policy(gateway: string): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${gateway}`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

/** What is served, read once. */
export class Files {
  readonly #files: ReadonlyMap<string, Buffer>;
  readonly #page: string;

  /** Reads them, and writes what is public into the page. */
  static read(values: Readonly<Record<string, string>>): Files {
    const names = readdirSync(BUILT, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const files = new Map<string, Buffer>();
    for (const { parentPath, name } of names) {
      const path = `${parentPath}/${name}`;
      files.set(path.slice(BUILT.pathname.length - 1).replace(/^\/*/, "/"), readFileSync(path));
    }
    const page = files.get("/index.html")?.toString("utf8") ?? "";
    return new Files(
      files,
      page.replace(/\{\{(\w+)\}\}/g, (_, name) => escaped(values[name] ?? "")),
    );
  }

  private constructor(files: ReadonlyMap<string, Buffer>, page: string) {
    this.#files = files;
    this.#page = page;
  }

  /** The checkout page. */
  checkout(response: ServerResponse, gateway: string): void {
    response
      .writeHead(200, {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy(gateway),
        "cache-control": "no-store",
        "cross-origin-opener-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
      })
      .end(this.#page);
  }

  /** A file of the page. Those under `/assets` have their hash in their name and never change. */
  send(response: ServerResponse, path: string): void {
    const [file, type] = [this.#files.get(path), TYPES[extname(path)]];
    if (!file || !type) {
      response.writeHead(404, { "content-type": "text/plain" }).end("There is nothing here.");
      return;
    }
    const age = path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
    response.writeHead(200, { "content-type": type, "cache-control": age, "x-content-type-options": "nosniff" }).end(file);
  }
}

/** A text inside HTML. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
