/**
 * Exponential and geometric random numbers as NumPy 2.2's Generator draws them: the ziggurat of Marsaglia and Tsang (2000)
 * with 256 layers, and the inversion of Knuth for rare successes.
 */

/** What of a generator is needed: NumPy's PCG64. */
interface Bits {
  next64(): bigint;
  random(): number;
}

interface Elementary {
  exp(x: number): number;
  log(x: number): number;
  log1p(x: number): number;
}

/** Where the tail begins, and the area of each layer. */
const TAIL = 7.69711747013105;
const AREA = 0.003949659822581557;
const TWO_53 = 9007199254740992;

export class GeometricSampler {
  readonly #edge = new Float64Array(256);
  readonly #density = new Float64Array(256);
  readonly #inside = new Float64Array(256);

  constructor(readonly elementary: Elementary) {
    const { exp, log } = elementary;
    const edge = this.#edge;
    edge[255] = TAIL;
    for (let i = 254; i >= 1; i--) edge[i] = -log(AREA / edge[i + 1] + exp(-edge[i + 1]));
    edge[0] = AREA * exp(TAIL);
    for (let i = 0; i < 256; i++) {
      this.#density[i] = i === 0 ? 1 : exp(-edge[i]);
      if (i > 1) this.#inside[i] = Math.floor((TWO_53 * edge[i - 1]) / edge[i]);
    }
    this.#inside[0] = Math.floor((TWO_53 * TAIL) / edge[0]);
  }

  /** Standard exponential. */
  exponential(bits: Bits): number {
    const { exp, log1p } = this.elementary;
    for (;;) {
      const draw = bits.next64() >> 3n;
      const layer = Number(draw & 255n);
      const within = Number(draw >> 8n);
      const x = within * (this.#edge[layer] / TWO_53);
      if (within < this.#inside[layer]) return x;
      if (layer === 0) return TAIL - log1p(-bits.random());
      const low = this.#density[layer];
      if ((this.#density[layer - 1] - low) * bits.random() + low < exp(-x)) return x;
    }
  }

  /** Trials up to and with the first success of probability p in (0, 1]. */
  geometric(bits: Bits, p: number): number {
    if (p < 1 / 3) return Math.ceil(-this.exponential(bits) / this.elementary.log1p(-p));
    const u = bits.random();
    let trials = 1;
    let probability = p;
    let sum = p;
    while (u > sum) {
      probability *= 1 - p;
      sum += probability;
      trials++;
    }
    return trials;
  }
}
