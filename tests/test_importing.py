"""Which modules code imports, told without running it."""

from __future__ import annotations

from grader.execution import Worker
from grader.loading.importing import imported_modules


def test_imports_are_found_wherever_they_stand() -> None:
    found = imported_modules(
        [
            "import numpy as np, torch.nn",
            "%matplotlib inline\ndef f():\n    from matplotlib import pyplot as plt\n    return plt",
        ]
    )

    assert {"numpy", "torch", "torch.nn", "matplotlib", "matplotlib.pyplot"} <= found


def test_what_cannot_be_parsed_imports_nothing() -> None:
    assert imported_modules(["import (", "from . import x"]) == frozenset()


def test_a_figure_is_shown_by_a_kernel_whose_server_has_imported_pyplot() -> None:
    source = "import matplotlib.pyplot as plt\nplt.plot([1, 2], [3, 4])\nplt.title('a')\nplt.show()"

    with Worker(("matplotlib.pyplot",), isolation="L1") as worker, worker.kernel() as kernel:
        assert not worker.warnings
        outputs = kernel.run([source, "plt.figure()\n1"])

    assert any("image/png" in output.get("data", {}) for output in outputs[0].outputs)
