/**
 * One owner per file. Node has no lock that ends with its process, so that a file beside it names the owner: a process that is no more is
 * recognised and its place taken, and who looks while another looks waits.
 */

import { errno, type Host, ifThere } from "./host-files.js";

/** Who owns a file. */
interface Owner {
  readonly pid: number;
  /** The machine, where the system tells. */
  readonly host: string | undefined;
  /** When it took the file, in milliseconds since 1970. */
  readonly since: number;
  /** The boot and the moment in it at which the process began, where the system tells: a number is given to a later process, too. */
  readonly born: string | undefined;
}

/** What this thread owns. */
const owned = new Set<string>();

/** How often, and after how many milliseconds, one looks again who opens at the same moment. */
const [TRIES, PAUSE] = [100, 20];

/** A clock is corrected by as much, in milliseconds. */
const MINUTE = 60_000;

/** Takes a file; gives what lets go of it. */
export async function own(host: Host, path: string): Promise<() => Promise<void>> {
  const lock = `${path}.lock`;
  if (owned.has(path)) {
    throw new Error("it is open already in this process; a journal has one owner");
  }
  owned.add(path);
  try {
    const text = await alone(host, `${lock}.taking`, () => taken(host, lock));
    return async () => {
      owned.delete(path);
      if ((await textOf(host, lock)) === text) {
        await host.files.unlink(lock);
      }
    };
  } catch (error) {
    owned.delete(path);
    throw error;
  }
}

/** Writes into the lock who owns it from now on, unless another process does. */
async function taken(host: Host, lock: string): Promise<string> {
  const owner = read(await textOf(host, lock));
  if (owner !== undefined && (await lives(host, owner))) {
    const place = owner.host === undefined ? "" : ` on ${owner.host}`;
    throw new Error(`process ${owner.pid}${place} has it open; a journal has one owner. If it is no more, delete ${lock}`);
  }
  const { pid } = host.process;
  const own: Owner = { pid, host: hostname(host), since: Date.now(), born: await born(host, pid) };
  const text = JSON.stringify(own);
  await host.files.writeFile(lock, text, { flag: "w", mode: 0o600 });
  return text;
}

/** Does what one process at a time may do: who has made the marker. */
async function alone<T>(host: Host, marker: string, work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      await host.files.writeFile(marker, "", { flag: "wx", mode: 0o600 });
      break;
    } catch (error) {
      if (errno(error) !== "EEXIST") {
        throw error;
      }
      if (tries >= TRIES) {
        throw new Error(`another process is opening it, or has ended in the middle of that; then delete ${marker}`);
      }
      await new Promise((done) => setTimeout(done, PAUSE));
    }
  }
  try {
    return await work();
  } finally {
    await host.files.unlink(marker);
  }
}

async function lives(host: Host, owner: Owner): Promise<boolean> {
  const here = hostname(host);
  if (owner.host !== undefined && here !== undefined && owner.host !== here) {
    return true; // Nobody here can tell.
  }
  const { process } = host;
  if (owner.born !== undefined && (await born(host, process.pid)) !== undefined) {
    return (await born(host, owner.pid)) === owner.born;
  }
  // Its number may have been a former process's: before the machine was started, or before this very process.
  const began = (seconds: number) => Date.now() - Math.ceil(seconds * 1000);
  const up = told(() => host.os.uptime());
  if (up !== undefined && owner.since < began(up) - MINUTE) {
    return false;
  }
  if (owner.pid === process.pid) {
    return owner.since >= began(process.uptime());
  }
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    return errno(error) !== "ESRCH";
  }
}

/** When a process began, as Linux tells it; nothing of one that is no more, and on other systems. */
async function born(host: Host, pid: number): Promise<string | undefined> {
  const [boot, stat] = await Promise.all([
    textOf(host, "/proc/sys/kernel/random/boot_id").catch(() => undefined),
    textOf(host, `/proc/${pid}/stat`).catch(() => undefined),
  ]);
  // The name of the program, in brackets, may hold anything; the 20th word after it is the moment.
  const began = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return boot === undefined || began === undefined ? undefined : `${boot.trim()} ${began}`;
}

async function textOf(host: Host, path: string): Promise<string | undefined> {
  const bytes = await ifThere(host.files.readFile(path));
  return bytes && new TextDecoder().decode(bytes);
}

function read(text: string | undefined): Owner | undefined {
  try {
    const owner = JSON.parse(text ?? "null");
    return Number.isInteger(owner?.pid) ? owner : undefined;
  } catch {
    return undefined; // Cut by a power failure: whoever wrote it is no more.
  }
}

function hostname(host: Host): string | undefined {
  return told(() => host.os.hostname());
}

/** What the system tells: Deno asks for a permission that nothing else here needs. */
function told<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
