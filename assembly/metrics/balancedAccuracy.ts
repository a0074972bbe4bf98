// Mean recall over classes, from counts. MANTIS has two forms: over the classes that occur, and over all classes with
// absent ones as 0.

/** hits[c] and counts[c] (int32) over n rows: how often class c was predicted where it is true, and how often it is true. */
export function countHits(truth: usize, predicted: usize, n: i32, hits: usize, counts: usize, classes: i32): void {
  memory.fill(hits, 0, (<usize>classes) << 2);
  memory.fill(counts, 0, (<usize>classes) << 2);
  for (let i = 0; i < n; i++) {
    const c = load<u8>(truth + i);
    const at = (<usize>c) << 2;
    store<i32>(counts + at, load<i32>(counts + at) + 1);
    store<i32>(hits + at, load<i32>(hits + at) + i32(load<u8>(predicted + i) == c));
  }
}

/** Σ_c hits[c]/counts[c] over the classes that occur, divided by their number or, with `overAll`, by `classes`; 0 if none. */
export function balancedAccuracy(hits: usize, counts: usize, classes: i32, overAll: bool): f64 {
  let sum: f64 = 0;
  let present = 0;
  for (let c = 0; c < classes; c++) {
    const count = load<i32>(counts + ((<usize>c) << 2));
    if (count == 0) continue;
    sum += <f64>load<i32>(hits + ((<usize>c) << 2)) / <f64>count;
    present++;
  }
  return present == 0 ? 0 : sum / <f64>(overAll ? classes : present);
}
