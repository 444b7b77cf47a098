"""Learning rates of PyTorch's schedulers, step by step, for the tests of packages/training.

Run:  python tools/parity-fixtures/make_schedule_goldens.py
"""

import torch
from torch.optim import SGD
from torch.optim.lr_scheduler import (
    ConstantLR,
    CosineAnnealingLR,
    OneCycleLR,
    PolynomialLR,
    ReduceLROnPlateau,
    SequentialLR,
)

from goldens import write_golden

STEPS = 40


def optimizer(rate):
    return SGD([torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))], lr=rate)


def rates(make, rate=0.3):
    sgd = optimizer(rate)
    scheduler = make(sgd)
    seen = []
    for _ in range(STEPS):
        seen.append(float(sgd.param_groups[0]["lr"]))
        sgd.step()
        scheduler.step()
    return seen


def plateau(values, **options):
    """The rate after each evaluation."""
    sgd = optimizer(0.3)
    scheduler = ReduceLROnPlateau(sgd, mode="min", threshold_mode="rel", eps=0, **options)
    seen = []
    for value in values:
        scheduler.step(value)
        seen.append(float(sgd.param_groups[0]["lr"]))
    return seen


def main():
    curves = {
        "cosine": rates(lambda o: CosineAnnealingLR(o, T_max=STEPS, eta_min=0.01)),
        "cosine after 10 steps at 0.03": rates(
            lambda o: SequentialLR(
                o,
                [ConstantLR(o, factor=0.1, total_iters=10), CosineAnnealingLR(o, T_max=STEPS - 10, eta_min=0)],
                milestones=[10],
            )
        ),
        "poly 0.9": rates(lambda o: PolynomialLR(o, total_iters=STEPS, power=0.9)),
        "poly 2": rates(lambda o: PolynomialLR(o, total_iters=STEPS, power=2)),
        "one-cycle cosine": rates(lambda o: OneCycleLR(o, max_lr=0.3, total_steps=STEPS, cycle_momentum=False)),
        "one-cycle linear": rates(
            lambda o: OneCycleLR(
                o,
                max_lr=0.3,
                total_steps=STEPS,
                pct_start=0.25,
                anneal_strategy="linear",
                div_factor=10,
                final_div_factor=100,
                cycle_momentum=False,
            )
        ),
    }
    values = [0.9, 0.8, 0.8, 0.8, 0.795, 0.7, 0.71, 0.72, 0.73, 0.6999, 0.69, 0.75, 0.76, 0.77, 0.78, 0.79, 0.8, 0.5]
    plateaus = [
        {"options": options, "rates": plateau(values, **options)}
        for options in (
            {"factor": 0.1, "patience": 0, "threshold": 0.0, "cooldown": 0, "min_lr": 0.0},
            {"factor": 0.1, "patience": 2, "threshold": 0.01, "cooldown": 0, "min_lr": 0.0},
            {"factor": 0.5, "patience": 1, "threshold": 0.0001, "cooldown": 2, "min_lr": 0.05},
        )
    ]
    body = {"curves": [{"name": n, "rates": r} for n, r in curves.items()], "values": values, "plateaus": plateaus}
    write_golden("../../../../packages/training/src/schedule/__fixtures__/schedules.json", 0, body)


if __name__ == "__main__":
    main()
