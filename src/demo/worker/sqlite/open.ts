/** Opens a ledger's SQLite file where it lies on the visitor's disk. */
import sqlite3InitModule from "@sqlite.org/sqlite-wasm";
import { LedgerError } from "../../../errors.js";
import type { ByteSource } from "../../../ledger/compact/format.js";
import type { LedgerSource } from "../../../ledger/source.js";
import type { Listener } from "../openInput.js";
import { SqliteSource } from "./source.js";
import { installVfs, VFS_NAME } from "./vfs.js";

const SIGNATURE = "SQLite format 3\0";
/** Bytes 18 and 19 of the header: 2 when the file takes part in write-ahead logging. */
const [WRITE_VERSION, READ_VERSION, WAL] = [18, 19, 2];

const COPY_ADVICE =
  "make a whole copy with  sqlite3 datalog.db \"VACUUM INTO 'copy.db'\"  or  mantis-scorer export datalog.db ledger.mse";

/** Throws LedgerError when the file is no SQLite database or no ledger. */
export async function openSqlite(
  file: ByteSource,
  name: string,
  wal: File | undefined,
  { notice }: Listener,
): Promise<LedgerSource> {
  if (file.size < 100 || new TextDecoder("latin1").decode(file.read(0, 16)) !== SIGNATURE) {
    throw new LedgerError(`${name}: neither a ledger (an SQLite database) nor a compact export`);
  }
  if (wal && wal.size > 0) {
    throw new LedgerError(`${name}: its -wal file holds rows that a browser cannot add: ${COPY_ADVICE}`);
  }
  const logged = file.read(0, 100)[READ_VERSION] === WAL;
  if (logged && !wal) {
    notice(
      `${name} is in WAL mode and came without its -wal file: rows that its writer has not moved over yet are missing here. ` +
        `If a validator is using it, ${COPY_ADVICE}.`,
    );
  }
  let failure: unknown;
  const sqlite3 = await sqlite3InitModule();
  installVfs(sqlite3, logged ? withoutWal(file) : file, (error) => {
    failure = error;
  });
  return SqliteSource.open(sqlite3, VFS_NAME, name, () => failure);
}

/** SQLite refuses a WAL file on a file system without shared memory; without a log it reads like any other. */
function withoutWal(file: ByteSource): ByteSource {
  return {
    size: file.size,
    read(offset, length) {
      const bytes = file.read(offset, length);
      for (const at of [WRITE_VERSION, READ_VERSION]) if (at >= offset && at < offset + length) bytes[at - offset] = 1;
      return bytes;
    },
  };
}
