// MT19937 (Matsumoto and Nishimura, 1998), seeded and read as NumPy's legacy RandomState (numpy 2.2.6).
import { alloc, mark, release } from "../arena";

const N: i32 = 624;
const M: i32 = 397;
const MATRIX: u32 = 0x9908b0df;

/** A generator in arena memory: it lives until the arena is released below it. */
@unmanaged
export class Mt19937 {
  private words: usize;
  private position: i32;

  /** numpy.random.RandomState(seed). */
  static create(seed: u32): Mt19937 {
    const generator = changetype<Mt19937>(alloc(offsetof<Mt19937>()));
    generator.words = alloc((<usize>N) << 2);
    generator.seed(seed);
    return generator;
  }

  /** Starts again as RandomState(seed). */
  seed(seed: u32): void {
    let word = seed;
    store<u32>(this.words, word);
    for (let i = 1; i < N; i++) {
      word = 1812433253 * (word ^ (word >>> 30)) + i;
      this.put(i, word);
    }
    this.position = N;
  }

  @inline
  private at(i: i32): u32 {
    return load<u32>(this.words + ((<usize>i) << 2));
  }

  @inline
  private put(i: i32, word: u32): void {
    store<u32>(this.words + ((<usize>i) << 2), word);
  }

  private twist(): void {
    for (let i = 0; i < N; i++) {
      const y = (this.at(i) & 0x80000000) | (this.at(i + 1 < N ? i + 1 : 0) & 0x7fffffff);
      const other = this.at(i + M < N ? i + M : i + M - N);
      this.put(i, other ^ (y >>> 1) ^ (y & 1 ? MATRIX : 0));
    }
    this.position = 0;
  }

  next32(): u32 {
    if (this.position == N) this.twist();
    let y = this.at(this.position++);
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  /** A whole number in [0, largest] by masked rejection; nothing is drawn for 0. */
  atMost(largest: u32): u32 {
    if (largest == 0) return 0;
    const mask: u32 = 0xffffffff >>> <u32>clz<u32>(largest);
    let value = this.next32() & mask;
    while (value > largest) value = this.next32() & mask;
    return value;
  }

  /** RandomState.randint(low, high) for 0 <= low < high < 2^32. */
  between(low: u32, high: u32): u32 {
    return low + this.atMost(high - 1 - low);
  }

  /** RandomState.random_sample(): 53 bits in [0, 1). */
  random(): f64 {
    const a = <f64>(this.next32() >>> 5);
    const b = <f64>(this.next32() >>> 6);
    return (a * 67108864.0 + b) / 9007199254740992.0;
  }

  /** RandomState.permutation(n) as n 32-bit words at `out`. */
  permutation(n: i32, out: usize): void {
    for (let i = 0; i < n; i++) store<u32>(out + ((<usize>i) << 2), i);
    for (let i = n - 1; i > 0; i--) {
      const a = out + ((<usize>i) << 2);
      const b = out + ((<usize>this.atMost(i)) << 2);
      const swapped = load<u32>(a);
      store<u32>(a, load<u32>(b));
      store<u32>(b, swapped);
    }
  }
}

/** The seed that scikit-learn 1.7.2 gives its SAGA solver: RandomState(seed).randint(1, 2^31 - 1). */
export function sagaSeed(seed: u32): u32 {
  const level = mark();
  const value = Mt19937.create(seed).between(1, 0x7fffffff);
  release(level);
  return value;
}

/** RandomState(seed) as a pointer for the functions below, until the arena is released below it. */
export function legacyGenerator(seed: u32): usize {
  return changetype<usize>(Mt19937.create(seed));
}

/** generator.permutation(n) at `out`. */
export function legacyPermutation(generator: usize, n: i32, out: usize): void {
  changetype<Mt19937>(generator).permutation(n, out);
}

/** generator.random_sample(count) at `out`. */
export function legacyRandom(generator: usize, count: i32, out: usize): void {
  const source = changetype<Mt19937>(generator);
  for (let i = 0; i < count; i++) store<f64>(out + ((<usize>i) << 3), source.random());
}
