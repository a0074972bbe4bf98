// Products of many miners' centred values, pair by pair (51-clusters §2): the matrix behind their correlations.

import { alloc, mark, release } from "../arena";
import { Half } from "../numeric/half";
import { addFour } from "./jointSums";

/** Values per block: those of 256 miners then stay within half a megabyte or so. */
const BLOCK: i32 = 256;
const TILE: usize = 4;

/**
 * Adds to `products` (k × padded float64, padded: k rounded up to a multiple of four) the sums of z_i · z_j over `count` values,
 * z = value − mean in float32. `columns` lists k pointers to codes, `means` are k float32. Only tiles that reach the diagonal or
 * lie above it are filled.
 */
export function centredProducts(columns: usize, means: usize, k: i32, count: i32, products: usize): void {
  const level = mark();
  const padded = ((<usize>k + TILE - 1) / TILE) * TILE;
  const bytes = (<usize>BLOCK) << 3;
  const z = alloc(padded * bytes);
  for (let from: i32 = 0; from < count; from += BLOCK) {
    memory.fill(z, 0, padded * bytes);
    const n = min<i32>(BLOCK, count - from);
    for (let j: usize = 0; j < <usize>k; j++) {
      const codes = load<usize>(columns + (j << 2)) + ((<usize>from) << 1);
      centre(codes, n, load<f32>(means + (j << 2)), z + j * bytes);
    }
    addUpper(z, <usize>k, padded, bytes, products);
  }
  release(level);
}

function centre(codes: usize, n: i32, mean: f32, z: usize): void {
  for (const end = z + ((<usize>n) << 3); z < end; z += 8, codes += 2) {
    store<f64>(z, <f64>(Half.decode(load<u16>(codes)) - mean));
  }
}

function addUpper(z: usize, k: usize, padded: usize, bytes: usize, products: usize): void {
  for (let i: usize = 0; i < k; i++) {
    for (let j = i & ~(TILE - 1); j < padded; j += TILE) {
      addFour(z + i * bytes, z + j * bytes, bytes, products + ((i * padded + j) << 3));
    }
  }
}
