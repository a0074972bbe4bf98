/** Power laws y = factor · x^exponent through measured points. */

export interface PowerLaw {
  readonly exponent: number;
  readonly factor: number;
  /** Exponent between the last two points: where growth is heading once fixed costs no longer count. */
  readonly lastExponent: number;
}

/** Least squares on logarithms. Needs two points at least, ascending in x, all numbers above 0. */
export function fitPowerLaw(x: readonly number[], y: readonly number[]): PowerLaw {
  if (x.length !== y.length || x.length < 2) throw new RangeError(`a power law needs two points, not ${x.length}`);
  if (![...x, ...y].every((value) => value > 0)) throw new RangeError("a power law needs numbers above 0");
  const u = x.map(Math.log);
  const v = y.map(Math.log);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanU, meanV] = [mean(u), mean(v)];
  let uv = 0;
  let uu = 0;
  for (let i = 0; i < u.length; i++) {
    uv += (u[i]! - meanU) * (v[i]! - meanV);
    uu += (u[i]! - meanU) ** 2;
  }
  if (uu === 0) throw new RangeError("a power law needs two different x");
  const exponent = uv / uu;
  const last = u.length - 1;
  const lastExponent = (v[last]! - v[last - 1]!) / (u[last]! - u[last - 1]!);
  return { exponent, factor: Math.exp(meanV - exponent * meanU), lastExponent };
}
