"""Kernel functions on fixed vectors in wasmtime (PyPI: wasmtime); prints the SHA-256 of the results' bytes."""

import hashlib
import struct
import sys

import wasmtime

store = wasmtime.Store()
module = wasmtime.Module.from_file(store.engine, sys.argv[1])
i32 = wasmtime.ValType.i32


def abort(*_):
    raise RuntimeError("the kernel gave up")


imports = [wasmtime.Func(store, wasmtime.FuncType([i32()] * 4, []), abort)]
exports = wasmtime.Instance(store, module, imports).exports(store)
memory = exports["memory"]

count = 4096
state = 12345
draws = []
for _ in range(count):
    state = (1664525 * state + 1013904223) % 2**32
    draws.append(state / 4294967296)
digest = hashlib.sha256()
for name, scale, shift in (("expArray", 40.0, -20.0), ("logArray", 1000.0, 0.0), ("log1pArray", 4.0, -0.5)):
    at = exports["alloc"](store, 8 * count)
    memory.write(store, struct.pack(f"<{count}d", *(scale * (u + 2**-40) + shift for u in draws)), at)
    exports[name](store, at, at, count)
    digest.update(memory.read(store, at, at + 8 * count))
labels = exports["alloc"](store, count)
scores = exports["alloc"](store, 8 * count)
memory.write(store, bytes(1 if u > 0.5 else 0 for u in draws), labels)
memory.write(store, struct.pack(f"<{count}d", *draws[1:], 0.0), scores)
digest.update(struct.pack("<d", exports["auc"](store, labels, scores, count)))
integers = exports["alloc"](store, 4 * count)
exports["randomIntegers"](store, 42, 0, 481, count, integers)
digest.update(memory.read(store, integers, integers + 4 * count))
print(digest.hexdigest())
