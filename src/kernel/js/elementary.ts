/**
 * e^x, ln x and ln(1 + x) with the same bits on every engine, and the same bits as the wasm kernel: its method, its
 * coefficients, its order of operations (assembly/numeric/exp.ts and log.ts state sources and error bounds).
 * Bits of a double are read and made through two words of shared memory.
 */
// biome-ignore lint/suspicious/noApproximativeNumericConstant: the bits of the kernel's constant
const LOG2_E = 1.4426950408889634;
const LN2_HI = 0.6931471803691238;
const LN2_LO = 1.9082149292705877e-10;
/** 1.5 · 2^52: adding it leaves the nearest integer in the low bits. */
const ROUND = 6755399441055744;
const SMALLEST = -708;
const LARGEST = 709;
const TWO_MINUS_64 = 5.421010862427522e-20;
const LN2_TIMES_54 = 37.42994775023705;
const TWO_54 = 18014398509481984;
const SMALLEST_NORMAL = 2.2250738585072014e-308;

const P0 = 0.5000000000000011;
const P1 = 0.16666666666666413;
const P2 = 0.041666666666530155;
const P3 = 0.008333333333494461;
const P4 = 0.0013888888943630134;
const P5 = 0.00019841269506578723;
const P6 = 2.4801493098887394e-5;
const P7 = 2.7557586373785176e-6;
const P8 = 2.7630248385322694e-7;
const P9 = 2.5000061625531987e-8;

const LG1 = 0.6666666666666735;
const LG2 = 0.3999999999940942;
const LG3 = 0.2857142874366239;
const LG4 = 0.22222198432149784;
const LG5 = 0.1818357216161805;
const LG6 = 0.15313837699209373;
const LG7 = 0.14798198605116586;
/** Words of the double nearest to sqrt(1/2). */
const SQRT_HALF_HIGH = 0x3fe6a09e;
const SQRT_HALF_LOW = 0x667f3bcd;

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const LOW = littleEndian ? 0 : 1;
const HIGH = littleEndian ? 1 : 0;

/** e^x · 2^-shift for any x whose result, so shifted, is a normal number. */
function expShifted(x: number, shift: number): number {
  const t = x * LOG2_E + ROUND;
  const k = t - ROUND;
  const high = x - k * LN2_HI;
  const low = k * LN2_LO;
  const r = high - low;
  const r2 = r * r;
  const r4 = r2 * r2;
  const p0 = P0 + P1 * r + (P2 + P3 * r) * r2;
  const p4 = P4 + P5 * r + (P6 + P7 * r) * r2 + (P8 + P9 * r) * r4;
  const p = p0 + p4 * r4;
  const sum = 1 + high;
  const m = sum + (high - (sum - 1) + (r2 * p - low));
  double[0] = t;
  words[HIGH] = ((words[LOW] - shift) << 20) + 0x3ff00000;
  words[LOW] = 0;
  return m * double[0];
}

/** ln x + c for a positive normal x and a correction c that is tiny against x's rounding. */
function logCorrected(x: number, c: number): number {
  double[0] = x;
  // x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2): 64-bit subtract and add, word by word.
  const low = (words[LOW] - SQRT_HALF_LOW) >>> 0;
  const borrow = words[LOW] >>> 0 < SQRT_HALF_LOW ? 1 : 0;
  const high = (words[HIGH] - SQRT_HALF_HIGH - borrow) | 0;
  const k = high >> 20;
  const sum = low + SQRT_HALF_LOW;
  words[LOW] = sum;
  words[HIGH] = (high & 0xfffff) + SQRT_HALF_HIGH + (sum > 0xffffffff ? 1 : 0);
  const f = double[0] - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const t1 = w * (LG2 + w * (LG4 + w * LG6));
  const t2 = z * (LG1 + w * (LG3 + w * (LG5 + w * LG7)));
  const half = 0.5 * f * f;
  return k * LN2_HI - (half - (s * (half + (t2 + t1)) + (k * LN2_LO + c)) - f);
}

/** e^x, with infinities, NaN and subnormal results. */
export function exp(x: number): number {
  if (x > LARGEST) return x > 709.782712893384 ? Number.POSITIVE_INFINITY : expShifted(x, 1) * 2;
  if (x < SMALLEST) return x < -745.1332191019411 ? 0 : expShifted(x, -64) * TWO_MINUS_64;
  return expShifted(x, 0);
}

/** Natural logarithm: -Infinity at 0, NaN below, subnormal numbers included. */
export function log(x: number): number {
  if (x < SMALLEST_NORMAL) {
    if (x === 0) return Number.NEGATIVE_INFINITY;
    if (x < 0) return Number.NaN;
    return logCorrected(x * TWO_54, 0) - LN2_TIMES_54;
  }
  if (Number.isNaN(x) || x === Number.POSITIVE_INFINITY) return x;
  return logCorrected(x, 0);
}

/** ln(1 + x): the logarithm of the rounded sum, corrected by the first-order term of what the rounding lost. */
export function log1p(x: number): number {
  const u = 1 + x;
  if (u <= 0 || Number.isNaN(u)) return log(u);
  if (u === Number.POSITIVE_INFINITY) return u;
  return logCorrected(u, (x - (u - 1)) / u);
}

/** 1 / (1 + e^-x). */
export function sigmoid(x: number): number {
  return 1 / (1 + exp(-x));
}
