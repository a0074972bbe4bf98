import { afterEach, describe, expect, it } from "vitest";
import { type Executor, inlineExecutor, type Task } from "../../src/kernel/executor.js";
import { openJsKernel } from "../../src/kernel/load.js";
import { openPool, WorkerPool } from "../../src/kernel/pool.js";

const task = <I, O>(name: string): Task<I, O> => ({
  name,
  run: () => {
    throw new Error("runs on a worker only");
  },
});
const shared = (length: number) => new Int32Array(new SharedArrayBuffer(4 * length));

let pool: Executor | undefined;
afterEach(() => pool?.close());

/** A pool whose workers know the tasks of fixtures/worker.mjs. */
function open(workers: number): Executor {
  const entry = new URL("../fixtures/worker.mjs", import.meta.url);
  pool = new WorkerPool(inlineExecutor(openJsKernel()), workers, { module: null }, entry);
  return pool;
}

describe("inlineExecutor", () => {
  it("takes the largest cost first too, and returns results in the order of the inputs", async () => {
    const seen: number[] = [];
    const note: Task<number, number> = { name: "note", run: (_, x) => seen.push(x) };
    const outputs = await inlineExecutor(openJsKernel()).map(note, [3, 9, 4, 12], (x) => x);
    expect(seen).toEqual([12, 9, 4, 3]);
    expect(outputs).toEqual([4, 2, 3, 1]);
  });
});

describe("WorkerPool", () => {
  it.each([1, 2, 3])("gives results in the order of the inputs on %i workers, whatever the costs", async (workers) => {
    const inputs = Array.from({ length: 50 }, (_, i) => i);
    const outputs = await open(workers).map(task<number, number>("square"), inputs, (x) => (x * 7) % 11);
    expect(outputs).toEqual(inputs.map((x) => x * x));
  });

  it("takes the largest cost first, equal ones in order", async () => {
    const log = shared(6);
    const inputs = [3, 9, 4, 9.5, 4].map((cost, i) => ({ log, value: 10 * i, cost }));
    await open(1).map(task<(typeof inputs)[0], number>("order"), inputs, ({ cost }) => cost);
    expect([...log]).toEqual([5, 30, 10, 20, 40, 0]);
  });

  it("runs tasks at the same time on different threads", async () => {
    const barrier = shared(2);
    barrier[1] = 3; // no task returns before all three run
    const threads = await open(3).map(task<Int32Array, number>("thread"), [barrier, barrier, barrier]);
    expect(new Set(threads).size).toBe(3);
  });

  it("runs several maps at a time and counts what is done", async () => {
    const executor = open(2);
    let done = 0;
    const maps = [1, 2, 3].map((factor) =>
      executor.map(task<number, number>("square"), [factor, 10 * factor], undefined, () => done++),
    );
    expect(await Promise.all(maps)).toEqual([
      [1, 100],
      [4, 400],
      [9, 900],
    ]);
    expect(done).toBe(6);
  });

  it("maps nothing to nothing", async () => {
    expect(await open(2).map(task("square"), [])).toEqual([]);
  });

  it("rejects with the error of a failing task and goes on with others", async () => {
    const executor = open(2);
    await expect(executor.map(task("fail"), [1, 2, 3, 4, 5])).rejects.toThrow("three is too much");
    expect(await executor.map(task<number, number>("square"), [5])).toEqual([25]);
  });

  it("rejects a task that no worker knows", async () => {
    await expect(open(2).map(task("nonsense"), [1])).rejects.toThrow(/no worker task is called "nonsense"/);
  });

  it("rejects what cannot be sent, either way", async () => {
    const executor = open(2);
    await expect(executor.map(task("square"), [() => 0])).rejects.toThrow(/could not be cloned/);
    await expect(executor.map(task("uncloneable"), [1])).rejects.toThrow(/could not be cloned/);
  });

  it("rejects every map when a worker is lost", async () => {
    const executor = open(2);
    const cell = shared(1);
    const sleeping = executor.map(task("sleep"), [cell]);
    const lost = executor.map(task("exit"), [1, 2]);
    await expect(lost).rejects.toThrow(/ended unexpectedly \(exit code 7\)/);
    await expect(sleeping).rejects.toThrow(/ended unexpectedly/);
    await expect(executor.map(task("square"), [1])).rejects.toThrow(/ended unexpectedly/);
  });

  it("closes at once, busy or not", async () => {
    const executor = open(2);
    const sleeping = executor.map(task("sleep"), [shared(1), shared(1)]);
    sleeping.catch(() => {});
    const started = performance.now();
    await executor.close();
    await expect(sleeping).rejects.toThrow(/closed/);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe("openPool", () => {
  it("stays on this thread with one worker", async () => {
    pool = await openPool(1);
    expect(pool).not.toBeInstanceOf(WorkerPool);
    expect(pool.kernel.backend).toBe("wasm");
  });

  it.each(["wasm", "js"] as const)("opens %s kernels", async (backend) => {
    pool = await openPool(2, backend);
    expect(pool.kernel.backend).toBe(backend);
    expect(pool.workers).toBe(2);
    await expect(pool.map(task("nonsense"), [1])).rejects.toThrow(/no worker task/); // so the worker has started
  });
});
