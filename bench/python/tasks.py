#!/usr/bin/env python3
"""The work of a micro-benchmark in NumPy and scikit-learn: tasks.py FOLDER, run by bench/micro/python.ts.

FOLDER holds task.json and the raw columns; the answer is left there as float64, times go to stdout as JSON.
"""
import json
import statistics
import sys
import time
import warnings
from pathlib import Path

import numpy as np

CONVERGED = {"all": True}


def model(solver, C, tol, maxIter, balanced, l1Ratio=None, seed=None, **_):
    from sklearn.linear_model import LogisticRegression

    extra = {"penalty": "elasticnet", "l1_ratio": l1Ratio} if solver == "saga" else {"penalty": "l2"}
    weight = "balanced" if balanced else None
    return LogisticRegression(solver=solver, C=C, tol=tol, max_iter=maxIter, class_weight=weight, random_state=seed, **extra)


def fitted(x, y, options):
    estimator = model(**options).fit(x, y)
    if estimator.n_iter_[0] >= options["maxIter"]:
        CONVERGED["all"] = False
    return estimator.coef_[0], estimator.intercept_[0]


def exp(x):
    return np.exp(x)


def log(x):
    return np.log(x)


def decode_half(codes):
    return codes.view(np.float16).astype(np.float32)


def auc(y, scores):
    from sklearn.metrics import roc_auc_score

    return [roc_auc_score(y, scores)]


def columns_of(x, rows):
    """Column-major numbers as a matrix, rows × columns."""
    return np.ascontiguousarray(x.reshape(-1, rows).T)


def logistic(x, y, rows, **options):
    coef, intercept = fitted(columns_of(x, rows), y, options)
    return np.append(coef, intercept)


def bootstrap(x, y, rows, block, bootstrapSeed, **options):
    x = columns_of(x, rows)
    coefs, intercepts = [], []
    for replicate in range(options.pop("from"), options.pop("to")):
        starts = np.random.default_rng(bootstrapSeed + replicate).integers(0, rows - block + 1, size=rows // block)
        drawn = (starts[:, None] + np.arange(block)).ravel()
        coef, intercept = fitted(x[drawn], y[drawn], options)
        coefs.append(coef)
        intercepts.append(intercept)
    return np.concatenate([*coefs, intercepts])


def pooled_miner(codes, y, selections, fits, assets, **options):
    from sklearn.metrics import roc_auc_score

    options = {"solver": "lbfgs", "balanced": False, **options}
    x = codes.view(np.float16).astype(np.float64)
    present = x != 0
    areas, selected, final = [], [], []
    for end, first, last in selections.reshape(-1, 3) * assets:
        keep = np.flatnonzero(present[:end])
        coef, intercept = fitted(x[keep, None], y[keep], options)
        selected.append((coef[0], intercept))
        judged = first + np.flatnonzero(present[first:last])
        areas.append(roc_auc_score(y[judged], x[judged] * coef[0] + intercept))
    for end in fits * assets:
        keep = np.flatnonzero(present[:end])
        coef, intercept = fitted(x[keep, None], y[keep], options)
        final.append((coef[0], intercept))
    selected, final = np.array(selected), np.array(final)
    return np.concatenate([areas, selected[:, 0], selected[:, 1], final[:, 0], final[:, 1]])


def rolling_std(x, window):
    return np.lib.stride_tricks.sliding_window_view(x, window).std(axis=1, ddof=1)


def first_touch(prices, sigma, horizon):
    change = np.lib.stride_tricks.sliding_window_view(prices, horizon + 1)[: len(sigma), 1:] - prices[: len(sigma), None]
    up, down = change >= sigma[:, None], change <= -sigma[:, None]
    first_up = np.where(up.any(axis=1), up.argmax(axis=1), horizon)
    first_down = np.where(down.any(axis=1), down.argmax(axis=1), horizon)
    return np.where(first_up < first_down, 0, np.where(first_down < first_up, 1, 2))


def cross_section_labels(values, forward, assets):
    values = values.reshape(-1, assets)
    labels = np.full(values.shape, 255)
    kept = forward >= 0
    change = values[forward[kept]] / values[kept] - 1
    labels[kept] = change > np.median(change, axis=1, keepdims=True)
    return labels.ravel()


def cosines(codes, count):
    x = codes.view(np.float16).astype(np.float32).reshape(count, -1)
    norms = np.sqrt((x * x).sum(axis=1))
    return ((x @ x.T) / np.outer(norms, norms)).ravel()


def main():
    warnings.filterwarnings("ignore")
    folder = Path(sys.argv[1])
    job = json.loads((folder / "task.json").read_text())
    columns = {name: np.fromfile(folder / name, dtype=kind) for name, kind in job["types"].items()}
    task = globals()[job["task"]]
    answer = task(**columns, **job["options"])
    times = []
    while len(times) < job["timing"]["iterations"] or 1000 * sum(times) < job["timing"]["time"]:
        start = time.perf_counter()
        task(**columns, **job["options"])
        times.append(time.perf_counter() - start)
    np.asarray(answer, dtype=np.float64).ravel().tofile(folder / "answer")
    found = {"min": 1000 * min(times), "median": 1000 * statistics.median(times), "runs": len(times), "converged": CONVERGED["all"]}
    print(json.dumps(found))


main()
