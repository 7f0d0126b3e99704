/** {@link FileJournal}: the journal in a file. The core has its lines and its laws; this has the file. */

import { Held } from "./core.js";
import { Invalid, OkpayError } from "./errors.js";
import { own } from "./file-lock.js";
import { type Host, host, ifThere, type OpenFile } from "./host-files.js";
import type { Journal, JournalEntry, JournaledCall } from "./journal.js";
import type { ServerCore } from "./server-core.js";
import { words } from "./transport.js";
import { millis } from "./values.js";
import type { JournalLog } from "./wasm/okpay_server.js";

/** What work on the log gives. */
interface Done<T> {
  readonly value: T;
  /** The line to append. */
  readonly line?: string | undefined;
  /** Whether the line must survive a power cut before anybody is told. */
  readonly durable?: boolean;
}

/** Work that waits for its turn. */
interface Work<T> {
  act(log: JournalLog): Done<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

/**
 * A journal in a text file, for one process at a time. After `record` the entry survives a power cut; calls that are recorded at the same
 * time share the wait for the disk.
 *
 * What was struck off is on disk once the system has written it: after a power cut such a call may be open again, and recovery asks once
 * more what became of it. The file grows by two lines a call and is written anew at opening, and in between when it has grown. After a
 * write that failed the next use opens it again, so that a disk which was full for a while does no lasting harm.
 *
 * Its one owner is a process of JavaScript: those of other languages, which read the same format, have another kind of lock.
 */
export class FileJournal implements Journal {
  readonly #host: Host;
  readonly #path: string;
  readonly #letGo: () => Promise<void>;
  #opened: Opened | undefined;
  #waiting: Work<never>[] = [];
  #working: Promise<void> | undefined;
  #isClosed = false;
  /** Why nothing is recorded any more. */
  #end: Error | undefined;

  private constructor(host: Host, path: string, letGo: () => Promise<void>, opened: Opened) {
    this.#host = host;
    this.#path = path;
    this.#letGo = letGo;
    this.#opened = opened;
  }

  /**
   * Opens the file, or makes it. Beside it are `….lock`, which names the process that has it, and for a moment `….new`.
   *
   * @throws {@link Invalid}: `journal_failed`, naming the file: it cannot be written, is open elsewhere, or is no journal; or there are no
   * files on this platform.
   */
  static async open(path: string | URL): Promise<FileJournal> {
    try {
      const here = host();
      const full = await fullPath(here, path);
      const letGo = await own(here, full);
      const opened = await Opened.at(here, full).catch(async (error: unknown) => {
        await letGo();
        throw error;
      });
      return new FileJournal(here, full, letGo, opened);
    } catch (error) {
      throw failed(String(path), error);
    }
  }

  record(call: JournaledCall, now: Date = new Date()): Promise<boolean> {
    const [text, moment] = [JSON.stringify(call), millis(now)];
    return this.#do((log) => {
      const { line, openBefore } = JSON.parse(log.record(text, moment));
      return { value: openBefore, line, durable: true };
    });
  }

  settle(idempotencyKey: string): Promise<void> {
    return this.#do((log) => ({ value: undefined, line: log.settle(idempotencyKey) }));
  }

  withdraw(idempotencyKey: string): Promise<void> {
    return this.#do((log) => ({ value: undefined, line: log.withdraw(idempotencyKey) }));
  }

  openCalls(): Promise<JournalEntry[]> {
    return this.#do((log) => {
      const entries: { call: JournaledCall; recorded: number }[] = JSON.parse(log.openCalls());
      return { value: entries.map(({ call, recorded }) => ({ call, recorded: new Date(recorded) })) };
    });
  }

  /** Lets go of the file, once what is under way has been written. Nothing is recorded any more. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#end ??= new Error("it was closed");
      await this.#working;
      await this.#forget();
      await this.#letGo();
    }
  }

  #do<T>(act: (log: JournalLog) => Done<T>): Promise<T> {
    if (this.#end !== undefined) {
      return Promise.reject(failed(this.#path, this.#end));
    }
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ act, resolve, reject } as unknown as Work<never>);
      this.#working ??= this.#work();
    });
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#turn(this.#waiting.splice(0));
    }
    this.#working = undefined;
  }

  /** All that has come together meanwhile, with one write. What fails leaves the file to say what is true. */
  async #turn(works: Work<never>[]): Promise<void> {
    try {
      if (this.#opened?.isSpent()) {
        await this.#forget();
      }
      this.#opened ??= await Opened.at(this.#host, this.#path);
      const ends = await this.#opened.written(works);
      for (const end of ends) {
        end(this.#path);
      }
    } catch (error) {
      if (error instanceof TakenOver) {
        this.#end = error;
      }
      await this.#forget();
      for (const { reject } of works) {
        reject(failed(this.#path, error));
      }
    }
  }

  /** The next use reads the file again. */
  async #forget(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.close();
  }
}

/** The path names another file by now. */
class TakenOver extends Error {}

/** The file while it is open, and what is in it. */
class Opened {
  readonly #host: Host;
  readonly #path: string;
  readonly #file: OpenFile;
  readonly #log: Held<JournalLog>;

  private constructor(host: Host, path: string, file: OpenFile, log: Held<JournalLog>) {
    this.#host = host;
    this.#path = path;
    this.#file = file;
    this.#log = log;
  }

  /** Reads the file and writes it anew: whole beside it, then in its place. */
  static async at(host: Host, path: string): Promise<Opened> {
    const bytes = (await ifThere(host.files.readFile(path))) ?? new Uint8Array();
    const log = Held.kept((core) => (core as unknown as ServerCore).JournalLog.open(bytes));
    const text = log.use((log) => log.text());
    return new Opened(host, path, await replaced(host, path, text), log);
  }

  /** Does all of it, has the lines on disk, and gives what tells everybody. One that is refused does not stop the others. */
  async written(works: Work<never>[]): Promise<((path: string) => void)[]> {
    let [lines, durable] = ["", false];
    const ends = works.map(({ act, resolve, reject }) => {
      try {
        const done = this.#log.use((log) => act(log));
        lines += done.line ?? "";
        durable ||= done.durable ?? false;
        return () => resolve(done.value);
      } catch (error) {
        if (!(error instanceof OkpayError && error.code === "journal_failed")) {
          throw error;
        }
        return (path: string) => reject(failed(path, error));
      }
    });
    if (lines !== "") {
      await this.#file.appendFile(lines);
    }
    if (durable) {
      await this.#file.datasync();
      await this.#isStillThere();
    }
    return ends;
  }

  /**
   * Processes in containers that share a folder and a host's name cannot see each other, so that one may think the other dead. Nothing is
   * said to be on disk that is in a file which nobody reads any more.
   */
  async #isStillThere(): Promise<void> {
    const [mine, there] = await Promise.all([
      this.#file.stat({ bigint: true }),
      ifThere(this.#host.files.stat(this.#path, { bigint: true })),
    ]);
    if (mine.dev !== there?.dev || mine.ino !== there.ino) {
      throw new TakenOver("another process has taken it over, or it was moved away; a journal has one owner");
    }
  }

  /** Whether the file has grown so far that it is to be opened again, or what was known of it was lost in a trap elsewhere. */
  isSpent(): boolean {
    try {
      return this.#log.use((log) => log.isBloated());
    } catch {
      return true;
    }
  }

  async close(): Promise<void> {
    this.#log.free();
    // What was to be on disk is, and what was not has been told.
    await this.#file.close().catch(() => undefined);
  }
}

async function replaced({ files, path: paths, process }: Host, path: string, text: string): Promise<OpenFile> {
  // Bodies are the business of whoever made them: only its own user reads the file.
  const file = await files.open(`${path}.new`, "w", 0o600);
  try {
    await file.appendFile(text);
    await file.sync();
    await files.rename(`${path}.new`, path);
    if (process.platform !== "win32") {
      // The name is on disk with its folder.
      const folder = await files.open(paths.dirname(path), "r");
      await folder.sync().finally(() => folder.close());
    }
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Where the file is, whatever the process's folder becomes and through whichever link. */
async function fullPath({ files, path: paths, url }: Host, path: string | URL): Promise<string> {
  const given = typeof path === "string" ? path : url.fileURLToPath(path);
  return (await ifThere(files.realpath(given))) ?? paths.resolve(given);
}

function failed(path: string, cause: unknown): Invalid {
  const detail = cause instanceof OkpayError ? cause.detail : words(cause);
  return new Invalid(
    {
      phase: "invalid",
      code: "journal_failed",
      detail: `the journal ${path}: ${detail}`,
      suggestedAction: "Mend the value and call again; nothing was sent.",
    },
    { cause },
  );
}
