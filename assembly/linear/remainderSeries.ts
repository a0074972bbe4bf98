// Polynomials in v = z² for the remainders of remainders.ts, shorter for smaller margins: least relative error (Remez' exchange)
// for v up to 1/16, 1/4 and 1, the constant term being the exact one. In memory the degree, then coefficients, highest power first.

/** r(z)/z³ over R_SCALE in float32, each coefficient rounded before the next was fitted: relative errors 2e-11, 6e-11, 4e-11. */
const NARROW_SLOPE_16 = memory.data<f32>([3, -0.0010116484481841326, 0.01011851616203785, -0.09999999403953552, 1], 16);
const NARROW_SLOPE_4 = memory.data<f32>(
  [4, 9.631946886656806e-5, -0.001023220014758408, 0.010118856094777584, -0.09999999403953552, 1],
  16,
);
const NARROW_SLOPE = memory.data<f32>(
  [
    6, 8.262265396297153e-7, -1.0338584615965374e-5, 0.00010384709457866848, -0.0010251703206449747,
    0.010119062848389149, -0.10000000149011612, 1,
  ],
  16,
);

/** r(z)/z³: relative errors 2e-14, 1e-15, 6e-15. */
const SLOPE_16 = memory.data<f64>(
  [
    4, -2.1308131040534775e-6, 2.1355191815044288e-5, -0.00021081345630073113, 0.0020833333331034313,
    -0.020833333333333332,
  ],
  16,
);
const SLOPE_4 = memory.data<f64>(
  [
    6, -2.0369301339680953e-8, 2.1863364888726528e-7, -2.1637749462182214e-6, 2.1356913960588604e-5,
    -0.00021081349173848325, 0.00208333333332916, -0.020833333333333332,
  ],
  16,
);
const SLOPE = memory.data<f64>(
  [
    8, -1.4744513420766272e-10, 2.1136266527787425e-9, -2.2083125568720172e-8, 2.1917201622082695e-7,
    -2.163851248985636e-6, 2.135691784949152e-5, -0.00021081349165535636, 0.0020833333333207813, -0.020833333333333332,
  ],
  16,
);

/** q(z)/z⁴: relative errors 6e-15, 3e-14, 5e-14. */
const LOSS_16 = memory.data<f64>(
  [
    4, -1.779585383378981e-7, 2.1355684389627868e-6, -2.6351683949385387e-5, 0.00034722222220577565,
    -0.005208333333333333,
  ],
  16,
);
const LOSS_4 = memory.data<f64>(
  [
    5, 1.4678653017032806e-8, -1.8005748568427675e-7, 2.135659415970465e-6, -2.635168473182475e-5, 0.000347222222190964,
    -0.005208333333333333,
  ],
  16,
);
const LOSS = memory.data<f64>(
  [
    7, 8.82520463615633e-11, -1.3334597657065909e-9, 1.5616360014213998e-8, -1.8030326370221135e-7,
    2.1356874832722865e-6, -2.6351685961704975e-5, 0.000347222222200943, -0.005208333333333333,
  ],
  16,
);

/** For a block whose largest v (in four float32 lanes) is at most 1. */
export function narrowSlopeSeries(largest: v128): usize {
  if (v128.all_true<i32>(f32x4.le(largest, f32x4.splat(1 / 16)))) return NARROW_SLOPE_16;
  return v128.all_true<i32>(f32x4.le(largest, f32x4.splat(1 / 4))) ? NARROW_SLOPE_4 : NARROW_SLOPE;
}

/** For a block whose largest v (in two float64 lanes) is at most 1. */
export function slopeSeries(largest: v128): usize {
  return within(largest, 1 / 16) ? SLOPE_16 : within(largest, 1 / 4) ? SLOPE_4 : SLOPE;
}

/** Likewise. */
export function lossSeries(largest: v128): usize {
  return within(largest, 1 / 16) ? LOSS_16 : within(largest, 1 / 4) ? LOSS_4 : LOSS;
}

/** Whether both float64 lanes are at most `bound`; not where one is NaN. */
export function within(x: v128, bound: f64): bool {
  return v128.all_true<i64>(f64x2.le(x, f64x2.splat(bound)));
}
