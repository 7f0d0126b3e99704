/** What every server of Node's needs: to listen and to let go, to read a form, to answer. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that listens. */
export interface Served {
  readonly url: string;
  readonly stop: () => void;
}

/** Listens on a port of this machine; 0 finds a free one. */
export async function serve(
  port: number,
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<Served> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(error);
      text(response, 502, "The shop could not reach its gateway. Nothing was charged; please try again.");
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

/** What a request is for. */
export function pathOf(request: IncomingMessage): string {
  return new URL(request.url ?? "/", "http://localhost").pathname;
}

/** The most bytes of a form. */
const MAX_FORM = 4096;

/** A form's text. */
export async function body(request: IncomingMessage): Promise<string> {
  let read = "";
  for await (const chunk of request.setEncoding("utf8")) {
    read += chunk;
    if (read.length > MAX_FORM) {
      throw new Error("the form is too large");
    }
  }
  return read;
}

/** Plain words. */
export function text(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" }).end(words);
}

/** JSON that is asked for again each time. */
export function json(response: ServerResponse, words: string): void {
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-cache" }).end(words);
}

/** A page without a script. */
export function page(response: ServerResponse, html: string): void {
  const policy =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
  response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy }).end(html);
}

/** On to another page. */
export function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { location, "cache-control": "no-store" }).end();
}
