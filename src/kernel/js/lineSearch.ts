/**
 * Line search of Moré and Thuente (1994), as MINPACK-2's dcsrch and dcstep (10-numerics §2.3) with the settings of
 * L-BFGS-B: sufficient decrease 1e-3, curvature 0.9, relative width 0.1, steps in [0, 1e10].
 */
const DECREASE = 1e-3;
const CURVATURE = 0.9;
const WIDTH = 0.1;
const LARGEST_STEP = 1e10;
const MAX_EVALUATIONS = 50;

/** A step with the function value and the slope there. */
export interface Trial {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
}

interface Bracket {
  /** The best step so far. */
  best: Trial;
  /** The other end of the interval that holds a minimiser, once `closed`. */
  other: Trial;
  closed: boolean;
}

/** The trial on ψ(t) = φ(t) − t·tilt. */
function tilted(trial: Trial, tilt: number): Trial {
  return { step: trial.step, value: trial.value - trial.step * tilt, slope: trial.slope - tilt };
}

function untilted(trial: Trial, tilt: number): Trial {
  return { step: trial.step, value: trial.value + trial.step * tilt, slope: trial.slope + tilt };
}

/**
 * The cubic through two trials: θ and the root Γ of dcstep, signed by `negate`. `floor` clips the radicand, for the
 * case where the cubic may have no minimiser.
 */
function cubic(from: Trial, trial: Trial, negate: boolean, floor: boolean): { theta: number; gamma: number } {
  const theta = (3 * (from.value - trial.value)) / (trial.step - from.step) + from.slope + trial.slope;
  return { theta, gamma: cubicRoot(theta, from.slope, trial.slope, negate, floor) };
}

function cubicRoot(theta: number, slopeA: number, slopeB: number, negate: boolean, floor: boolean): number {
  const scale = Math.max(Math.abs(theta), Math.abs(slopeA), Math.abs(slopeB));
  const ratio = theta / scale;
  const radicand = ratio * ratio - (slopeA / scale) * (slopeB / scale);
  const gamma = scale * Math.sqrt(floor ? Math.max(0, radicand) : radicand);
  return negate ? -gamma : gamma;
}

/** dcstep: moves the bracket on to the trial and returns the next step to try. */
function nextStep(bracket: Bracket, trial: Trial, low: number, high: number): number {
  const { best, other } = bracket;
  const { step: t, value: f, slope } = trial;
  const a = best.step;
  const opposite = slope * (best.slope / Math.abs(best.slope)) < 0;
  let next: number;
  if (f > best.value) {
    const { theta, gamma } = cubic(best, trial, t < a, false);
    const r = (gamma - best.slope + theta) / (gamma - best.slope + gamma + slope);
    const byCubic = a + r * (t - a);
    const byQuadratic = a + (best.slope / ((best.value - f) / (t - a) + best.slope) / 2) * (t - a);
    const cubicNearer = Math.abs(byCubic - a) < Math.abs(byQuadratic - a);
    next = cubicNearer ? byCubic : byCubic + (byQuadratic - byCubic) / 2;
    bracket.closed = true;
  } else if (opposite) {
    const { theta, gamma } = cubic(best, trial, t > a, false);
    const r = (gamma - slope + theta) / (gamma - slope + gamma + best.slope);
    const byCubic = t + r * (a - t);
    const bySecant = t + (slope / (slope - best.slope)) * (a - t);
    next = Math.abs(byCubic - t) > Math.abs(bySecant - t) ? byCubic : bySecant;
    bracket.closed = true;
  } else if (Math.abs(slope) < Math.abs(best.slope)) {
    const { theta, gamma } = cubic(best, trial, t > a, true);
    const r = (gamma - slope + theta) / (gamma + (best.slope - slope) + gamma);
    const limit = t > a ? high : low;
    const byCubic = r < 0 && gamma !== 0 ? t + r * (a - t) : limit;
    const bySecant = t + (slope / (slope - best.slope)) * (a - t);
    const cubicNearer = Math.abs(byCubic - t) < Math.abs(bySecant - t);
    const cubicFarther = Math.abs(byCubic - t) > Math.abs(bySecant - t);
    if (bracket.closed) {
      const bound = t + 0.66 * (other.step - t);
      next = cubicNearer ? byCubic : bySecant;
      next = t > a ? Math.min(bound, next) : Math.max(bound, next);
    } else {
      next = Math.max(low, Math.min(high, cubicFarther ? byCubic : bySecant));
    }
  } else if (bracket.closed) {
    const theta = (3 * (f - other.value)) / (other.step - t) + other.slope + slope;
    const gamma = cubicRoot(theta, other.slope, slope, t > other.step, false);
    const r = (gamma - slope + theta) / (gamma - slope + gamma + other.slope);
    next = t + r * (other.step - t);
  } else {
    next = t > a ? high : low;
  }
  if (f > best.value) {
    bracket.other = trial;
  } else {
    if (opposite) bracket.other = best;
    bracket.best = trial;
  }
  return next;
}

/**
 * Searches from `start` (step 0, slope < 0) with `first` as the first step. `evaluate` gives value and slope at a step
 * and is last called at the step accepted. Returns that trial, or null when a 51st evaluation would be needed.
 */
export function lineSearch(
  start: Trial,
  first: number,
  evaluate: (step: number) => { value: number; slope: number },
): Trial | null {
  const tilt = DECREASE * start.slope;
  const bracket: Bracket = { best: start, other: start, closed: false };
  let t = first;
  let low = 0;
  let high = t + 4 * t;
  let width = LARGEST_STEP;
  let widthBefore = 2 * LARGEST_STEP;
  let stage = 1;
  for (let evaluations = 0; evaluations < MAX_EVALUATIONS; evaluations++) {
    const trial: Trial = { step: t, ...evaluate(t) };
    const { value: f, slope } = trial;
    const target = start.value + t * tilt;
    if (stage === 1 && f <= target && slope >= 0) stage = 2;
    // The first four are MINPACK's warnings; L-BFGS-B takes them for success.
    const done =
      (bracket.closed && (t <= low || t >= high || high - low <= WIDTH * high)) ||
      (t === LARGEST_STEP && f <= target && slope <= tilt) ||
      (t === 0 && (f > target || slope >= tilt)) ||
      (f <= target && Math.abs(slope) <= CURVATURE * -start.slope);
    if (done) return trial;
    if (stage === 1 && f <= bracket.best.value && f > target) {
      bracket.best = tilted(bracket.best, tilt);
      bracket.other = tilted(bracket.other, tilt);
      t = nextStep(bracket, tilted(trial, tilt), low, high);
      bracket.best = untilted(bracket.best, tilt);
      bracket.other = untilted(bracket.other, tilt);
    } else {
      t = nextStep(bracket, trial, low, high);
    }
    const a = bracket.best.step;
    const c = bracket.other.step;
    if (bracket.closed) {
      if (Math.abs(c - a) >= 0.66 * widthBefore) t = a + 0.5 * (c - a);
      widthBefore = width;
      width = Math.abs(c - a);
      low = Math.min(a, c);
      high = Math.max(a, c);
    } else {
      low = t + 1.1 * (t - a);
      high = t + 4 * (t - a);
    }
    t = Math.min(Math.max(t, 0), LARGEST_STEP);
    if (bracket.closed && (t <= low || t >= high || high - low <= WIDTH * high)) t = a;
  }
  return null;
}
