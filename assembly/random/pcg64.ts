// PCG64, XSL-RR 128/64 (O'Neill, PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms, 2014),
// seeded and read as NumPy 2.2.6's default_rng does.
import { alloc, mark, release } from "../arena";
import { generateState, seedPool } from "./seedSequence";

const MULTIPLIER_HIGH: u64 = 2549297995355413924;
const MULTIPLIER_LOW: u64 = 4865540595714422341;
const LOW_HALF: u64 = 0xffffffff;

/** Upper half of the 128-bit product. */
function multiplyHigh(a: u64, b: u64): u64 {
  const aLow = a & LOW_HALF;
  const aHigh = a >> 32;
  const bLow = b & LOW_HALF;
  const bHigh = b >> 32;
  const cross = aHigh * bLow + ((aLow * bLow) >> 32);
  const middle = aLow * bHigh + (cross & LOW_HALF);
  return aHigh * bHigh + (cross >> 32) + (middle >> 32);
}

/** A generator in arena memory: it lives until the arena is released below it. */
@unmanaged
export class Pcg64 {
  private high: u64;
  private low: u64;
  private incrementHigh: u64;
  private incrementLow: u64;
  /** The half of a 64-bit output that next32() kept back. */
  private spare: u32;
  private hasSpare: bool;

  /** numpy.random.default_rng(seed). */
  static create(seed: u64): Pcg64 {
    const generator = changetype<Pcg64>(alloc(offsetof<Pcg64>()));
    generator.seed(seed);
    return generator;
  }

  /** Starts again as default_rng(seed). */
  seed(seed: u64): void {
    const level = mark();
    const pool = alloc(16);
    const words = alloc(32);
    seedPool(seed, pool);
    generateState(pool, 8, words);
    const startHigh = load<u64>(words);
    const startLow = load<u64>(words, 8);
    const streamHigh = load<u64>(words, 16);
    const streamLow = load<u64>(words, 24);
    release(level);
    this.incrementHigh = (streamHigh << 1) | (streamLow >> 63);
    this.incrementLow = (streamLow << 1) | 1;
    this.low = this.incrementLow + startLow; // one step from 0, plus the start
    this.high = this.incrementHigh + startHigh + u64(this.low < startLow);
    this.step();
    this.hasSpare = false;
  }

  private step(): void {
    const low = this.low;
    const productLow = low * MULTIPLIER_LOW;
    const productHigh = multiplyHigh(low, MULTIPLIER_LOW) + this.high * MULTIPLIER_LOW + low * MULTIPLIER_HIGH;
    const sum = productLow + this.incrementLow;
    this.low = sum;
    this.high = productHigh + this.incrementHigh + u64(sum < productLow);
  }

  next64(): u64 {
    this.step();
    return rotr<u64>(this.high ^ this.low, this.high >> 58);
  }

  /** The low half of a 64-bit output, then its high half. */
  next32(): u32 {
    if (this.hasSpare) {
      this.hasSpare = false;
      return this.spare;
    }
    const v = this.next64();
    this.spare = <u32>(v >> 32);
    this.hasSpare = true;
    return <u32>v;
  }

  /** Generator.integers(0, bound), 1 <= bound < 2^32: multiply and shift, rejecting the biased products (Lemire 2019). */
  below(bound: u32): u32 {
    if (bound == 1) return 0;
    let m = <u64>this.next32() * <u64>bound;
    if (<u32>m < bound) {
      const threshold: u32 = (<u32>0 - bound) % bound;
      while (<u32>m < threshold) m = <u64>this.next32() * <u64>bound;
    }
    return <u32>(m >> 32);
  }

  /** Generator.random(): 53 bits in [0, 1). */
  random(): f64 {
    return <f64>(this.next64() >> 11) * (1.0 / 9007199254740992.0);
  }
}

/** default_rng(seed).integers(0, bound, count) as 32-bit words at `out`; the seed in two halves. */
export function randomIntegers(seedLow: u32, seedHigh: u32, bound: u32, count: i32, out: usize): void {
  const level = mark();
  const generator = Pcg64.create(<u64>seedLow | ((<u64>seedHigh) << 32));
  for (let i = 0; i < count; i++) store<u32>(out + ((<usize>i) << 2), generator.below(bound));
  release(level);
}

/** default_rng(seed).random(count) at `out`; the seed in two halves. */
export function randomDoubles(seedLow: u32, seedHigh: u32, count: i32, out: usize): void {
  const level = mark();
  const generator = Pcg64.create(<u64>seedLow | ((<u64>seedHigh) << 32));
  for (let i = 0; i < count; i++) store<f64>(out + ((<usize>i) << 3), generator.random());
  release(level);
}
