/** TRADE-MIX loops over the kernel's exports (assembly/walkforward). Columns go in a tile, or one asset, at a time. */
import { type DeskInput, type DeskOutcome, gridLength, type TradeMixKernel, transformSize } from "../ops/tradeMix.js";
import { type KernelExports, type Scratch, withScratch } from "./memory.js";

/** Values per tile of the similarity: NumPy's block of a float32 sum, so that each tile's norm is one pairwise sum. */
const TILE = 8192;
/** Rows per tile of the medians. */
const MEDIAN_ROWS = 256;

function write(exports: KernelExports, pointer: number, codes: Uint16Array): void {
  new Uint16Array(exports.memory.buffer, pointer, codes.length).set(codes);
}

function cosineSimilarities(exports: KernelExports, columns: readonly Uint16Array[], scratch: Scratch): Float32Array {
  const count = columns.length;
  const length = columns[0].length;
  const padded = (count + 3) & ~3; // the kernel takes columns in fours; those beyond `count` are zeros
  const stride = TILE * 4;
  const codes = scratch.room(TILE * 2 + 16);
  const squares = scratch.room(stride + 16);
  const tile = exports.allocZeroed(padded * stride);
  const gram = exports.allocZeroed(padded * padded * 8);
  const norms = new Float32Array(count);
  for (let begin = 0; begin < length; begin += TILE) {
    const n = Math.min(TILE, length - begin);
    for (let j = 0; j < count; j++) {
      write(exports, codes, columns[j].subarray(begin, begin + n));
      norms[j] = norms[j] + exports.decodeTile(codes, n, tile + j * stride, squares);
    }
    exports.gramTile(tile, padded, stride, (n + 3) & ~3, gram);
  }
  for (let j = 0; j < count; j++) norms[j] = Math.fround(Math.sqrt(norms[j])) + Math.fround(1e-12);
  const dots = new Float64Array(exports.memory.buffer, gram, padded * padded);
  const similarity = new Float32Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      const cosine = Math.fround(dots[i * padded + j]) / Math.fround(norms[i] * norms[j]);
      similarity[i * count + j] = cosine;
      similarity[j * count + i] = cosine;
    }
  }
  return similarity;
}

function rowMedians(
  exports: KernelExports,
  columns: readonly Uint16Array[],
  assets: number,
  scratch: Scratch,
): Float32Array {
  const rows = columns[0].length / assets;
  const planes = columns.length * assets;
  const codes = scratch.room(MEDIAN_ROWS * assets * 2);
  const keys = exports.allocZeroed(planes * MEDIAN_ROWS * 2);
  const nan = scratch.room(MEDIAN_ROWS);
  const pair = scratch.room(32);
  const out = scratch.room(MEDIAN_ROWS * 4);
  const medians = new Float32Array(rows);
  for (let begin = 0; begin < rows; begin += MEDIAN_ROWS) {
    const n = Math.min(MEDIAN_ROWS, rows - begin);
    new Uint8Array(exports.memory.buffer, nan, n).fill(0);
    for (const [j, column] of columns.entries()) {
      write(exports, codes, column.subarray(begin * assets, (begin + n) * assets));
      exports.medianKeys(codes, n, assets, keys + j * assets * MEDIAN_ROWS * 2, MEDIAN_ROWS, nan);
    }
    exports.medianTile(keys, planes, MEDIAN_ROWS, n, nan, pair, out);
    medians.set(new Float32Array(exports.memory.buffer, out, n), begin);
  }
  return medians;
}

function deskLeaveOneOut(exports: KernelExports, input: DeskInput, scratch: Scratch): DeskOutcome {
  const { columns, assets, asset, folds, horizon, period } = input;
  const rows = input.returns.length;
  const groups = columns.length;
  const decoded = scratch.room((groups + 1) * rows * 4);
  const nan = exports.allocZeroed(groups + 16);
  const codes = scratch.room(rows * assets * 2);
  for (const [g, column] of columns.entries()) {
    write(exports, codes, column);
    const holdsNaN = exports.decodePositions(codes, rows, assets, asset, decoded + g * rows * 4);
    new Uint8Array(exports.memory.buffer, nan + g, 1)[0] = holdsNaN;
  }
  new Float32Array(exports.memory.buffer, decoded + groups * rows * 4, rows).set(input.blank);

  const foldCount = folds.length / 3;
  let points = 0;
  for (let f = 0; f < foldCount; f++) points += gridLength(folds[3 * f + 2] - folds[3 * f + 1], horizon, period);
  const returns = scratch.put(input.returns);
  const usable = scratch.put(input.usable);
  const bounds = scratch.put(folds);
  const cells = foldCount * (groups + 1);
  const edges = exports.allocZeroed(cells * 8 + 8);
  const profits = exports.allocZeroed(cells * 8 + 8);
  const trace = exports.allocZeroed(points * 8 + 8);
  exports.deskLeaveOneOut(
    decoded,
    nan,
    groups,
    rows,
    returns,
    usable,
    bounds,
    foldCount,
    horizon,
    period,
    input.fee,
    input.minRows,
    edges,
    profits,
    trace,
  );
  return {
    edges: scratch.float64(edges, cells),
    profits: scratch.float64(profits, cells),
    points: scratch.float64(trace, points),
  };
}

function putAll(scratch: Scratch, vectors: readonly Float64Array[], length: number): number {
  const pointer = scratch.room(vectors.length * length * 8);
  const memory = new Float64Array(scratch.exports.memory.buffer, pointer, vectors.length * length);
  for (const [i, vector] of vectors.entries()) memory.set(vector, i * length);
  return pointer;
}

function dotProducts(exports: KernelExports, vectors: readonly Float64Array[], scratch: Scratch): Float64Array {
  const count = vectors.length;
  const length = vectors[0]?.length ?? 0;
  const out = scratch.room(count * count * 8);
  exports.dotProducts(putAll(scratch, vectors, length), count, length, out);
  return scratch.float64(out, count * count);
}

function residualBooks(
  exports: KernelExports,
  books: readonly Float64Array[],
  order: Int32Array,
  similarity: Float64Array,
  threshold: number,
  scratch: Scratch,
): Float64Array[] {
  const count = books.length;
  const length = books[0]?.length ?? 0;
  const pointer = putAll(scratch, books, length);
  const seniority = scratch.put(order);
  const cosines = scratch.put(similarity);
  exports.residualBooks(pointer, count, length, seniority, cosines, threshold, scratch.room(count * 8));
  return books.map((_, j) => scratch.float64(pointer + j * length * 8, length));
}

function shiftSums(
  exports: KernelExports,
  signals: readonly Float64Array[],
  labels: readonly Float64Array[],
  assets: number,
  scratch: Scratch,
): Float64Array[][] {
  const rows = (labels[0]?.length ?? 0) / assets;
  const size = transformSize(rows);
  const pairs = Math.ceil(assets / 2);
  const bytes = pairs * size * 16;
  const twiddles = scratch.room(size * 16);
  exports.twiddleFactors(size, twiddles);
  const input = scratch.room(rows * assets * 8);
  const signal = scratch.room(bytes);
  const product = scratch.room(size * 16);
  const out = scratch.room(rows * 8);
  const transform = (values: Float64Array, to: number): void => {
    new Float64Array(exports.memory.buffer, input, values.length).set(values);
    exports.packedTransform(input, rows, assets, size, twiddles, to);
  };
  const spectra = labels.map((label) => {
    const spectrum = scratch.room(bytes);
    transform(label, spectrum);
    return spectrum;
  });
  return signals.map((values) => {
    transform(values, signal);
    return spectra.map((label) => {
      exports.multiplySpectra(signal, label, pairs, size, twiddles, product);
      exports.unpackShifts(product, rows, size, out);
      return scratch.float64(out, rows);
    });
  });
}

export function tradeMixOps(exports: KernelExports): TradeMixKernel {
  return {
    tanh: (x) => exports.tanh(x),
    cosineSimilarities: (columns) =>
      columns.length === 0
        ? new Float32Array(0)
        : withScratch(exports, (scratch) => cosineSimilarities(exports, columns, scratch)),
    rowMedians: (columns, assets) => withScratch(exports, (scratch) => rowMedians(exports, columns, assets, scratch)),
    deskLeaveOneOut: (input) => withScratch(exports, (scratch) => deskLeaveOneOut(exports, input, scratch)),
    dotProducts: (vectors) => withScratch(exports, (scratch) => dotProducts(exports, vectors, scratch)),
    residualBooks: (books, order, similarity, threshold) =>
      withScratch(exports, (scratch) => residualBooks(exports, books, order, similarity, threshold, scratch)),
    shiftSums: (signals, labels, assets) =>
      withScratch(exports, (scratch) => shiftSums(exports, signals, labels, assets, scratch)),
  };
}
