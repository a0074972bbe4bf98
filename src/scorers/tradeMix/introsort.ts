/**
 * The sort of scikit-learn 1.7.2's trees: quicksort in three parts around the median of three, heapsort when it goes too
 * deep (Musser 1997). It is not stable; where it leaves rows of equal value is part of the result (tree.ts).
 */

/** Sorts values ascending and moves the rows along, in place. */
export function introsort(values: Float32Array, rows: Int32Array): void {
  if (values.length > 1) sortRange(values, rows, 0, values.length, 2 * Math.floor(31 - Math.clz32(values.length)));
}

function swap(values: Float32Array, rows: Int32Array, i: number, j: number): void {
  const [value, row] = [values[i], rows[i]];
  values[i] = values[j];
  rows[i] = rows[j];
  values[j] = value;
  rows[j] = row;
}

function medianOfThree(a: number, b: number, c: number): number {
  if (a < b) return b < c ? b : a < c ? c : a;
  if (b < c) return a < c ? a : c;
  return b;
}

function sortRange(values: Float32Array, rows: Int32Array, begin: number, end: number, depth: number): void {
  let [from, left] = [begin, depth];
  while (end - from > 1) {
    if (left <= 0) {
      heapsort(values, rows, from, end);
      return;
    }
    left--;
    const n = end - from;
    const pivot = medianOfThree(values[from], values[from + (n >> 1)], values[end - 1]);
    let [i, low, high] = [from, from, end];
    while (i < high) {
      if (values[i] < pivot) swap(values, rows, i++, low++);
      else if (values[i] > pivot) swap(values, rows, i, --high);
      else i++;
    }
    sortRange(values, rows, from, low, left);
    from = high;
  }
}

function siftDown(values: Float32Array, rows: Int32Array, begin: number, start: number, end: number): void {
  let root = start;
  for (;;) {
    const child = 2 * root + 1;
    let largest = root;
    if (child < end && values[begin + largest] < values[begin + child]) largest = child;
    if (child + 1 < end && values[begin + largest] < values[begin + child + 1]) largest = child + 1;
    if (largest === root) return;
    swap(values, rows, begin + root, begin + largest);
    root = largest;
  }
}

function heapsort(values: Float32Array, rows: Int32Array, begin: number, finish: number): void {
  const n = finish - begin;
  for (let start = (n - 2) >> 1; start >= 0; start--) siftDown(values, rows, begin, start, n);
  for (let end = n - 1; end > 0; end--) {
    swap(values, rows, begin, begin + end);
    siftDown(values, rows, begin, 0, end);
  }
}
