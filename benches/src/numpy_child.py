"""The works that numpy does beside the engine, asked for through pipes by `numpy.rs`.

A line of JSON is a request: `{"load": NAME, "count": N}` is followed by the bytes of N doubles, `{"run": NAME}` runs a
work over the loaded arrays and answers with its seconds and the sums of the arrays that it made.
"""

import csv
import io
import json
import sys
import time


def say(**answer):
    print(json.dumps(answer), flush=True)


try:
    import numpy as np
except ImportError as error:
    say(absent=str(error))
    sys.exit(0)

arrays = {}


def product():
    return [arrays["a"] * arrays["b"] + 1]


def branch(c):
    return np.where(c > 0.5, c * 2, c - 1)


def round_half_away(d):
    """Halves away from zero, after the error of the product in the 15th digit is rounded away."""
    return np.copysign(np.floor(np.round(np.abs(d) * 100, 12) + 0.5) / 100, d)


def fill_down(rounding):
    [c] = product()
    d = branch(c)
    return [c, d, rounding(d)]


def sums_by_criterion():
    sums = np.bincount(arrays["keys"].astype(np.int64), weights=arrays["amounts"])
    return [sums[arrays["criteria"].astype(np.int64)]]


def exact_lookups():
    order = np.argsort(arrays["keys"])
    found = order[np.searchsorted(arrays["keys"], arrays["wanted"], sorter=order)]
    return [arrays["amounts"][found]]


def csv_write():
    out = io.StringIO(newline="")
    csv.writer(out).writerows(zip(*(arrays[f"c{place}"].tolist() for place in range(5))))
    arrays["text"] = out.getvalue()
    return [arrays["text"].count("\r\n"), arrays["text"].count(",")]


def csv_read():
    """The first run, which does not count, writes the text."""
    if "text" not in arrays:
        csv_write()
    columns = [[] for _ in range(5)]
    appends = [column.append for column in columns]
    for row in csv.reader(io.StringIO(arrays["text"], newline="")):
        for append, field in zip(appends, row):
            append(float(field))
    return columns


WORKS = {
    "fill_down": lambda: fill_down(lambda d: np.round(d, 2)),
    "fill_down_half_away": lambda: fill_down(round_half_away),
    "product": product,
    "branch": lambda: [branch(arrays["a"])],
    "round": lambda: [np.round(arrays["a"], 2)],
    "round_half_away": lambda: [round_half_away(arrays["a"])],
    "sum": lambda: [np.sum(arrays["a"])],
    "sums_by_criterion": sums_by_criterion,
    "exact_lookups": exact_lookups,
    "csv_read": csv_read,
    "csv_write": csv_write,
}

say(numpy=np.__version__)
for line in sys.stdin.buffer:
    request = json.loads(line)
    if "load" in request:
        data = sys.stdin.buffer.read(8 * request["count"])
        arrays[request["load"]] = np.frombuffer(data, dtype="<f8").copy()
        say(loaded=request["load"])
    else:
        work = WORKS[request["run"]]
        wall, cpu = time.perf_counter(), time.process_time()
        made = work()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        say(seconds=wall, cpu=cpu, sums=[float(np.sum(array)) for array in made])
