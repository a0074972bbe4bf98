// Line search of Moré and Thuente (ACM TOMS 20, 1994) as MINPACK-2's dcsrch and dcstep do it in SciPy 1.15.3's L-BFGS-B:
// sufficient decrease 1e-3, curvature 0.9, relative width of the bracket 0.1, steps in [0, 1e10].
// Reverse communication: the caller evaluates value and slope at `step` and calls advance().

const DECREASE: f64 = 1e-3;
const CURVATURE: f64 = 0.9;
const WIDTH: f64 = 0.1;
const LARGEST_STEP: f64 = 1e10;

@unmanaged
export class LineSearch {
  /** Where the caller evaluates next. */
  step: f64;

  private startValue: f64;
  private startSlope: f64;
  private bracketed: bool;
  private firstStage: bool;
  private width: f64;
  private previousWidth: f64;
  private low: f64;
  private high: f64;
  // the best point so far, and the other end of the interval
  private bestStep: f64;
  private bestValue: f64;
  private bestSlope: f64;
  private otherStep: f64;
  private otherValue: f64;
  private otherSlope: f64;

  /** Starts at step 0 with the given value and (negative) slope; `first` is the first trial step. */
  start(value: f64, slope: f64, first: f64): void {
    this.startValue = value;
    this.startSlope = slope;
    this.step = first;
    this.bracketed = false;
    this.firstStage = true;
    this.width = LARGEST_STEP;
    this.previousWidth = 2 * LARGEST_STEP;
    this.low = 0;
    this.high = first + 4 * first;
    this.bestStep = 0;
    this.bestValue = value;
    this.bestSlope = slope;
    this.otherStep = 0;
    this.otherValue = value;
    this.otherSlope = slope;
  }

  /** Whether the trial is accepted, given that the value changes by `change` at most from the start. */
  surelyAccepts(change: f64, slope: f64): bool {
    return change <= this.step * (DECREASE * this.startSlope) && abs<f64>(slope) <= CURVATURE * -this.startSlope;
  }

  /**
   * Goes on to a longer step without a value, where every value of a convex function would lead there: the slope is nearly as
   * steep as at the start and at the best point, so that quadratic and cubic lie beyond the longest step. False if not so.
   */
  extrapolate(slope: f64): bool {
    const steep = slope < CURVATURE * this.startSlope && slope <= 0.8 * this.bestSlope;
    if (this.bracketed || !steep || this.high >= LARGEST_STEP) return false;
    this.bestStep = this.step;
    this.bestValue = NaN;
    this.bestSlope = slope;
    this.step = this.high;
    this.low = this.step + 1.1 * (this.step - this.bestStep);
    this.high = this.step + 4 * (this.step - this.bestStep);
    return true;
  }

  /** Takes value and slope at `step`; true when the step is accepted, else `step` is the next trial. */
  advance(value: f64, slope: f64): bool {
    const step = this.step;
    const gradientTest = DECREASE * this.startSlope;
    const target = this.startValue + step * gradientTest;
    if (this.firstStage && value <= target && slope >= 0) this.firstStage = false;

    const low = this.low;
    const high = this.high;
    // the first four are the library's warnings, treated like convergence
    if (this.bracketed && (step <= low || step >= high)) return true;
    if (this.bracketed && high - low <= WIDTH * high) return true;
    if (step == LARGEST_STEP && value <= target && slope <= gradientTest) return true;
    if (step == 0 && (value > target || slope >= gradientTest)) return true;
    if (value <= target && abs<f64>(slope) <= CURVATURE * -this.startSlope) return true;

    if (this.firstStage && value <= this.bestValue && value > target) {
      // work on the function less its required decrease, then put it back
      this.bestValue -= this.bestStep * gradientTest;
      this.bestSlope -= gradientTest;
      this.otherValue -= this.otherStep * gradientTest;
      this.otherSlope -= gradientTest;
      this.update(value - step * gradientTest, slope - gradientTest);
      this.bestValue += this.bestStep * gradientTest;
      this.bestSlope += gradientTest;
      this.otherValue += this.otherStep * gradientTest;
      this.otherSlope += gradientTest;
    } else {
      this.update(value, slope);
    }

    if (this.bracketed) {
      const span = abs<f64>(this.otherStep - this.bestStep);
      if (span >= 0.66 * this.previousWidth) this.step = this.bestStep + 0.5 * (this.otherStep - this.bestStep);
      this.previousWidth = this.width;
      this.width = span;
      this.low = min<f64>(this.bestStep, this.otherStep);
      this.high = max<f64>(this.bestStep, this.otherStep);
    } else {
      this.low = this.step + 1.1 * (this.step - this.bestStep);
      this.high = this.step + 4 * (this.step - this.bestStep);
    }
    this.step = min<f64>(max<f64>(this.step, 0), LARGEST_STEP);
    if (
      this.bracketed &&
      (this.step <= this.low || this.step >= this.high || this.high - this.low <= WIDTH * this.high)
    ) {
      this.step = this.bestStep;
    }
    return false;
  }

  /** dcstep: a safeguarded cubic or quadratic step from the trial (value f, slope g) and the two ends. */
  private update(f: f64, g: f64): void {
    const t = this.step;
    const at = this.bestStep;
    const af = this.bestValue;
    const ag = this.bestSlope;
    const opposite = g * (ag / abs<f64>(ag)) < 0;
    let next: f64;
    if (f > af) {
      // a higher value: the minimum is bracketed
      const theta = (3 * (af - f)) / (t - at) + ag + g;
      let gamma = LineSearch.root(theta, ag, g, false);
      if (t < at) gamma = -gamma;
      const r = (gamma - ag + theta) / (gamma - ag + gamma + g);
      const cubic = at + r * (t - at);
      const quadratic = at + (ag / ((af - f) / (t - at) + ag) / 2) * (t - at);
      next = abs<f64>(cubic - at) < abs<f64>(quadratic - at) ? cubic : cubic + (quadratic - cubic) / 2;
      this.bracketed = true;
    } else if (opposite) {
      // slopes of opposite sign: bracketed as well
      const theta = (3 * (af - f)) / (t - at) + ag + g;
      let gamma = LineSearch.root(theta, ag, g, false);
      if (t > at) gamma = -gamma;
      const r = (gamma - g + theta) / (gamma - g + gamma + ag);
      const cubic = t + r * (at - t);
      const quadratic = t + (g / (g - ag)) * (at - t);
      next = abs<f64>(cubic - t) > abs<f64>(quadratic - t) ? cubic : quadratic;
      this.bracketed = true;
    } else if (abs<f64>(g) < abs<f64>(ag)) {
      // the slope shrinks: the cubic may have no minimum in this direction
      const theta = (3 * (af - f)) / (t - at) + ag + g;
      let gamma = LineSearch.root(theta, ag, g, true);
      if (t > at) gamma = -gamma;
      const r = (gamma - g + theta) / (gamma + (ag - g) + gamma);
      const cubic = r < 0 && gamma != 0 ? t + r * (at - t) : t > at ? this.high : this.low;
      const quadratic = t + (g / (g - ag)) * (at - t);
      if (this.bracketed) {
        next = abs<f64>(cubic - t) < abs<f64>(quadratic - t) ? cubic : quadratic;
        const limit = t + 0.66 * (this.otherStep - t);
        next = t > at ? min<f64>(limit, next) : max<f64>(limit, next);
      } else {
        next = abs<f64>(cubic - t) > abs<f64>(quadratic - t) ? cubic : quadratic;
        next = max<f64>(min<f64>(this.high, next), this.low);
      }
    } else if (this.bracketed) {
      const span = this.otherStep - t;
      const theta = (3 * (f - this.otherValue)) / span + this.otherSlope + g;
      let gamma = LineSearch.root(theta, this.otherSlope, g, false);
      if (t > this.otherStep) gamma = -gamma;
      const r = (gamma - g + theta) / (gamma - g + gamma + this.otherSlope);
      next = t + r * span;
    } else {
      next = t > at ? this.high : this.low;
    }

    if (f > af) {
      this.otherStep = t;
      this.otherValue = f;
      this.otherSlope = g;
    } else {
      if (opposite) {
        this.otherStep = at;
        this.otherValue = af;
        this.otherSlope = ag;
      }
      this.bestStep = t;
      this.bestValue = f;
      this.bestSlope = g;
    }
    this.step = next;
  }

  /** Γ of the cubic, scaled against overflow. */
  @inline
  private static root(theta: f64, a: f64, b: f64, clip: bool): f64 {
    const scale = max<f64>(max<f64>(abs<f64>(theta), abs<f64>(a)), abs<f64>(b));
    const ratio = theta / scale;
    let radicand = ratio * ratio - (a / scale) * (b / scale);
    if (clip) radicand = max<f64>(0, radicand);
    return scale * sqrt<f64>(radicand);
  }
}
