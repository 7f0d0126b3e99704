// A web server for the pages of the tests, and a browser.

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";
import { chromium } from "playwright-core";
import { vectors } from "./support.js";

const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html" };
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the browser. */
export function browser() {
  return chromium.launch({ executablePath: process.env.OKPAY_BROWSER ?? "/usr/bin/chromium", args: ARGUMENTS });
}

/** Serves the package, the tests and the given texts by their paths, under one content security policy. */
export class Pages {
  static async start(policy, texts) {
    const pages = new Pages();
    pages.told = new Promise((resolve) => {
      pages.server = createServer(async (request, response) => {
        if (request.method === "POST") {
          const chunks = [];
          for await (const chunk of request) {
            chunks.push(chunk);
          }
          response.end();
          resolve(JSON.parse(Buffer.concat(chunks)));
          return;
        }
        serve(request.url, policy, texts, response);
      });
    });
    pages.server.listen(0, "127.0.0.1");
    await once(pages.server, "listening");
    pages.url = `http://127.0.0.1:${pages.server.address().port}`;
    return pages;
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }
}

function serve(path, policy, texts, response) {
  const [, folder, name] = path.split("/");
  response.setHeader("content-security-policy", policy);
  response.setHeader("content-type", TYPES[extname(path)] ?? "text/html");
  if (path in texts) {
    response.end(texts[path]);
  } else if (folder === "vectors") {
    response.end(JSON.stringify(vectors(name)));
  } else if (["dist", "tests"].includes(folder) && !path.includes("..")) {
    response.end(readFileSync(new URL(`..${path}`, import.meta.url)));
  } else {
    response.writeHead(404).end();
  }
}
