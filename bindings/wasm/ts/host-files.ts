/** The files of the platform: Node's, which Deno and Bun have as well. They are asked for at run time, so that a bundle for the edge names none. */

import { hostProcess, platform } from "./load.js";

/** An open file. */
export interface OpenFile {
  appendFile(text: string): Promise<void>;
  sync(): Promise<void>;
  datasync(): Promise<void>;
  stat(options: { bigint: true }): Promise<Identity>;
  close(): Promise<void>;
}

/** Which file it is, whatever its name. */
interface Identity {
  readonly dev: bigint;
  readonly ino: bigint;
}

/** What a journal asks of `node:fs/promises`. */
interface Files {
  open(path: string, flags: string, mode?: number): Promise<OpenFile>;
  readFile(path: string): Promise<Uint8Array>;
  writeFile(path: string, text: string, options: { flag: string; mode: number }): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  stat(path: string, options: { bigint: true }): Promise<Identity>;
  realpath(path: string): Promise<string>;
}

/** What tells one process from another. */
interface Process {
  readonly pid: number;
  readonly platform: string;
  uptime(): number;
  kill(pid: number, signal: 0): unknown;
}

/** A platform that has files. */
export interface Host {
  readonly files: Files;
  readonly process: Process;
  readonly path: { resolve(path: string): string; dirname(path: string): string };
  readonly url: { fileURLToPath(url: URL): string };
  readonly os: { hostname(): string; uptime(): number };
}

/** The platform's files. Throws where there are none, or none that stay: an edge worker has them in memory at most. */
export function host(): Host {
  const onEdge = (globalThis as { navigator?: { userAgent?: string } }).navigator?.userAgent === "Cloudflare-Workers";
  const module = (name: string) => hostProcess()?.getBuiltinModule?.(`node:${name}`);
  const files = onEdge ? undefined : module("fs/promises");
  if (files === undefined) {
    throw new Error(`there are no files that stay on ${platform()}: give the client a Journal of your own, over a database`);
  }
  const [path, url, os] = [module("path"), module("url"), module("os")];
  return { files, path, url, os, process: hostProcess() } as unknown as Host;
}

/** The code of a failure of the system's, such as `ENOENT`. */
export function errno(error: unknown): string | undefined {
  return (error as { code?: string } | undefined)?.code;
}

/** What work gives; nothing if there is no such file. */
export async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  return await work.catch((error: unknown) => {
    if (errno(error) === "ENOENT") {
      return undefined;
    }
    throw error;
  });
}
