#!/usr/bin/env python3
"""Score a ledger with the Python reference, for goldens: reference.py --mantis CHECKOUT --db LEDGER --out OUT.json [--only TICKERS] [--optimum]
[--set NAME=VALUE ...]

CHECKOUT is the public MANTIS repository at the commit of the profile (2026-05: acf4872, 2026-07: bcff57b). Needs numpy 2.2.6, scikit-learn 1.7.2,
scipy 1.15.3, tqdm; whatever else the reference imports is replaced by stand-ins. --set takes the names of this project's
profile (src/profiles) and puts each value where the reference keeps it: PLACES below.
"""
import argparse
import importlib
import inspect
import json
import os
import resource
import sys
import time
import types

# The fits' last digits depend on OpenBLAS's kernels; one thread and these kernels are what the goldens stand for.
for name, value in {"OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1"}.items():
    os.environ.setdefault(name, value)

# NAME -> where: "module.NAME" is a module's constant; "module.function(argument)" the default of an argument; "TICKER[key]" an
# entry of the challenge table. utils and config are set before anything else is imported, since others copy from them.
PLACES = {
    "CHUNK_SIZE": ["config.CHUNK_SIZE"],
    "TOP_K": ["config.TOP_K", "bucket_forecast.TOP_K"],
    "WINDOWS_HALF_LIFE": ["config.WINDOWS_HALF_LIFE"],
    "HALFLIFE_DAYS": ["config.HALFLIFE_DAYS"],
    "LAG": ["config.LAG"],
    "SEED": ["config.SEED"],
    "MIN_REQUIRED_SAMPLES": ["utils.MIN_REQUIRED_SAMPLES"],
    "min_days": ["hitfirst.compute_hitfirst_salience(min_days)"],
    "RECENT_SAMPLES": ["bucket_forecast.RECENT_SAMPLES"],
    "RECENT_MASS": ["bucket_forecast.RECENT_MASS"],
    "_WF_CHUNK": ["bucket_forecast._WF_CHUNK"],
    "_MAX_TRAIN": ["bucket_forecast._MAX_TRAIN"],
    "_META_K": ["bucket_forecast._META_K"],
    "_RECENCY_GAMMA": ["bucket_forecast._RECENCY_GAMMA"],
    "_BOOTSTRAP_N": ["bucket_forecast._BOOTSTRAP_N", "xsec_rank._BOOTSTRAP_N", "funding_xsec._BOOTSTRAP_N"],
    "_BOOTSTRAP_BLOCK": ["bucket_forecast._BOOTSTRAP_BLOCK", "xsec_rank._BOOTSTRAP_BLOCK", "funding_xsec._BOOTSTRAP_BLOCK"],
    "range_lookback_blocks": ["MULTIBREAKOUT[range_lookback_blocks]"],
    "barrier_pct": ["MULTIBREAKOUT[barrier_pct]"],
    "min_range_pct": ["MULTIBREAKOUT[min_range_pct]"],
    "MIN_EPISODES": ["range_breakout.compute_multi_breakout_salience(min_episodes)"],
    "EPISODE_GAP": ["range_breakout.compute_multi_breakout_salience(episode_gap_sidxs)"],
    "MIN_STD": ["range_breakout.compute_multi_breakout_salience(min_std)"],
    "MIN_AUC": ["range_breakout.compute_multi_breakout_salience(min_auc)"],
    **{
        name: [f"TRADEMIX[{name}]"]
        for name in "luck_filter meta_model min_skill_prob horizon_bars rebal_period fee_bps loo_folds top_k prior_sharpe_std "
        "bars_per_day boot_samples boot_block_len moe_regimes moe_ridge_alpha gbdt_trees gbdt_depth gbdt_lr gbdt_min_leaf "
        "gbdt_subsample".split()
    },
    **{
        name: [f"config.{name}"]
        for name in "SEL_WINDOW_ROWS SEL_REFIT_DAYS SEL_FIT_WINDOW_DAYS SEL_HALFLIFE_DAYS SEL_MIN_WINDOW_ROWS SEL_MIN_VALID_WINDOWS "
        "SEL_AUC_MARGIN SEL_BAND_MAX_EXTRA META_BOOTSTRAP_N META_BOOTSTRAP_BLOCK META_BOOTSTRAP_MAX_ITER CLUSTER_SCAN_MAX_ROWS "
        "INDICES_PER_DAY".split()
    },
    "MATCH_EPS": ["cluster.find_clusters(eps)"],
    "MIN_MATCH_FRACTION": ["cluster.find_clusters(match_fraction)"],
    "MIN_SUBMISSIONS": ["cluster.find_clusters(min_submissions)"],
    "MIN_JOINT": ["cluster.find_clusters(min_joint)"],
    "MEAN_PREFILTER_EPS": ["cluster.find_clusters(mean_prefilter_eps)"],
    "COHORT_TAU": ["cluster.find_correlated_cohorts(tau)"],
    "COHORT_MIN_SUBMISSIONS": ["cluster.find_correlated_cohorts(min_nonzero_rows)"],
    "LBFGS_TAU": ["cluster.find_lbfgs_joint_cohorts(tau)"],
    "LBFGS_MIN_JOINT": ["cluster.find_lbfgs_joint_cohorts(min_joint)"],
    "LBFGS_MIN_SUBMISSIONS": ["cluster.find_lbfgs_joint_cohorts(min_submissions)"],
    "LBFGS_BUCKET_DIMS": ["cluster.find_lbfgs_joint_cohorts(bucket_dims)"],
    "LBFGS_MEAN_PREFILTER": ["cluster.find_lbfgs_joint_cohorts(mean_prefilter)"],
    "dedup_cosine": ["TRADEMIX[dedup_cosine_threshold]"],
    "max_oos_bars": ["TRADEMIX[max_oos_window_bars]"],
    "min_history_bars": ["TRADEMIX[min_history_window_bars]"],
}
EARLY = ("config", "utils")


class StandIn(types.ModuleType):
    """Imports and answers to anything; the scoring path never asks."""

    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn(name)

    def __call__(self, *args, **kwargs):
        return StandIn("called")


class StandInFinder:
    """Answers for modules that are not installed."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.split(".")[0] in ("torch", "bittensor", "timelock", "aiohttp", "requests", "cryptography", "boto3", "botocore", "dotenv"):
            from importlib.machinery import ModuleSpec

            return ModuleSpec(name, StandInFinder, is_package=True)
        return None

    @staticmethod
    def create_module(spec):
        module = StandIn(spec.name)
        if spec.name == "torch":
            module.cuda = types.SimpleNamespace(is_available=lambda: False)
            module.__version__ = "none"
        return module

    @staticmethod
    def exec_module(module):
        pass


def put(place, value):
    if place.endswith("]"):
        ticker, key = place[:-1].split("[")
        importlib.import_module("config").CHALLENGE_MAP[ticker][key] = value
    elif place.endswith(")"):
        where, argument = place[:-1].split("(")
        module, function = where.split(".")
        function = getattr(importlib.import_module(module), function)
        parameters = inspect.signature(function).parameters
        if parameters[argument].kind is inspect.Parameter.KEYWORD_ONLY:
            function.__kwdefaults__[argument] = value
            return
        defaults = [p for p in parameters.values() if p.default is not p.empty and p.kind is not p.KEYWORD_ONLY]
        function.__defaults__ = tuple(value if p.name == argument else p.default for p in defaults)
    else:
        module, name = place.split(".")
        setattr(importlib.import_module(module), name, value)


def timed(source, seconds):
    """Hands challenges on, noting how long each takes to load and, until the next is asked for, to score."""
    source = iter(source)
    while True:
        start = time.perf_counter()
        pair = next(source, None)
        if pair is None:
            return
        ticker, loaded = pair[0], time.perf_counter()
        yield pair
        del pair
        seconds[ticker] = {"load": loaded - start, "score": time.perf_counter() - loaded}


def run_on(estimator):
    """Stops SAGA at 1e-6 instead of 1e-4; tighter would only show the noise of its float32 steps."""
    return lambda **options: estimator(**{**options, "tol": 1e-6, "max_iter": 20000} if options.get("solver") == "saga" else options)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mantis", required=True)
    parser.add_argument("--db", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--only", help="tickers, parted by commas")
    parser.add_argument("--optimum", action="store_true", help="let the binary challenges' elastic net run to its optimum")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    arguments = parser.parse_args()
    sys.path.insert(0, os.path.abspath(arguments.mantis))
    sys.meta_path.append(StandInFinder)

    settings = []
    for text in arguments.set:
        name, value = text.split("=", 1)
        if name not in PLACES:
            parser.error(f"--set {name}: the reference keeps no such constant where it can be changed")
        try:
            value = json.loads(value)
        except ValueError:
            pass
        settings += [(place, value) for place in PLACES[name]]
    early = [s for s in settings if s[0].split(".")[0] in EARLY or s[0].endswith("]")]
    for place, value in early:
        put(place, value)
    import warnings

    warnings.filterwarnings("ignore")
    import model
    from ledger import DataLog

    for place, value in settings:
        if (place, value) not in early:
            put(place, value)
    if arguments.optimum:
        model.LogisticRegression = run_on(model.LogisticRegression)
    if arguments.only:
        config = importlib.import_module("config")
        config.CHALLENGES[:] = [c for c in config.CHALLENGES if c["ticker"] in arguments.only.split(",")]
    seconds = {}
    start = time.perf_counter()
    source = timed(DataLog.iter_challenge_training_data(arguments.db, None), seconds)
    salience, breakdown = model.multi_salience(source, return_breakdown=True)
    result = {
        "salience": salience,
        "breakdown": breakdown,
        "seconds": seconds,
        "totalSeconds": time.perf_counter() - start,
        "peakRssMb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    with open(arguments.out, "w") as file:
        json.dump(result, file)


main()
