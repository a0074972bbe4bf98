/** From what the visitor chose to a ledger that can be read. */
import { inflateSync } from "fflate";
import { LedgerError } from "../../errors.js";
import { isCompact, MAGIC } from "../../ledger/compact/format.js";
import { openCompact } from "../../ledger/compact/read.js";
import type { LedgerSource } from "../../ledger/source.js";
import type { LedgerInput } from "../messages.js";
import { simulateSample } from "./sample.js";
import { sliceSource } from "./slices.js";

export interface Listener {
  /** 0 to 1. */
  readonly progress: (done: number) => void;
  readonly notice: (text: string) => void;
}

/** Throws LedgerError when the files hold no ledger. */
export async function openInput(input: LedgerInput, listener: Listener): Promise<LedgerSource> {
  if (input.kind === "sample") return simulateSample(input.sample, listener.progress);
  const { ledger, wal } = sort(input.files);
  const source = sliceSource(ledger);
  if (source.size === 0) throw new LedgerError(`${ledger.name}: the file is empty`);
  if (isCompact(source.read(0, Math.min(source.size, MAGIC.length)))) {
    return openCompact(source, (bytes, size) => inflateSync(bytes, { out: new Uint8Array(size) }), ledger.name);
  }
  const { openSqlite } = await import("./sqlite/open.js"); // large, and only needed here
  return openSqlite(source, ledger.name, wal, listener);
}

interface Chosen {
  readonly ledger: File;
  readonly wal: File | undefined;
}

function sort(files: readonly File[]): Chosen {
  const wal = files.find(({ name }) => name.endsWith("-wal"));
  const rest = files.filter(({ name }) => !name.endsWith("-wal") && !name.endsWith("-shm"));
  if (rest.length === 1) return { ledger: rest[0]!, wal };
  if (rest.length > 1) throw new LedgerError(`${rest.length} files were given: choose one ledger`);
  throw new LedgerError("no ledger among the files: choose a datalog.db or a compact export");
}
