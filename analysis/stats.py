"""Means with confidence over replications, and where two curves cross."""

import functools
import math

import numpy as np
import pandas as pd

CONFIDENCE = 0.95
SAME = 1e-9  # two figures that differ by less, relatively, are one


def two_sided_t(t, dof):
    """P(|T| <= t) of Student's t with a whole number of degrees of freedom (Abramowitz and Stegun 26.7.3, 26.7.4)."""
    angle = math.atan(t / math.sqrt(dof))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = dof % 2 == 1
    term = cosine if odd else 1.0
    total = term if dof > 1 else 0.0
    for k in range(3 if odd else 2, dof - 1, 2):
        term *= (k - 1) / k * cosine**2
        total += term
    return 2.0 / math.pi * (angle + sine * total) if odd else sine * total


@functools.lru_cache(maxsize=None)
def t_quantile(dof):
    """The t with P(|T| <= t) = 95 %, by bisection."""
    low, high = 0.0, 13.0
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        if two_sided_t(middle, dof) < CONFIDENCE:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def estimate(sample):
    """(mean, half the width of the 95 % interval) of a sample; NaN where it is too small."""
    sample = np.asarray(sample, dtype=float)
    n = len(sample)
    if n == 0:
        return math.nan, math.nan
    if n == 1:
        return float(sample[0]), math.nan
    return float(np.mean(sample)), t_quantile(n - 1) * float(np.std(sample, ddof=1)) / math.sqrt(n)


# Of these a mean is drawn, hollow, and under these words.
DOUBTS = {"saturated": "saturated", "losing": "losing requests"}
FLAWS = ["infeasible", "saturated", "losing", "violating"]  # of a replication whose mean is not compared


def summarise(study, column, per=None):
    """Means over the replications that found a plan, in the order of the partitioners and then along the axis.

    Columns: the axis' own, x, partitioner, mean and half_width (in the unit of `column`, divided by the column `per`
    where given), replications, and how many of them are infeasible, saturated, lose requests (losing: dropped or
    failed, so that the mean is of the others) or truly break a limit (violating).
    Where no replication found a plan the mean is NaN.
    """
    wanted = ["feasible", "saturated", "dropped", "failed", "violation_rate", column] + ([per] if per else [])
    rows = study.numbers(*wanted)
    rows = rows.assign(value=rows[column] / rows[per] if per else rows[column])
    order = {name: i for i, name in enumerate(study.partitioners)}
    records = []
    for (name, x), group in rows.groupby(["partitioner", "x"], sort=False):
        known = group[(group["feasible"] == 1) & group["value"].notna()]
        mean, half_width = estimate(known["value"])
        records.append({
            study.axis.column: group[study.axis.column].iloc[0], "x": x, "partitioner": name,
            "mean": mean, "half_width": half_width, "replications": len(group),
            "infeasible": len(group) - len(known),
            "saturated": int((known["saturated"] == 1).sum()),
            "losing": int((known["dropped"] + known["failed"] > 0).sum()),
            "violating": int((known["violation_rate"] > 0).sum()),
        })
    records.sort(key=lambda record: (order[record["partitioner"]], record["x"]))
    return pd.DataFrame(records)


def crossings(x, a, b, log_x=False, log_y=False):
    """Points (x, y) where curve a passes from one side of curve b to the other.

    x, a, b: arrays of one length; NaN breaks the curves. Between points the curves are straight as drawn, on a
    logarithmic axis where so told. Where the curves coincide before they part to the other side, the crossing is the
    first common point. Curves that meet and do not part again, or part to the side they came from, do not cross.
    """
    found = []
    last = first_common = None
    for i, (ai, bi) in enumerate(zip(a, b)):
        if math.isnan(ai) or math.isnan(bi):
            last = first_common = None
        elif abs(ai - bi) <= SAME * max(abs(ai), abs(bi)):
            first_common = i if first_common is None else first_common
        else:
            if last is not None and (ai > bi) != (a[last] > b[last]):
                if first_common is None:
                    found.append(_meeting(x[[last, i]], a[[last, i]], b[[last, i]], log_x, log_y))
                else:
                    found.append((float(x[first_common]), float(a[first_common])))
            last, first_common = i, None
    return found


def _meeting(x, a, b, log_x, log_y):
    """Where two straight segments over the same two x meet. x, a, b: arrays of two."""
    x = np.log(x) if log_x else x
    a, b = (np.log(a), np.log(b)) if log_y else (a, b)
    before, after = a - b
    share = before / (before - after)
    at, height = x[0] + share * (x[1] - x[0]), a[0] + share * (a[1] - a[0])
    return math.exp(at) if log_x else float(at), math.exp(height) if log_y else float(height)
