// NumPy's SeedSequence (numpy 2.2.6; after Melissa O'Neill's randutils, 2015): spreads a seed over as many words as wanted.

const INIT_A: u32 = 0x43b0d7e5;
const MULT_A: u32 = 0x931e8875;
const INIT_B: u32 = 0x8b51f9dd;
const MULT_B: u32 = 0x58f38ded;
const MIX_L: u32 = 0xca01f9dd;
const MIX_R: u32 = 0x4973f715;
const POOL_BYTES: usize = 16;

let hashConstant: u32 = 0;

function hash(value: u32): u32 {
  let v = value ^ hashConstant;
  hashConstant *= MULT_A;
  v *= hashConstant;
  return v ^ (v >>> 16);
}

function mix(a: u32, b: u32): u32 {
  const r = a * MIX_L - b * MIX_R;
  return r ^ (r >>> 16);
}

/** Writes the pool of four 32-bit words of SeedSequence(seed) at `pool`. */
export function seedPool(seed: u64, pool: usize): void {
  hashConstant = INIT_A;
  store<u32>(pool, hash(<u32>seed));
  store<u32>(pool, hash(<u32>(seed >> 32)), 4);
  store<u32>(pool, hash(0), 8);
  store<u32>(pool, hash(0), 12);
  for (let from: usize = 0; from < POOL_BYTES; from += 4) {
    for (let to: usize = 0; to < POOL_BYTES; to += 4) {
      if (from != to) store<u32>(pool + to, mix(load<u32>(pool + to), hash(load<u32>(pool + from))));
    }
  }
}

/** Writes `count` 32-bit words, SeedSequence(seed).generate_state(count), at `out`; `pool` as seedPool left it. */
export function generateState(pool: usize, count: i32, out: usize): void {
  let h = INIT_B;
  for (let i = 0; i < count; i++) {
    let v = load<u32>(pool + ((<usize>i & 3) << 2)) ^ h;
    h *= MULT_B;
    v *= h;
    store<u32>(out + ((<usize>i) << 2), v ^ (v >>> 16));
  }
}
