"""MANTIS salience from Python: the reference's multi_salience, calculated by mantis-scorer.

Change one import of the validator:

    from mantis_scorer import multi_salience as sal_fn   # was: from model import multi_salience as sal_fn

Standard library only. It runs ``node dist/cli/main.js`` beside this file's folder; the environment variable MANTIS_SCORER
(a command line) or the argument ``command`` names another one. Calls may come from any thread.
"""

from __future__ import annotations

import array
import inspect
import json
import os
import shlex
import struct
import subprocess
import sys
import tempfile
import threading

__all__ = ["ScorerError", "ScorerTimeout", "multi_salience"]


class ScorerError(RuntimeError):
    """The scorer could not do it; the message is its own, ``returncode`` 1 (failed) or 2 (wrong usage)."""

    def __init__(self, message, returncode=None):
        super().__init__(message)
        self.returncode = returncode


class ScorerTimeout(ScorerError, TimeoutError):
    """The scorer was ended because ``timeout`` seconds had passed."""


def multi_salience(
    training_data,
    *,
    return_breakdown=False,
    max_block_number=None,
    active_hotkeys=None,
    profile=None,
    workers=None,
    timeout=None,
    command=None,
):
    """Hotkey -> salience; with return_breakdown a pair of that and ticker -> hotkey -> share.

    training_data is one of
    - the path of a ledger (max_block_number and active_hotkeys then choose rows and hotkeys);
    - what DataLog.iter_challenge_training_data returns: if nobody has taken an item yet, the ledger that it would read is
      scored directly, with its limits, which saves reading it in Python;
    - any other iterable of (ticker, payload) as that function yields them, with NumPy arrays. Embeddings must be exact
      float16 values, as all in a ledger are.

    Raises ScorerError, ScorerTimeout (after timeout seconds), ValueError for payloads that cannot be handed over, and
    whatever the iterable raises. There is no partial result.
    """
    source = _ledger_of(training_data)
    if source is not None:
        training_data, max_block_number, active_hotkeys = source
    options = [] if profile is None else ["--profile", str(profile)]
    if workers is not None:
        options += ["--workers", str(int(workers))]
    run = _Run(command or _default_command(), timeout)
    if isinstance(training_data, (str, os.PathLike)):
        result = _score_ledger(run, os.fspath(training_data), max_block_number, active_hotkeys, options)
    else:
        result = run(["score-stream", "-", *options], lambda write: _write_stream(write, training_data))
    salience = _shares(result["salience"])
    if not return_breakdown:
        return salience
    return salience, {ticker: _shares(shares) for ticker, shares in result["breakdown"].items()}


def _ledger_of(generator):
    """Path and limits of the reference's generator, if it has not begun; it is closed, since it will not be needed."""
    if not inspect.isgenerator(generator) or inspect.getgeneratorstate(generator) != inspect.GEN_CREATED:
        return None
    if generator.gi_code.co_name != "iter_challenge_training_data":
        return None
    names = generator.gi_frame.f_locals
    if not {"db_path", "max_block_number", "active_hotkeys"} <= names.keys():
        return None
    source = names["db_path"], names["max_block_number"], names["active_hotkeys"]
    generator.close()
    return source


def _score_ledger(run, path, max_block_number, active_hotkeys, options):
    if max_block_number is not None and max_block_number < 0:
        return {"salience": {}, "breakdown": {}}  # no row is that old
    words = ["score", path, "--json", "-", "--quiet", *options]
    if max_block_number:
        words += ["--max-block", str(int(max_block_number))]
    if active_hotkeys is None:
        return run(words)
    with tempfile.TemporaryDirectory(prefix="mantis-scorer-") as folder:
        hotkeys = os.path.join(folder, "hotkeys.json")
        with open(hotkeys, "w", encoding="utf-8") as file:
            json.dump(sorted(active_hotkeys), file)
        return run([*words, "--active-hotkeys", hotkeys])


def _shares(shares):
    """JSON has no NaN; JavaScript moves keys that look like numbers to the front."""
    return {key: float("nan") if shares[key] is None else float(shares[key]) for key in sorted(shares)}


def _default_command():
    configured = os.environ.get("MANTIS_SCORER")
    if configured:
        return shlex.split(configured)
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return ["node", os.path.join(root, "dist", "cli", "main.js")]


class _Run:
    """Runs the command line once: bytes in, JSON out, exceptions for everything else."""

    def __init__(self, command, timeout):
        self.command = list(command)
        self.timeout = timeout

    def __call__(self, words, feed=None):
        # Files instead of pipes for what comes back: nothing to drain while writing.
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            try:
                stdin = subprocess.PIPE if feed else subprocess.DEVNULL
                process = subprocess.Popen(self.command + words, stdin=stdin, stdout=out, stderr=err)
            except OSError as error:
                raise ScorerError(f"cannot run {self.command[0]}: {error}") from error
            late = threading.Event()
            timer = self._timer(process, late)
            try:
                if feed:
                    self._feed(process, feed)
                process.wait()
            except BaseException:
                process.kill()
                process.wait()
                if late.is_set():
                    raise ScorerTimeout(f"no result after {self.timeout} seconds") from None
                raise
            finally:
                if timer:
                    timer.cancel()
                if process.stdin:
                    try:
                        process.stdin.close()
                    except OSError:
                        pass
            if late.is_set():
                raise ScorerTimeout(f"no result after {self.timeout} seconds")
            if process.returncode != 0:
                err.seek(0)
                message = err.read().decode("utf-8", "replace").strip()
                raise ScorerError(message or f"ended with {process.returncode}", process.returncode)
            out.seek(0)
            try:
                return json.load(out)
            except ValueError as error:
                raise ScorerError("the scorer's answer is not JSON") from error

    def _timer(self, process, late):
        if self.timeout is None:
            return None

        def end():
            late.set()
            process.kill()

        timer = threading.Timer(self.timeout, end)
        timer.daemon = True
        timer.start()
        return timer

    @staticmethod
    def _feed(process, feed):
        try:
            feed(process.stdin.write)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it has ended; its exit code and message tell why


def _write_stream(write, pairs):
    """The format of docs/training-stream.md."""
    write(b"MANTISTD")
    for ticker, payload in pairs:
        _write_challenge(write, ticker, payload)
        del payload
    write(struct.pack("<I", 0))


def _write_challenge(write, ticker, payload):
    """A payload that the reference skips is skipped."""
    if isinstance(payload, tuple):
        if len(payload) == 2:
            hist, returns = payload
            if len(hist[0]) != len(returns):
                raise ValueError(f"{ticker}: {len(hist[0])} rows of embeddings but {len(returns)} returns")
            _write_matrices(write, ticker, hist, {"shape": "returns"}, [_raw(returns, "<f4", "f")])
        return
    if not isinstance(payload, dict):
        return
    if payload.get("completed_samples"):
        samples = [_sample(sample) for sample in payload["completed_samples"]]
        _write_header(write, {"ticker": ticker, "shape": "samples", "samples": samples})
        return
    hist = payload.get("hist")
    if not isinstance(hist, tuple) or len(hist) != 2:
        return
    if payload.get("price") is not None:
        price = payload["price"]
        _write_matrices(write, ticker, hist, {"shape": "price", "values": len(price)}, [_raw(price, "<f8", "d")])
        return
    for shape in ("prices_multi", "funding_rates"):
        values = payload.get(shape)
        if values is None:
            continue
        sidx = payload.get("sidx_arr")
        rows, assets = values.shape
        header = {"shape": shape, "values": rows, "assets": assets, "sidx": sidx is not None}
        arrays = [_raw(values, "<f8", "d")]
        if sidx is not None:
            if len(sidx) != rows:
                raise ValueError(f"{ticker}: {rows} rows of {shape} but {len(sidx)} of sidx_arr")
            arrays.append(_raw(sidx, "<i4", "i"))
        _write_matrices(write, ticker, hist, header, arrays)
        return


def _write_matrices(write, ticker, hist, header, arrays):
    embeddings, index = hist
    if not index:
        return
    rows, columns = embeddings.shape
    if columns % len(index):
        raise ValueError(f"{ticker}: {columns} columns for {len(index)} hotkeys")
    width = columns // len(index)
    hotkeys = sorted(index)
    _write_header(write, {"ticker": ticker, **header, "hotkeys": hotkeys, "rows": rows, "width": width})
    for hotkey in hotkeys:
        at = index[hotkey] * width
        block = embeddings[:, at : at + width]
        codes = block.astype("<f2", order="C")
        if not ((codes == block) | (block != block)).all():
            raise ValueError(f"{ticker}: embeddings of {hotkey} are not float16 values, as all in a ledger are")
        write(codes.tobytes())
    for data in arrays:
        write(data)


def _write_header(write, header):
    text = json.dumps(header).encode()
    write(struct.pack("<I", len(text)))
    write(text)


def _sample(sample):
    """The reference's samples are objects; a map of the same fields will do."""
    field = sample.get if isinstance(sample, dict) else lambda name: getattr(sample, name, None)
    pairs = []
    for hotkey, pair in (field("embeddings") or {}).items():
        if len(pair) == 2:
            pairs.append([hotkey, float(pair[0]), float(pair[1])])
    names = ("trigger_sidx", "trigger_block", "resolution_block", "direction", "label")
    return [*(int(field(name)) for name in names), pairs]


def _raw(values, dtype, code):
    """Little-endian bytes of a NumPy array, or of any sequence of numbers."""
    if hasattr(values, "astype"):
        return values.astype(dtype, order="C").tobytes()
    numbers = array.array(code, values)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()
