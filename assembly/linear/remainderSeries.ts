// Polynomials in v = z² for the remainders of remainders.ts, shorter for smaller margins: least relative error (Remez' exchange)
// for |z| up to 1/4, 1/2, 1, 2 and 3, the constant term being the exact one. In memory the degree, then coefficients, highest power
// first.

/** r(z)/z³ over R_SCALE in float32, each coefficient rounded before the next was fitted: relative errors 2e-11 to 6e-10. */
const NARROW_SLOPE_QUARTER = memory.data<f32>(
  [3, -0.0010116484481841326, 0.01011851616203785, -0.09999999403953552, 1],
  16,
);
const NARROW_SLOPE_HALF = memory.data<f32>(
  [4, 9.631946886656806e-5, -0.001023220014758408, 0.010118856094777584, -0.09999999403953552, 1],
  16,
);
const NARROW_SLOPE_ONE = memory.data<f32>(
  [
    6, 8.262265396297153e-7, -1.0338584615965374e-5, 0.00010384709457866848, -0.0010251703206449747,
    0.010119062848389149, -0.10000000149011612, 1,
  ],
  16,
);
const NARROW_SLOPE_TWO = memory.data<f32>(
  [
    9, -2.211301836085866e-10, 6.2302811798531366e-9, -9.218996410709224e-8, 1.0338274023524718e-6,
    -1.048646754497895e-5, 0.00010384798952145502, -0.001025136443786323, 0.010119054466485977, -0.10000000149011612, 1,
  ],
  16,
);
const NARROW_SLOPE_THREE = memory.data<f32>(
  [
    12, 7.143754751431312e-15, -5.629710022811429e-13, 2.033874978157879e-11, -4.559044808338797e-10,
    7.311433236623088e-9, -9.289004765378195e-8, 1.0208300409431104e-6, -1.042968415276846e-5, 0.0001037390684359707,
    -0.001025030273012817, 0.010119006037712097, -0.09999999403953552, 1,
  ],
  16,
);

/** r(z)/z³: relative errors 1e-15 to 2e-14. */
const SLOPE_QUARTER = memory.data<f64>(
  [
    4, -2.1308131040534775e-6, 2.1355191815044288e-5, -0.00021081345630073113, 0.0020833333331034313,
    -0.020833333333333332,
  ],
  16,
);
const SLOPE_HALF = memory.data<f64>(
  [
    6, -2.0369301339680953e-8, 2.1863364888726528e-7, -2.1637749462182214e-6, 2.1356913960588604e-5,
    -0.00021081349173848325, 0.00208333333332916, -0.020833333333333332,
  ],
  16,
);
const SLOPE_ONE = memory.data<f64>(
  [
    8, -1.4744513420766272e-10, 2.1136266527787425e-9, -2.2083125568720172e-8, 2.1917201622082695e-7,
    -2.163851248985636e-6, 2.135691784949152e-5, -0.00021081349165535636, 0.0020833333333207813, -0.020833333333333332,
  ],
  16,
);
const SLOPE_TWO = memory.data<f64>(
  [
    13, 2.0506708703188403e-16, -7.747184642313988e-15, 1.4773353578684793e-13, -1.980322512431242e-12,
    2.2045174381488458e-11, -2.2578630862297093e-10, 2.247303253930231e-9, -2.221051711334915e-8, 2.1924332900215112e-7,
    -2.1638745409276583e-6, 2.1356922024458783e-5, -0.00021081349200985087, 0.0020833333333306328,
    -0.020833333333333332,
  ],
  16,
);
const SLOPE_THREE = memory.data<f64>(
  [
    18, -3.39817032032394e-23, 3.235435046601025e-21, -1.4588690290697202e-19, 4.173339445398095e-18,
    -8.593472015927766e-17, 1.377431444312923e-15, -1.8268177920167413e-14, 2.1167535824660544e-13,
    -2.250787058021298e-12, 2.2854681042461328e-11, -2.2750924061382584e-10, 2.249893665796782e-9,
    -2.221321545629802e-8, 2.1924520842783223e-7, -2.163875365997205e-6, 2.1356922231200546e-5, -0.0002108134920345131,
    0.0020833333333315574, -0.020833333333333332,
  ],
  16,
);

/** q(z)/z⁴: relative errors 4e-15 to 5e-14. */
const LOSS_QUARTER = memory.data<f64>(
  [
    4, -1.779585383378981e-7, 2.1355684389627868e-6, -2.6351683949385387e-5, 0.00034722222220577565,
    -0.005208333333333333,
  ],
  16,
);
const LOSS_HALF = memory.data<f64>(
  [
    5, 1.4678653017032806e-8, -1.8005748568427675e-7, 2.135659415970465e-6, -2.635168473182475e-5, 0.000347222222190964,
    -0.005208333333333333,
  ],
  16,
);
const LOSS_ONE = memory.data<f64>(
  [
    7, 8.82520463615633e-11, -1.3334597657065909e-9, 1.5616360014213998e-8, -1.8030326370221135e-7,
    2.1356874832722865e-6, -2.6351685961704975e-5, 0.000347222222200943, -0.005208333333333333,
  ],
  16,
);
const LOSS_TWO = memory.data<f64>(
  [
    12, -1.0027713352986331e-16, 3.671096050627803e-15, -6.918938306113398e-14, 9.452474097556504e-13,
    -1.1126363907336329e-11, 1.245307484336395e-10, -1.387731501494656e-9, 1.5659861080087966e-8,
    -1.8032266779321166e-7, 2.1356921342837118e-6, -2.635168649042263e-5, 0.00034722222222120504, -0.005208333333333333,
  ],
  16,
);
const LOSS_THREE = memory.data<f64>(
  [
    16, -2.5001901242872614e-22, 2.17003581342181e-20, -8.918131511121119e-19, 2.3338412888315643e-17,
    -4.440580886842826e-16, 6.704408132448908e-15, -8.631645979480674e-14, 1.0096046916412167e-12,
    -1.1289709264216962e-11, 1.2480860339071836e-10, -1.3880370829210724e-9, 1.5660059942134006e-8,
    -1.8032272629530698e-7, 2.1356921297195438e-6, -2.6351686484293932e-5, 0.0003472222222204301, -0.005208333333333333,
  ],
  16,
);

export class Series {
  /** A float64 series at v. */
  @inline
  static at(series: usize, v: v128): v128 {
    let p = v128.load64_splat(series, 8);
    for (let at = series, end = series + ((<usize>load<f64>(series)) << 3); at < end; at += 8) {
      p = f64x2.add(f64x2.mul(p, v), v128.load64_splat(at, 16));
    }
    return p;
  }
}

/** Series for a block whose largest v is given in four float32 lanes and at most 9. */
export function narrowSlopeSeries(largest: v128): usize {
  if (narrowWithin(largest, 1 / 16)) return NARROW_SLOPE_QUARTER;
  if (narrowWithin(largest, 1 / 4)) return NARROW_SLOPE_HALF;
  if (narrowWithin(largest, 1)) return NARROW_SLOPE_ONE;
  if (narrowWithin(largest, 4)) return NARROW_SLOPE_TWO;
  return NARROW_SLOPE_THREE;
}

/** Likewise in two float64 lanes; 0 where v is larger. */
export function slopeSeries(largest: v128): usize {
  return suited(largest, SLOPE_QUARTER, SLOPE_HALF, SLOPE_ONE, SLOPE_TWO, SLOPE_THREE);
}

/** Likewise. */
export function lossSeries(largest: v128): usize {
  return suited(largest, LOSS_QUARTER, LOSS_HALF, LOSS_ONE, LOSS_TWO, LOSS_THREE);
}

function suited(largest: v128, quarter: usize, half: usize, one: usize, two: usize, three: usize): usize {
  if (within(largest, 1 / 16)) return quarter;
  if (within(largest, 1 / 4)) return half;
  if (within(largest, 1)) return one;
  if (within(largest, 4)) return two;
  return within(largest, 9) ? three : 0;
}

function narrowWithin(x: v128, bound: f32): bool {
  return v128.all_true<i32>(f32x4.le(x, f32x4.splat(bound)));
}

function within(x: v128, bound: f64): bool {
  return v128.all_true<i64>(f64x2.le(x, f64x2.splat(bound)));
}
