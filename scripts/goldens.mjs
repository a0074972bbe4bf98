#!/usr/bin/env node
// Makes test/golden/*.json: simulates small ledgers and asks the Python reference about them, with constants shrunk so that
// every challenge scores. Run only when a golden is meant to change:
//
//   npm run build && node scripts/goldens.mjs --mantis CHECKOUT --python PYTHON [--profile 2026-07] [NAME ...]
//
// CHECKOUT: the public MANTIS repository at the commit of the profile (default: 2026-05). PYTHON: numpy 2.2.6, scikit-learn 1.7.2, scipy 1.15.3, tqdm (scripts/reference.py).
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeLedger } from "../dist/ledger/node.js";
import { compareResults } from "../dist/salience/compare.js";

const BINARY = ["ETH", "CADUSD", "NZDUSD", "CHFUSD", "XAGUSD"];
const SMALL = {
  CHUNK_SIZE: 600,
  TOP_K: 4,
  MIN_REQUIRED_SAMPLES: 500,
  min_days: 0.1,
  _WF_CHUNK: 500,
  _MAX_TRAIN: 1500,
  RECENT_SAMPLES: 700,
  _BOOTSTRAP_N: 6,
  _BOOTSTRAP_BLOCK: 60,
  range_lookback_blocks: 600,
  EPISODE_GAP: 60,
  min_history_bars: 1200,
  max_oos_bars: 1500,
  min_skill_prob: 0.55,
};
const TRADES = { min_history_bars: 1200, max_oos_bars: 1500, min_skill_prob: 0.5 };

/** NumPy as on a processor without AVX-512 (some names may be unknown to it, which it only warns about). */
const WITHOUT_AVX512 = {
  NPY_DISABLE_CPU_FEATURES: "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL",
  PYTHONWARNINGS: "ignore",
};

/** All that is new in 2026-07 shrunk likewise: five refits, windows of a few hours, cohorts by a tenth of the rows. */
const DAILY = {
  ...Object.fromEntries(Object.entries(SMALL).filter(([name]) => !/skill|bars/.test(name))),
  SEL_WINDOW_ROWS: 240,
  SEL_REFIT_DAYS: 1,
  SEL_FIT_WINDOW_DAYS: 1,
  SEL_HALFLIFE_DAYS: 0.5,
  SEL_MIN_WINDOW_ROWS: 30,
  SEL_MIN_VALID_WINDOWS: 3,
  SEL_AUC_MARGIN: 0.03,
  SEL_BAND_MAX_EXTRA: 3,
  META_BOOTSTRAP_BLOCK: 60,
  CLUSTER_SCAN_MAX_ROWS: 2500,
  LBFGS_MIN_JOINT: 500,
  LBFGS_MIN_SUBMISSIONS: 500,
};

/** What to simulate, and which constants to change. */
const CASES = {
  plain: { simulate: { rows: 3000, miners: 6, seed: 8, skill: 0.4 }, set: SMALL },
  odd: { simulate: { rows: 3200, miners: 12, seed: 3, skill: 0.4, odd: true }, set: SMALL },
  crowded: {
    simulate: { rows: 2600, miners: 24, seed: 9, skill: 0.3 },
    set: { ...SMALL, TOP_K: 9, LAG: 30, WINDOWS_HALF_LIFE: 2, HALFLIFE_DAYS: 0.5, _META_K: 10, RECENT_MASS: 0.7 },
  },
  // Cuts of equal worth are decided by the last bit of the logarithm, which NumPy's AVX-512 rounds otherwise (by up to 0.4 in shares).
  "trades-gbdt": {
    simulate: { rows: 3000, miners: 6, seed: 1, skill: 0.4 },
    set: {
      ...TRADES,
      luck_filter: "block_bootstrap",
      boot_samples: 50,
      boot_block_len: 200,
      meta_model: "gbdt",
      gbdt_min_leaf: 20,
      gbdt_trees: 5,
    },
    only: ["TRADEMIX"],
    withoutAvx512: true,
  },
  "trades-moe": {
    simulate: { rows: 3000, miners: 6, seed: 8, skill: 0.4 },
    set: { ...TRADES, meta_model: "moe" },
    only: ["TRADEMIX"],
    bars: { TRADEMIX: 1e-4 }, // the reference's ridge works in float32
  },
  "odd-2026-07": {
    profile: "2026-07",
    simulate: { rows: 3200, miners: 12, seed: 3, skill: 0.4, odd: true },
    set: DAILY,
  },
  "crowded-2026-07": {
    profile: "2026-07",
    simulate: { rows: 2600, miners: 24, seed: 9, skill: 0.3 },
    set: { ...DAILY, TOP_K: 9, META_BOOTSTRAP_N: 7, COHORT_TAU: 0.8, LBFGS_TAU: 0.6, HALFLIFE_DAYS: 0.5 },
  },
};
const COMMITS = { "2026-05": "acf4872", "2026-07": "bcff57b" };
const profileOf = (name) => CASES[name].profile ?? "2026-05";

const { values, positionals } = parseArgs({
  options: { mantis: { type: "string" }, python: { type: "string" }, profile: { type: "string", default: "2026-05" } },
  allowPositionals: true,
});
if (!values.mantis || !values.python) {
  console.error("usage: node scripts/goldens.mjs --mantis CHECKOUT --python PYTHON [--profile PROFILE] [NAME ...]");
  process.exit(2);
}
const unknown = positionals.find((name) => !(name in CASES));
if (unknown) {
  console.error(`no golden is called "${unknown}": choose from ${Object.keys(CASES).join(", ")}`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "goldens-"));
try {
  const all = Object.keys(CASES).filter((name) => profileOf(name) === values.profile);
  for (const name of positionals.length > 0 ? positionals : all) make(name, CASES[name]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function make(name, { simulate, set, only, bars, withoutAvx512 }) {
  const ledger = join(folder, `${name}.db`);
  writeLedger(ledger, simulate);
  const answers = [{}, WITHOUT_AVX512].map((env) => reference(ledger, { set, only, env }));
  const answer = answers[withoutAvx512 ? 1 : 0];
  const { salience, breakdown } = answer;
  const binary = BINARY.filter((ticker) => ticker in breakdown);
  const golden = {
    command: `node scripts/goldens.mjs --mantis MANTIS@${COMMITS[profileOf(name)]} --python PYTHON ${name}`,
    profile: profileOf(name),
    simulate,
    set,
    ...(only ? { only } : {}),
    ...(bars ? { bars } : {}),
    ...(withoutAvx512 ? { withoutAvx512, movement: {} } : { movement: movement(...answers) }),
    seedDistance: seedDistance(ledger, set, binary),
    optimum: binary.length === 0 ? {} : reference(ledger, { set, only: binary, flags: ["--optimum"] }).breakdown,
    salience,
    breakdown,
  };
  const path = fileURLToPath(new URL(`../test/golden/${name}.json`, import.meta.url));
  writeFileSync(path, `${JSON.stringify(golden, null, 1)}\n`);
  const counts = Object.entries(breakdown).map(([ticker, shares]) => `${ticker} ${Object.keys(shares).length}`);
  console.log(`${name}: ${counts.join(", ")}`);
}

/** How far the reference moves between processors, where that is more than rounding. */
function movement(here, there) {
  const { challenges } = compareResults(here, there);
  const moved = Object.entries(challenges).filter(([, { distance }]) => distance > 1e-7);
  return Object.fromEntries(moved.map(([ticker, { distance }]) => [ticker, distance]));
}

/** How far the reference moves by its own seed in the binary challenges: the largest distance of any two seeds. */
function seedDistance(ledger, set, tickers) {
  if (tickers.length === 0) return {};
  const runs = [1, 2, 3, 4, 5, 6, 7, 8, 42].map((SEED) => reference(ledger, { set: { ...set, SEED }, only: tickers }));
  const largest = Object.fromEntries(tickers.map((ticker) => [ticker, 0]));
  for (const a of runs) {
    for (const b of runs) {
      const { challenges } = compareResults(a, b);
      for (const ticker of tickers) largest[ticker] = Math.max(largest[ticker], challenges[ticker].distance);
    }
  }
  return largest;
}

function reference(ledger, { set, only, flags = [], env = {} }) {
  const out = join(folder, "reference.json");
  const script = fileURLToPath(new URL("reference.py", import.meta.url));
  const settings = Object.entries(set).flatMap(([name, value]) => ["--set", `${name}=${JSON.stringify(value)}`]);
  const chosen = only ? ["--only", only.join(",")] : [];
  const words = [script, "--mantis", values.mantis, "--db", ledger, "--out", out, ...flags, ...chosen, ...settings];
  execFileSync(values.python, words, { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, ...env } });
  return JSON.parse(readFileSync(out, "utf8"));
}
