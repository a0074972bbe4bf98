/** SimplexStackKernel over the compiled kernel (assembly/walkforward/simplexStack.ts). */
import { type SimplexStackKernel, STACK_EVENTS, type StackProblem } from "../ops/simplexStack.js";
import { type KernelExports, type Scratch, withScratch } from "./memory.js";

interface Stack {
  readonly pointer: number;
  readonly miners: number;
}

/** The problem in the kernel's memory, taken from its stack of scratch memory. */
function putProblem(exports: KernelExports, { logits, hits, weights, eps }: StackProblem): Stack {
  const rows = weights.length;
  const planes = rows === 0 ? 0 : logits.length / rows;
  const miners = planes / STACK_EVENTS;
  const pointer = exports.stackCreate(miners, rows, eps);
  for (let plane = 0; plane < planes; plane++) {
    const at = exports.stackPlane(pointer, Math.floor(plane / STACK_EVENTS), plane % STACK_EVENTS);
    new Float64Array(exports.memory.buffer, at, rows).set(logits.subarray(plane * rows, (plane + 1) * rows));
  }
  withScratch(exports, (scratch) => exports.stackOutcomes(pointer, scratch.put(hits), scratch.put(weights)));
  return { pointer, miners };
}

/** Room for shares and intercepts that are passed again and again. */
class Point {
  readonly shares: number;
  readonly intercepts: number;

  constructor(
    private readonly scratch: Scratch,
    private readonly miners: number,
  ) {
    this.shares = scratch.room(8 * miners);
    this.intercepts = scratch.room(8 * STACK_EVENTS);
  }

  set(shares: Float64Array, intercepts: Float64Array): void {
    const { buffer } = this.scratch.exports.memory;
    new Float64Array(buffer, this.shares, this.miners).set(shares);
    new Float64Array(buffer, this.intercepts, STACK_EVENTS).set(intercepts);
  }

  get(shares: Float64Array, intercepts: Float64Array): void {
    const { buffer } = this.scratch.exports.memory;
    shares.set(new Float64Array(buffer, this.shares, this.miners));
    intercepts.set(new Float64Array(buffer, this.intercepts, STACK_EVENTS));
  }
}

export function simplexStackOps(exports: KernelExports): SimplexStackKernel {
  return {
    withStackLoss(problem, hitWeights, use) {
      return withScratch(exports, (scratch) => {
        const { pointer, miners } = putProblem(exports, problem);
        const point = new Point(scratch, miners);
        exports.stackHitWeights(pointer, scratch.put(hitWeights));
        return use({
          value(shares, intercepts, bound) {
            point.set(shares, intercepts);
            return exports.stackLoss(pointer, point.shares, point.intercepts, bound);
          },
          gradient(shares, intercepts) {
            exports.stackGradient(pointer, point.shares, point.intercepts);
            point.get(shares, intercepts);
          },
        });
      });
    },

    stackRemovals(problem, shares, intercepts) {
      return withScratch(exports, (scratch) => {
        const { pointer, miners } = putProblem(exports, problem);
        const point = new Point(scratch, miners);
        point.set(shares, intercepts);
        const out = scratch.room(8 * miners);
        exports.stackRemovals(pointer, point.shares, point.intercepts, out);
        return scratch.float64(out, miners);
      });
    },
  };
}
