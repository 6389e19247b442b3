from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from grader.kernel.estimating import CannotEstimateError, training_memory

OPTIMISERS = {
    "sgd": lambda weights: torch.optim.SGD(weights, lr=0.1),
    "momentum": lambda weights: torch.optim.SGD(weights, lr=0.1, momentum=0.9),
    "adam": torch.optim.Adam,
}


def training(optimiser: str, batch: int) -> Any:
    model = nn.Sequential(nn.Linear(100, 200), nn.ReLU(), nn.Linear(200, 10))
    chosen = OPTIMISERS[optimiser](model.parameters())
    inputs, labels = torch.randn(batch, 100), torch.randint(0, 10, (batch,))

    def step() -> None:
        chosen.zero_grad()
        nn.functional.cross_entropy(model(inputs), labels).backward()
        chosen.step()

    return model, chosen, step


@pytest.mark.parametrize(("optimiser", "copies"), [("sgd", 0), ("momentum", 1), ("adam", 2)])
def test_the_state_is_as_many_copies_of_the_parameters(optimiser: str, copies: int) -> None:
    found = training_memory(training, optimiser, 4)

    assert found["parameters"] == 4 * (100 * 200 + 200 + 200 * 10 + 10)
    assert found["state"] == copies * found["parameters"]
    assert found["kinds"]["Parameter"] == found["parameters"]
    assert found["peak"] >= (2 + copies) * found["parameters"]
    assert found["estimated"] is True


def test_more_examples_take_more_memory_in_proportion() -> None:
    small, middle, large = (training_memory(training, "sgd", batch)["peak"] for batch in (10_000, 20_000, 30_000))

    assert large - middle == pytest.approx(middle - small, rel=0.01)
    assert middle - small >= 10_000 * 200 * 4


def test_nothing_is_computed_or_allocated() -> None:
    found = training_memory(training, "adam", 10**9)

    assert found["peak"] > 2**40


def test_code_that_looks_at_numbers_cannot_be_estimated() -> None:
    def looking() -> Any:
        model, chosen, step = training("sgd", 4)

        def look() -> None:
            step()
            if next(model.parameters()).sum() > 0:
                step()

        return model, chosen, look

    with pytest.raises(CannotEstimateError, match="looks at numbers"):
        training_memory(looking)
