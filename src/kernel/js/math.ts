import type { MathKernel } from "../ops/math.js";
import { auc } from "./auc.js";
import { exp, log, log1p } from "./elementary.js";
import { Pcg64 } from "./random.js";

/** Every binary16 code widened to float32; 256 KiB, made at the first use. */
let halfValues: Float32Array | null = null;

function allHalves(): Float32Array {
  const values = new Float32Array(0x10000);
  const bits = new Uint32Array(values.buffer);
  for (let code = 0; code < 0x8000; code++) {
    const exponent = code >> 10;
    const mantissa = code & 0x3ff;
    if (exponent === 0) values[code] = mantissa * 2 ** -24;
    else bits[code] = ((exponent === 31 ? 255 : exponent + 112) << 23) | (mantissa << 13);
    bits[code | 0x8000] = bits[code] | 0x80000000;
  }
  return values;
}

/** binary16 codes widened to float32, exactly. */
export function decodeHalf(codes: Uint16Array): Float32Array {
  halfValues ??= allHalves();
  const decoded = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) decoded[i] = halfValues[codes[i]];
  return decoded;
}

export function mathOps(): MathKernel {
  return {
    exp,
    log,
    log1p,
    expAll: (x) => x.map(exp),
    logAll: (x) => x.map(log),
    decodeHalf,
    randomIntegers: (seed, bound, count) => new Pcg64(seed).integers(bound, count),
    auc,
  };
}
