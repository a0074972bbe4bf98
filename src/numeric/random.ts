/**
 * Random numbers as NumPy 2.2.6 draws them (10-numerics §5): PCG64 seeded by SeedSequence (O'Neill 2014, 2015) behind
 * `default_rng(seed).integers`, and the first `randint` of the legacy Mersenne Twister, which seeds SAGA's sampling.
 */
const WORD = 0xffffffffn;
const MASK_64 = (1n << 64n) - 1n;
const MASK_128 = (1n << 128n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

/** The eight 32-bit words that SeedSequence(seed) hands to PCG64; seed is a whole number in [0, 2^53). */
export function seedWords(seed: number): Uint32Array {
  let constant = 0x43b0d7e5;
  const hash = (value: number): number => {
    let v = value ^ constant;
    constant = Math.imul(constant, 0x931e8875);
    v = Math.imul(v, constant);
    return v ^ (v >>> 16);
  };
  const mix = (x: number, y: number): number => {
    const r = Math.imul(x, 0xca01f9dd) - Math.imul(y, 0x4973f715);
    return r ^ (r >>> 16);
  };
  const entropy = [seed % 2 ** 32, Math.floor(seed / 2 ** 32), 0, 0];
  const pool = entropy.map(hash);
  for (let source = 0; source < 4; source++) {
    for (let target = 0; target < 4; target++) {
      if (target !== source) pool[target] = mix(pool[target], hash(pool[source]));
    }
  }
  const words = new Uint32Array(8);
  let output = 0x8b51f9dd;
  for (let i = 0; i < 8; i++) {
    let v = pool[i % 4] ^ output;
    output = Math.imul(output, 0x58f38ded);
    v = Math.imul(v, output);
    words[i] = v ^ (v >>> 16);
  }
  return words;
}

/** PCG64 (XSL-RR 128/64) with the 32-bit buffer that NumPy keeps beside it. */
export class Pcg64 {
  #state: bigint;
  readonly #increment: bigint;
  #buffered: number | null = null;

  constructor(seed: number) {
    const words = seedWords(seed);
    const word64 = (i: number): bigint => (BigInt(words[2 * i + 1]) << 32n) | BigInt(words[2 * i]);
    const initial = (word64(0) << 64n) | word64(1);
    const sequence = (word64(2) << 64n) | word64(3);
    this.#increment = ((sequence << 1n) | 1n) & MASK_128;
    this.#state = this.#increment;
    this.#state = (this.#state + initial) & MASK_128;
    this.#step();
  }

  #step(): void {
    this.#state = (this.#state * MULTIPLIER + this.#increment) & MASK_128;
  }

  next64(): bigint {
    this.#step();
    const value = (this.#state >> 64n) ^ (this.#state & MASK_64);
    const rotation = this.#state >> 122n;
    return ((value >> rotation) | (value << (64n - rotation))) & MASK_64;
  }

  /** The low half of a 64-bit draw, then its high half. */
  next32(): number {
    if (this.#buffered !== null) {
      const high = this.#buffered;
      this.#buffered = null;
      return high;
    }
    const both = this.next64();
    this.#buffered = Number(both >> 32n);
    return Number(both & WORD);
  }

  /** A double in [0, 1). */
  random(): number {
    return Number(this.next64() >> 11n) * 2 ** -53;
  }

  /** `count` whole numbers in [0, bound), 1 <= bound < 2^32: multiply and shift with rejection (Lemire 2019). */
  integers(bound: number, count: number): Uint32Array {
    const drawn = new Uint32Array(count);
    if (bound === 1) return drawn;
    const range = BigInt(bound);
    const threshold = BigInt((2 ** 32 - bound) % bound);
    for (let i = 0; i < count; i++) {
      let product = BigInt(this.next32()) * range;
      while ((product & WORD) < threshold) product = BigInt(this.next32()) * range;
      drawn[i] = Number(product >> 32n);
    }
    return drawn;
  }
}

/** First value of `RandomState(seed).randint(1, 2^31 - 1)`: MT19937 seeded by one word, masked rejection. */
export function legacyFirstRandint(seed: number): number {
  const N = 624;
  const M = 397;
  const state = new Uint32Array(N);
  state[0] = seed;
  for (let i = 1; i < N; i++) {
    const previous = state[i - 1] ^ (state[i - 1] >>> 30);
    state[i] = Math.imul(1812433253, previous) + i;
  }
  const range = 2 ** 31 - 3;
  // A word of the first block depends on words i, i+1 and i+397 only; rejection is too rare to need a second block.
  for (let i = 0; i + M < N; i++) {
    const y = (state[i] & 0x80000000) | (state[i + 1] & 0x7fffffff);
    let v = state[i + M] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    v ^= v >>> 11;
    v ^= (v << 7) & 0x9d2c5680;
    v ^= (v << 15) & 0xefc60000;
    v ^= v >>> 18;
    const masked = v & 0x7fffffff;
    if (masked <= range) return 1 + masked;
  }
  throw new RangeError(`seed ${seed}: no draw was accepted`);
}

/** Xorshift (Marsaglia 2003), 32 bits: SAGA's row sampler. The seed must not be 0. */
export class Xorshift32 {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number in [0, 2^31). */
  next31(): number {
    let u = this.#state;
    u ^= u << 13;
    u ^= u >>> 17;
    u ^= u << 5;
    this.#state = u;
    return u & 0x7fffffff;
  }
}
