"""What is to be reached, and whether it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.score import Score

FALSE_PER_UNHELD = 10 / 3_000
BANDS = {"exact number": (0.70, 0.80), "exact number and name": (0.60, 0.70), "splink": (0.94, 0.97)}


@dataclass(frozen=True)
class Target:
    """One line of the report."""

    what: str
    wanted: str
    measured: str
    reached: bool


@dataclass(frozen=True)
class Cost:
    """Seconds summed over the seeds, and the highest peak in megabytes."""

    seconds: float
    peak: float


def hardness(exact: Score, exact_name: Score, splink: Score) -> list[Target]:
    """Whether the task is hard enough, and not too hard, to mean anything."""
    measured = {
        "exact number": ("recall of the exact number", exact.best_recall),
        "exact number and name": ("recall of the exact number and name", exact_name.best_recall),
        "splink": ("best F1 of Splink", splink.best_f1),
    }
    targets = []
    for key, (what, value) in measured.items():
        low, high = BANDS[key]
        targets.append(Target(what, f"{low:.2f}–{high:.2f}", f"{value:.4f}", low <= value <= high))
    return targets


def quality(ours: Score, splink: Score) -> list[Target]:
    """Links, tiers and probabilities."""
    error = (1 - ours.best_f1) / (1 - splink.best_f1)
    allowed = FALSE_PER_UNHELD * ours.unheld
    return [
        Target("best F1 above Splink's", f"> {splink.best_f1:.4f}", f"{ours.best_f1:.4f}", error < 1),
        Target("remaining error (1 − F1) of Splink's", "≤ 60 %", f"{error:.1%}", error <= 0.60),
        _least("precision of the confirmed tier", ours.confirmed_precision, 0.9995, 5),
        _least("recall of the confirmed tier", ours.confirmed_recall, 0.85, 4),
        _least("… as far as honest: precision", ours.confirmed_precision, 0.9999, 5),
        _least("… as far as honest: recall", ours.confirmed_recall, 0.90, 4),
        Target(
            "debtors that no register holds, with a false confirmed link",
            f"≤ {allowed:.0f} of {ours.unheld:,}",
            str(ours.unheld_confirmed),
            ours.unheld_confirmed <= allowed,
        ),
        _most("calibration error, all links", ours.ece, 0.02),
        _most("calibration error, links between 0.05 and 0.95", ours.ece_middle, 0.02),
    ]


def cost(trained: Cost, saved: Cost, splink_trained: Cost, splink_saved: Cost) -> list[Target]:
    """Time beside Splink's, and memory."""
    ratio, saved_ratio = trained.seconds / splink_trained.seconds, saved.seconds / splink_saved.seconds
    peak = max(trained.peak, saved.peak)
    return [
        Target("time with training, of Splink's", "≤ 40 %", f"{ratio:.1%}", ratio <= 0.40),
        Target("time with a saved model, of Splink's", "≤ 50 %", f"{saved_ratio:.1%}", saved_ratio <= 0.50),
        Target("peak memory", "≤ 1,500 MB", f"{peak:,.0f} MB", peak <= 1_500),
    ]


def scaling(what: str, ratio: float) -> Target:
    """Time on the large task by the mean time on the others."""
    return Target(what, "≤ 5.5", f"{ratio:.2f}", ratio <= 5.5)


def one_debtor(figures: dict[str, float]) -> Target:
    """Judged by the 95th percentile."""
    shown = f"median {figures['median']:.1f} ms, 95 % {figures['p95']:.1f} ms, worst {figures['worst']:.1f} ms"
    return Target("one debtor against prepared records", "< 50 ms", shown, figures["p95"] < 50)


def febrl(ours: float, splink: float) -> Target:
    """Best F1 on FEBRL 4."""
    return Target("FEBRL 4: best F1 not below Splink's", f"≥ {splink:.4f}", f"{ours:.4f}", ours >= splink)


def _least(what: str, value: float, wanted: float, digits: int) -> Target:
    return _compared(what, f"≥ {wanted}", f"{value:.{digits}f}", value, lambda measured: measured >= wanted)


def _most(what: str, value: float, wanted: float) -> Target:
    return _compared(what, f"≤ {wanted}", f"{value:.4f}", value, lambda measured: measured <= wanted)


def _compared(what: str, wanted: str, shown: str, value: float, holds: Callable[[float], bool]) -> Target:
    return Target(what, wanted, shown, holds(value))
