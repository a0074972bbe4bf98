// The 32-bit xorshift (Marsaglia, 2003; shifts 13, 17, 5) that scikit-learn 1.7.2 samples rows with.

export class Xorshift {
  /** The state after `state`. */
  @inline
  static next(state: u32): u32 {
    let u = state;
    u ^= u << 13;
    u ^= u >>> 17;
    u ^= u << 5;
    return u;
  }

  /** The number that a state stands for: 31 bits. */
  @inline
  static value(state: u32): u32 {
    return state & 0x7fffffff;
  }
}

/** The first `count` numbers after the state `seed`, as 32-bit words at `out`. */
export function xorshiftNumbers(seed: u32, count: i32, out: usize): void {
  let state = seed;
  for (let i = 0; i < count; i++) {
    state = Xorshift.next(state);
    store<u32>(out + ((<usize>i) << 2), Xorshift.value(state));
  }
}
