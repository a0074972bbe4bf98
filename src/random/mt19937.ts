/** The Mersenne Twister MT19937 (Matsumoto and Nishimura 1998) as NumPy's legacy RandomState seeds and reads it. */
const N = 624;
const M = 397;

export class Mt19937 {
  readonly #words = new Uint32Array(N);
  #next = N;

  /** `seed` is a whole number in [0, 2^32). */
  constructor(seed: number) {
    this.#words[0] = seed;
    for (let i = 1; i < N; i++) {
      const previous = this.#words[i - 1];
      this.#words[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
  }

  #twist(): void {
    const words = this.#words;
    for (let i = 0; i < N; i++) {
      const y = (words[i] & 0x80000000) | (words[(i + 1) % N] & 0x7fffffff);
      words[i] = words[(i + M) % N] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }

  /** 32 random bits. */
  next32(): number {
    if (this.#next === N) this.#twist();
    let y = this.#words[this.#next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  /** A double in [0, 1) with 53 random bits. */
  random(): number {
    const high = this.next32() >>> 5;
    const low = this.next32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** `randint(0, 2^31 − 1)`: 31 bits, redrawn where they are all ones. */
  integer31(): number {
    let value: number;
    do value = this.next32() & 0x7fffffff;
    while (value > 0x7ffffffe);
    return value;
  }
}
