/** A running sum with the rounding errors of its additions (Neumaier 1974): 16 bytes, the sum and the errors. */
export class CompensatedSum {
  @inline
  static add(self: usize, x: f64): void {
    const sum = load<f64>(self);
    const next = sum + x;
    const error = abs<f64>(sum) >= abs<f64>(x) ? sum - next + x : x - next + sum;
    store<f64>(self, next);
    store<f64>(self, load<f64>(self, 8) + error, 8);
  }

  @inline
  static value(self: usize): f64 {
    return load<f64>(self) + load<f64>(self, 8);
  }
}
