"""Calls scripts/mantis_scorer.py as a validator would, on arrays made here with NumPy; prints one JSON object per check."""

import json
import sys
import threading
import time
from types import SimpleNamespace

import numpy as np

sys.path.insert(0, sys.argv[1])
from mantis_scorer import ScorerError, ScorerTimeout, multi_salience  # noqa: E402

ledger, command = sys.argv[2], json.loads(sys.argv[3])
checks = {}


def check(function):
    try:
        checks[function.__name__] = function()
    except Exception as error:  # what is raised is what is checked
        checks[function.__name__] = f"{type(error).__name__}: {error}"


def run(data, **options):
    return multi_salience(data, command=command, **options)


def payloads(rows=4500, miners=3):
    random = np.random.default_rng(5)
    index = {f"5H{miner}": miner for miner in range(miners)}
    rising = random.random(rows) < 0.5
    noise = random.normal(size=(rows, miners)) + np.where(rising, 1.0, -1.0)[:, None]
    up = 1 / (1 + np.exp(-noise))
    binary = np.stack([up, 1 - up], axis=2).reshape(rows, 2 * miners).astype(np.float16)
    binary[7, 0:2] = np.nan
    returns = np.where(rising, 1e-3, -1e-3).astype(np.float32)
    yield "ETH", ((binary, index), returns)
    price = 3000 * np.exp(np.cumsum(np.where(rising, 1e-3, -1e-3)))
    hist = (random.random((rows, 3 * miners)).astype(np.float16).astype(np.float32), index)
    yield "ETHHITFIRST", {"hist": hist, "price": price, "sidx": np.arange(rows), "blocks_ahead": 500}
    many = (random.random((rows - 10, 33 * miners)).astype(np.float16).astype(np.float32), index)
    yield "MULTIXSEC", {"hist": many, "prices_multi": random.random((rows, 33)), "blocks_ahead": 1200}
    four = (random.random((rows, 4 * miners)).astype(np.float16).astype(np.float32), index)
    prices = random.random((rows, 4))
    yield "TRADEMIX", {"hist": four, "prices_multi": prices, "sidx_arr": np.arange(rows), "blocks_ahead": 300}
    sample = {"trigger_sidx": 5, "trigger_block": 25, "resolution_block": 30, "direction": 1, "label": 1}
    pair = np.array([0.75, 0.25], dtype=np.float16)
    yield "MULTIBREAKOUT", {"completed_samples": [SimpleNamespace(**sample, embeddings={"5H0": pair})] * 60}
    yield "NOSUCH", ((binary, index), returns)
    yield "CADUSD", "not a payload"


def iter_challenge_training_data(db_path, max_block_number=None, active_hotkeys=None):
    """Named as the reference's, so that the ledger is read directly; this body must never run."""
    raise AssertionError("the generator was run")
    yield


def broken():
    yield "ETH", next(iter(payloads()))[1]
    raise KeyError("the ledger broke")


def rough():
    (ticker, ((matrix, index), returns)) = next(iter(payloads()))
    yield ticker, ((matrix.astype(np.float32) + np.float32(1e-6), index), returns)


@check
def path():
    return run(ledger, return_breakdown=True)


@check
def salience_alone():
    return run(ledger) == run(ledger, return_breakdown=True)[0]


@check
def limits():
    hotkeys = set(list(checks["path"][0])[:2])
    block = int(sys.argv[4])
    direct = run(ledger, max_block_number=block, active_hotkeys=hotkeys)
    generator = iter_challenge_training_data(ledger, block, hotkeys)
    return [sorted(direct) == sorted(hotkeys), run(generator) == direct, run(ledger, max_block_number=-5)]


@check
def stream():
    return run(payloads(), return_breakdown=True)


@check
def threads():
    results = []
    workers = [threading.Thread(target=lambda: results.append(run(payloads()))) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return [result == checks["stream"][0] for result in results]


@check
def no_ledger():
    return run("nowhere.db")


@check
def no_program():
    return multi_salience(ledger, command=["/nowhere/node"])


@check
def unknown_profile():
    return run(payloads(), profile="1999-01")


@check
def broken_iterable():
    return run(broken())


@check
def rough_embeddings():
    return run(rough())


@check
def nothing():
    return run([])


@check
def late():
    started = time.monotonic()
    slow = ["/bin/sh", "-c", "exec sleep 60"]
    try:
        multi_salience(payloads(rows=100_000), command=slow, timeout=0.5)
    except ScorerTimeout as error:
        return [isinstance(error, (ScorerError, TimeoutError)), time.monotonic() - started < 20, str(error)]


print(json.dumps(checks))
