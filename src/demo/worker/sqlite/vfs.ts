/** A read-only SQLite file system with one file: the slices of the visitor's ledger. */
import type { Sqlite3Static } from "@sqlite.org/sqlite-wasm";
import type { ByteSource } from "../../../ledger/compact/format.js";

export const VFS_NAME = "slices";
const SECTOR = 4096;
const PATH_BYTES = 512;

/** A C struct as the library presents it; its own types name the members without the $. */
type Struct = { [member: `$${string}`]: number } & { readonly pointer: number; dispose(): void };

/** Registers the file system; the database's name is free. `onError` is told what SQLite itself would only call an I/O error. */
export function installVfs(sqlite3: Sqlite3Static, file: ByteSource, onError: (error: unknown) => void): void {
  const { capi, wasm } = sqlite3;
  const io = new capi.sqlite3_io_methods() as unknown as Struct;
  const vfs = new capi.sqlite3_vfs() as unknown as Struct;
  const base = new capi.sqlite3_vfs(capi.sqlite3_vfs_find(null) as never) as unknown as Struct;
  vfs.$iVersion = 2;
  vfs.$szOsFile = (capi.sqlite3_file as unknown as { structInfo: { sizeof: number } }).structInfo.sizeof;
  vfs.$mxPathname = PATH_BYTES;
  vfs.$xRandomness = base.$xRandomness!;
  vfs.$xSleep = base.$xSleep!;
  base.dispose();
  io.$iVersion = 1;

  const refuse = () => capi.SQLITE_READONLY;
  const accept = () => 0;
  const ioMethods = {
    xCheckReservedLock: (_file: number, out: number) => {
      wasm.poke32(out, 0);
      return 0;
    },
    xClose: accept,
    xDeviceCharacteristics: () => capi.SQLITE_IOCAP_IMMUTABLE,
    xFileControl: () => capi.SQLITE_NOTFOUND,
    xFileSize: (_file: number, out: number) => {
      wasm.poke64(out, BigInt(file.size));
      return 0;
    },
    xLock: accept,
    xRead: (_file: number, to: number, length: number, offset: bigint) => {
      try {
        const from = Number(offset);
        const there = Math.max(0, Math.min(length, file.size - from));
        const heap = wasm.heap8u();
        heap.set(file.read(from, there), to);
        if (there === length) return 0;
        heap.fill(0, to + there, to + length);
        return capi.SQLITE_IOERR_SHORT_READ;
      } catch (error) {
        onError(error);
        return capi.SQLITE_IOERR_READ;
      }
    },
    xSectorSize: () => SECTOR,
    xSync: accept,
    xTruncate: refuse,
    xUnlock: accept,
    xWrite: refuse,
  };
  const vfsMethods = {
    xAccess: (_vfs: number, _name: number, _flags: number, out: number) => {
      wasm.poke32(out, 0); // no journal, no -wal
      return 0;
    },
    xCurrentTimeInt64: (_vfs: number, out: number) => {
      wasm.poke64(out, 0n); // no query here asks for the time
      return 0;
    },
    xDelete: refuse,
    xFullPathname: (_vfs: number, name: number, size: number, out: number) =>
      wasm.cstrncpy(out, name, size) < size ? 0 : capi.SQLITE_CANTOPEN,
    xGetLastError: accept,
    xOpen: (_vfs: number, _name: number, pointer: number, flags: number, outFlags: number) => {
      if (!(flags & capi.SQLITE_OPEN_MAIN_DB)) return capi.SQLITE_CANTOPEN;
      const opened = new capi.sqlite3_file(pointer as never) as unknown as Struct;
      opened.$pMethods = io.pointer;
      opened.dispose();
      if (outFlags) wasm.poke32(outFlags, capi.SQLITE_OPEN_READONLY);
      return 0;
    },
  };
  sqlite3.vfs.installVfs({
    io: { struct: io, methods: ioMethods },
    vfs: { struct: vfs, methods: vfsMethods, name: VFS_NAME },
  } as never);
}
