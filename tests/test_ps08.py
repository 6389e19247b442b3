"""The sample class of ps08 has the scores that a careful teaching assistant would give, and says why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from grader.loading.submissions import Received, receive
from grader.pipeline.grading import Bench, grade_received, open_bench
from grader.releasing import release_cells
from grader.result import CheckResult, Outcome, State, SubmissionResult
from grader.scoring import score_submission

ROOT = Path(__file__).parents[1]
CLASS = ROOT / "submissions" / "ps08"
POINTS = 75

Lost = Mapping[str, str]
"""For a check that is not passed: the mistake that must be named, or ``-`` for none, or ``skipped``."""

COUNTS = tuple(
    f"mlp_costs/counts_{what}"
    for what in ("forward_multiplications", "training_multiplications", "parameters", "training_values")
)
ADAM = tuple(
    f"adam_closed_form/{claim}"
    for claim in (
        "first_moment",
        "second_moment",
        "corrected_first_moment",
        "corrected_second_moment",
        "weight_after_t_updates",
    )
)
ADAM_CODE = {
    "optimizer_steps/adam_makes_the_first_update": "-",
    "optimizer_steps/adam_makes_a_later_update": "-",
    "optimizer_steps/adam_follows_torch": "-",
    "optimizer_steps/adam_ignores_the_scale_of_gradients": "-",
    "optimizer_steps/adam_leaves_its_arguments_alone": "skipped",
}
CONVOLUTIONS = {
    "convolution_sizes/width_of_the_output": "-",
    "convolution_sizes/smallest_width_of_the_input": "-",
    "receptive_field_theory/recurrence_of_widths": "-",
    "receptive_field_theory/closed_form": "-",
}
SIZE_CODE = {
    f"convolution_code/output_size_{what}": "-" for what in ("with_stride_one", "with_a_stride", "follows_torch")
}
FIELD_CODE = {
    f"convolution_code/receptive_field_{what}": "-"
    for what in ("of_one_or_none", "of_a_stack", "is_what_really_matters")
}
SCALE = {"gradient_scale/under_sgdm": "-", "gradient_scale/under_adam": "-"}
NO_NETWORK = {
    "mlp_costs/has_the_layers_asked_for": "-",
    "mlp_costs/computes_the_network": "skipped",
    "mlp_costs/layers_start_different": "skipped",
}

EXPECTED: Mapping[str, tuple[float, Lost]] = {
    # all right: as asked; in unusual LaTeX with words around it; as strings, sympy objects and Unicode, from Colab
    "student-01": (75, {}),
    "student-02": (75, {}),
    "student-03": (75, {}),
    # common mistakes in the theory
    "student-04": (
        37,
        {
            "network_costs/multiplications_of_a_forward_pass": "forward_counts_additions",
            "network_costs/multiplications_of_training": "training_counts_flops",
            "network_costs/memory_for_inference": "inference_keeps_all_activations",
            "network_costs/memory_for_training": "training_memory_without_gradients",
            "relu_variance/variance_of_the_sum": "forgot_relu",
            "relu_variance/sigma_that_preserves": "xavier",
            "optimizer_state/adam_state": "stores_corrected_moments",
            "optimizer_state/ratio_of_memories": "-",
            "sgdm_closed_form/momentum_after_t_updates": "averaged_momentum",
            "sgdm_closed_form/weight_after_t_updates": "weight_at_full_momentum",
            "adam_closed_form/second_moment": "second_moment_of_the_gradient",
            "adam_closed_form/corrected_second_moment": "corrected_second_moment_without_square",
            "adam_closed_form/weight_after_t_updates": "weight_scales_with_gradient",
            "gradient_scale/under_adam": "adam_linear",
            "convolution_sizes/width_of_the_output": "forgot_the_first_output",
            "convolution_sizes/smallest_width_of_the_input": "input_one_stride_too_wide",
            "receptive_field_theory/recurrence_of_widths": "recurrence_subtracts_padding",
            "receptive_field_theory/closed_form": "subtracts_padding",
        },
    ),
    # other common mistakes, in theory and code; what is stored for every delta keeps half of its points
    "student-05": (
        22.5,
        {
            "network_costs/multiplications_of_a_forward_pass": "forward_without_square",
            "network_costs/multiplications_of_training": "training_one_backward_product",
            "network_costs/memory_for_inference": "inference_weights_of_one_layer",
            "network_costs/memory_for_training": "training_memory_keeps_every_delta",
            "mlp_costs/counts_training_multiplications": "backward_as_one_product",
            "mlp_costs/counts_training_values": "values_without_gradients",
            "relu_variance/variance_of_the_sum": "variance_instead_of_second_moment",
            "relu_variance/sigma_that_preserves": "gave_the_square",
            "relu_initialisation/has_the_right_variance": "variance_given_as_deviation",
            "relu_initialisation/keeps_the_variance": "variance_given_as_deviation",
            "optimizer_state/sgdm_state": "sgdm_stateless",
            "sgdm_closed_form/momentum_after_t_updates": "momentum_limit",
            "sgdm_closed_form/weight_after_t_updates": "weight_uphill",
            "adam_closed_form/first_moment": "momentum_like_sgdm",
            "adam_closed_form/corrected_first_moment": "momentum_not_corrected",
            "adam_closed_form/weight_after_t_updates": "weight_uphill",
            "gradient_scale/under_adam": "adam_inverse",
            "optimizer_steps/sgdm_makes_one_update": "sgdm_averages",
            "optimizer_steps/sgdm_follows_torch": "sgdm_averages",
            "optimizer_steps/sgdm_leaves_its_arguments_alone": "skipped",
            "convolution_sizes/width_of_the_output": "padding_on_one_side",
            "convolution_sizes/smallest_width_of_the_input": "input_padding_on_one_side",
            "receptive_field_theory/recurrence_of_widths": "recurrence_full_stride",
            "receptive_field_theory/closed_form": "own_stride_included",
            "convolution_code/output_size_with_stride_one": "size_pads_one_side",
            "convolution_code/output_size_with_a_stride": "size_pads_one_side",
            "convolution_code/output_size_follows_torch": "-",
            "convolution_code/receptive_field_of_one_or_none": "field_own_stride",
            "convolution_code/receptive_field_of_a_stack": "field_own_stride",
            "convolution_code/receptive_field_is_what_really_matters": "-",
        },
    ),
    # the theory is right, the code has real bugs; what ignores its generator answers differently each time it is asked
    "student-06": (
        53,
        {
            "mlp_costs/has_the_layers_asked_for": "layers_in_a_plain_list",
            "mlp_costs/computes_the_network": "skipped",
            "mlp_costs/layers_start_different": "skipped",
            "mlp_costs/counts_parameters": "layers_in_a_plain_list",
            "relu_initialisation/has_the_shape_asked_for": "transposed",
            "relu_initialisation/uses_the_generator": "another_source_of_randomness",
            "relu_initialisation/keeps_the_variance": "skipped",
            "optimizer_steps/sgdm_leaves_its_arguments_alone": "sgdm_in_place",
            "optimizer_steps/adam_makes_the_first_update": "adam_counts_one_too_few",
            "optimizer_steps/adam_makes_a_later_update": "adam_counts_one_too_few",
            "optimizer_steps/adam_follows_torch": "-",
            "optimizer_steps/adam_ignores_the_scale_of_gradients": "-",
            "optimizer_steps/adam_leaves_its_arguments_alone": "skipped",
            "convolution_code/output_size_with_a_stride": "size_not_rounded",
            "convolution_code/output_size_follows_torch": "-",
            "convolution_code/receptive_field_of_a_stack": "field_from_the_wrong_end",
            "convolution_code/receptive_field_is_what_really_matters": "-",
        },
    ),
    # half-finished: blank, "TODO" and "will do this tomorrow" where nothing was done yet
    "student-07": (
        31.5,
        {
            "network_costs/memory_for_training": "-",
            **dict.fromkeys(COUNTS, "-"),
            "sgdm_closed_form/weight_after_t_updates": "-",
            **dict.fromkeys(ADAM, "-"),
            **SCALE,
            **ADAM_CODE,
            **CONVOLUTIONS,
            **SIZE_CODE,
            **FIELD_CODE,
        },
    ),
    # a syntax error in the last cell, and nothing else
    "student-09": (70, FIELD_CODE),
    # the network's cell raises, and with it the counts that use it; a test cell raises and costs nothing
    "student-10": (65, {**NO_NETWORK, **dict.fromkeys(COUNTS, "-")}),
    # an endless loop, and a cell that fills the memory: neither is an answer, so neither costs points
    "student-11": (75, {}),
    "student-12": (75, {}),
    # cells deleted, copied, moved, without ids and metadata: everything is there and right
    "student-15": (75, {}),
    # warnings on stderr cost nothing; the same wrong formula as student-18 does
    "student-17": (73, {"network_costs/memory_for_inference": "-"}),
    "student-18": (
        69.5,
        {
            "network_costs/memory_for_inference": "-",
            "optimizer_steps/adam_makes_a_later_update": "adam_epsilon_under_the_root",
            "optimizer_steps/adam_follows_torch": "adam_epsilon_under_the_root",
            "optimizer_steps/adam_leaves_its_arguments_alone": "skipped",
        },
    ),
}
BLANK = ("student-08", "student-16")


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with open_bench(ROOT, "ps08", key=b"test", isolation="L1") as opened:
        yield opened


@pytest.fixture(scope="module")
def results(bench: Bench) -> dict[str, SubmissionResult]:
    folders = sorted(entry.name for entry in CLASS.iterdir())
    return {name: grade_received(bench, receive(CLASS, name, "ps08"), key="").result for name in folders}


def checks_of(result: SubmissionResult) -> dict[str, CheckResult]:
    return {f"{problem.problem}/{check.check}": check for problem in result.problems for check in problem.checks}


def found(check: CheckResult) -> str:
    if check.outcome is Outcome.FAILED:
        return check.mistake or "-"
    return check.outcome.value


@pytest.mark.parametrize("student", EXPECTED)
def test_a_sample_has_the_score_that_a_careful_assistant_gives(
    results: dict[str, SubmissionResult], student: str
) -> None:
    points, lost = EXPECTED[student]
    result = results[student]

    checks = checks_of(result)
    score = score_submission(result, points=POINTS)

    assert result.state is State.GRADED
    assert {name: found(check) for name, check in checks.items() if check.outcome is not Outcome.PASSED} == lost
    assert (score.earned, score.points) == (points, POINTS)
    assert not score.provisional


@pytest.mark.parametrize("student", BLANK)
def test_a_notebook_without_a_right_answer_earns_nothing(results: dict[str, SubmissionResult], student: str) -> None:
    result = results[student]

    score = score_submission(result, points=POINTS)

    assert {check.outcome for check in checks_of(result).values()} == {Outcome.FAILED, Outcome.SKIPPED}
    assert (score.earned, score.provisional) == (0, False)


def test_a_blank_notebook_is_told_apart_from_wrong_answers(results: dict[str, SubmissionResult]) -> None:
    assert "no answer was changed: the notebook is as it was released" in results["student-08"].notes


@pytest.mark.parametrize(
    ("student", "words"),
    [("student-13", "the file seems to be cut off"), ("student-14", "nothing in it answers 'ps08'")],
)
def test_a_file_that_is_no_submission_has_no_score(
    results: dict[str, SubmissionResult], student: str, words: str
) -> None:
    result = results[student]

    score = score_submission(result, points=POINTS)

    assert result.state is State.REJECTED_INPUT
    assert words in result.message
    assert score.provisional


def test_a_cell_that_never_ends_is_named_and_costs_no_points(results: dict[str, SubmissionResult]) -> None:
    stopped = [cell for cell in results["student-11"].cells if cell.limit]

    assert [cell.limit for cell in stopped] == ["time"]
    assert "while abs(w[0]) > 0" in stopped[0].source
    assert all(cell.executed for cell in results["student-11"].cells if cell.kind == "code")


def test_a_cell_that_fills_the_memory_ends_alone(results: dict[str, SubmissionResult]) -> None:
    cells = [cell for cell in results["student-12"].cells if "really many samples" in cell.source]

    assert len(cells) == 1
    assert cells[0].limit == "memory"


def test_the_same_wrong_formula_is_judged_the_same_however_it_is_written(
    results: dict[str, SubmissionResult],
) -> None:
    first, second = (
        checks_of(results[name])["network_costs/memory_for_inference"] for name in ("student-17", "student-18")
    )

    assert [(check.outcome, check.mistake) for check in (first, second)] == [(Outcome.FAILED, "")] * 2
    assert [sorted(dict(check.evidence["values"])) for check in (first, second)] == [["K", "L", "n"]] * 2


def test_a_class_whose_cell_raised_is_said_to_have_no_value(results: dict[str, SubmissionResult]) -> None:
    check = checks_of(results["student-10"])["mlp_costs/has_the_layers_asked_for"]

    assert check.message == (
        "`MLP` has no value: cell 6, which gives it, ended with AttributeError: "
        "module 'torch.nn' has no attribute 'Modul'"
    )


PRINTED = {
    "forward_multiplications": r"nK^2L",
    "training_multiplications": r"3nK^2L",
    "inference_memory": r"LK^2 + 2nK",
    "training_memory": r"2LK^2 + LnK",
    "output_variance": r"\frac{1}{2} d\sigma^2",
    "preserving_sigma": r"\sigma = \sqrt{2/d}",
    "adam_values": "2",
    "sgdm_values": "1",
    "memory_ratio": "2",
    "sgdm_momentum": r"m_w^{(t)} = c \frac{1-\beta^t}{1-\beta}",
    "sgdm_weight": r"w^{(t)} = -\frac{\eta c}{1-\beta} \left(t + 1 - \frac{1-\beta^{t+1}}{1-\beta} \right)",
    "adam_momentum": r"m_w^{(t)} = c \cdot (1-\beta_1^t)",
    "adam_second_moment": r"v_w^{(t)} = c^2 \cdot (1 - \beta_2^t)",
    "adam_corrected_momentum": r"\hat{m}_w = c",
    "adam_corrected_second_moment": r"\hat{v} = c^2",
    "adam_weight": r"w^{(t)} = -\eta t",
    "sgdm_dependence": "linear",
    "adam_dependence": "none",
    "output_width": r"W_{out} = (W_{in} + 2P - K)/S + 1",
    "smallest_input_width": r"W_{in} = S \cdot (W_{out} - 1) + K - 2P",
    "width_recurrence": r"W^{(l)} = S^{(l+1)} \cdot (W^{(l+1)} - 1) + K^{(l+1)}, \quad W^{(L)} = 1",
    "receptive_field_width": r"\left(\sum_{j=1}^{L} (K^{(j)} - 1) \prod_{i=1}^{j-1} S^{(i)}\right) + 1",
}
EDITIONS: Mapping[str, Mapping[str, str]] = {
    # what the editions print differently, or on the way to the last line; equation 13 with the index it means
    "2024": {
        "sgdm_momentum": r"c \sum_{k=0}^{t-1} \beta^k = c \frac{1-\beta^t}{1-\beta}",
        "adam_momentum": r"(1-\beta_1)c \sum_{k=0}^{t-1} \beta_1^k = c \cdot (1-\beta_1^t)",
        "receptive_field_width": r"W^{(0)} = \left(\prod_{k=1}^{L} S^{(k)}\right)"
        r" + \sum_{j=1}^{L} (K^{(j)} - S^{(j)}) \prod_{i=1}^{j-1} S^{(i)}",
    },
    "2025": {
        "output_variance": r"\text{Var}[y] = \frac{1}{2} d\sigma^2",
        "width_recurrence": r"W^{(l)} = S^{(l+1)}W^{(l+1)} + (K^{(l+1)} - S^{(l+1)}), \qquad W^{(L)} = 1",
        "receptive_field_width": r"\left(\sum_{j=1}^{L} K^{(j)} \prod_{i=1}^{j-1} S^{(i)}\right)"
        r" - \left(\sum_{j=1}^{L-1} \prod_{i=1}^{j} S^{(i)}\right)",
    },
}


def notebook(bench: Bench, answers: Mapping[str, str]) -> Received:
    """The released notebook with these answers typed in, where the dots or the blank stood."""
    cells = release_cells(bench.problem_set)
    for cell in cells:
        name = cell["metadata"]["grader"].get("answer")
        if name in answers and cell["cell_type"] == "markdown":
            cell["source"] = "".join(cell["source"]).replace(r"$$\dots$$", f"$$\n{answers[name]}\n$$")
        elif name in answers:
            cell["source"] = f"# answer: {name}\n{name} = {answers[name]!r}"
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return Received("student-99", "ps08.ipynb", json.dumps(content).encode())


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_printed_solution_earns_full_marks(bench: Bench, edition: str) -> None:
    typed = {**PRINTED, **EDITIONS[edition]}

    result = grade_received(bench, notebook(bench, typed), key="").result

    theory = [problem for problem in result.problems if any(answer.name in typed for answer in problem.answers)]
    assert len(theory) == 8
    assert {
        f"{problem.problem}/{check.check}: {check.outcome} {check.message}"
        for problem in theory
        for check in problem.checks
        if check.outcome is not Outcome.PASSED
    } == set()


WRONG: list[tuple[str, str, str, str]] = [
    ("forward_multiplications", "nKL", "multiplications_of_a_forward_pass", "forward_without_square"),
    ("forward_multiplications", "nK^2", "multiplications_of_a_forward_pass", "forward_one_layer"),
    ("forward_multiplications", "2nK^2L", "multiplications_of_a_forward_pass", "forward_counts_additions"),
    ("forward_multiplications", "n^2KL", "multiplications_of_a_forward_pass", "forward_batch_squared"),
    ("forward_multiplications", r"\mathcal{O}(nK^2L)", "multiplications_of_a_forward_pass", "forward_only_growth"),
    ("training_multiplications", "2nK^2L", "multiplications_of_training", "training_one_backward_product"),
    ("training_multiplications", "nK^2L + 2nK^2", "multiplications_of_training", "training_backward_once_more"),
    ("training_multiplications", "6nK^2L", "multiplications_of_training", "training_counts_flops"),
    ("inference_memory", "LK^2 + nK", "memory_for_inference", "inference_input_only"),
    ("inference_memory", "K^2 + 2nK", "memory_for_inference", "inference_weights_of_one_layer"),
    ("inference_memory", "LK^2 + LnK", "memory_for_inference", "inference_keeps_all_activations"),
    ("inference_memory", "LK^2 + (L+1)nK", "memory_for_inference", "inference_keeps_input_and_all_activations"),
    ("training_memory", "LK^2 + LnK", "memory_for_training", "training_memory_without_gradients"),
    ("training_memory", "2LK^2 + 2nK", "memory_for_training", "training_memory_frees_activations"),
    ("training_memory", "2LK^2 + 2LnK", "memory_for_training", "training_memory_keeps_every_delta"),
    ("output_variance", r"d\sigma^2", "variance_of_the_sum", "forgot_relu"),
    ("output_variance", r"d\sigma^2(\pi-1)/(2\pi)", "variance_of_the_sum", "variance_instead_of_second_moment"),
    ("output_variance", r"\sigma^2/2", "variance_of_the_sum", "forgot_the_sum"),
    ("output_variance", r"d\sigma/2", "variance_of_the_sum", "deviation_instead_of_variance"),
    ("preserving_sigma", "2/d", "sigma_that_preserves", "gave_the_square"),
    ("preserving_sigma", r"\sqrt{1/d}", "sigma_that_preserves", "xavier"),
    ("preserving_sigma", r"\sqrt{1/(2d)}", "sigma_that_preserves", "halved_instead_of_doubled"),
    ("preserving_sigma", r"\sqrt{d/2}", "sigma_that_preserves", "upside_down"),
    ("preserving_sigma", r"\pm\sqrt{2/d}", "sigma_that_preserves", "plus_or_minus"),
    ("adam_values", "4", "adam_state", "stores_corrected_moments"),
    ("adam_values", "1", "adam_state", "adam_like_momentum"),
    ("sgdm_values", "0", "sgdm_state", "sgdm_stateless"),
    ("sgdm_momentum", r"c(1-\beta^t)", "momentum_after_t_updates", "averaged_momentum"),
    ("sgdm_momentum", r"c(1-\beta^{t+1})/(1-\beta)", "momentum_after_t_updates", "momentum_one_step_late"),
    ("sgdm_momentum", r"c/(1-\beta)", "momentum_after_t_updates", "momentum_limit"),
    ("sgdm_momentum", "ct", "momentum_after_t_updates", "momentum_without_decay"),
    ("sgdm_weight", r"-\eta c t/(1-\beta)", "weight_after_t_updates", "weight_at_full_momentum"),
    ("sgdm_weight", r"-\eta c t", "weight_after_t_updates", "weight_of_plain_sgd"),
    (
        "sgdm_weight",
        r"\frac{\eta c}{1-\beta}\left(t+1-\frac{1-\beta^{t+1}}{1-\beta}\right)",
        "weight_after_t_updates",
        "weight_uphill",
    ),
    (
        "sgdm_weight",
        r"-\frac{\eta c}{1-\beta}\left(t+2-\frac{1-\beta^{t+2}}{1-\beta}\right)",
        "weight_after_t_updates",
        "weight_one_step_late",
    ),
    (
        "sgdm_weight",
        r"-\eta t c \frac{1-\beta^t}{1-\beta}",
        "weight_after_t_updates",
        "weight_from_last_momentum",
    ),
    ("adam_momentum", r"c(1-\beta_1^t)/(1-\beta_1)", "first_moment", "momentum_like_sgdm"),
    ("adam_momentum", r"c(1-\beta_1^{t+1})", "first_moment", "momentum_one_step_late"),
    ("adam_second_moment", r"c(1-\beta_2^t)", "second_moment", "second_moment_of_the_gradient"),
    ("adam_second_moment", r"c^2(1-\beta_2^t)/(1-\beta_2)", "second_moment", "second_moment_like_sgdm"),
    ("adam_second_moment", r"c^2(1-\beta_2^{t+1})", "second_moment", "second_moment_one_step_late"),
    ("adam_corrected_momentum", r"c(1-\beta_1^t)", "corrected_first_moment", "momentum_not_corrected"),
    (
        "adam_corrected_second_moment",
        r"c^2(1-\beta_2^t)",
        "corrected_second_moment",
        "second_moment_not_corrected",
    ),
    ("adam_weight", r"-\eta c t", "weight_after_t_updates", "weight_scales_with_gradient"),
    ("adam_weight", r"-\eta t/c", "weight_after_t_updates", "weight_divided_by_gradient"),
    ("adam_weight", r"\eta t", "weight_after_t_updates", "weight_uphill"),
    ("adam_weight", r"-\eta", "weight_after_t_updates", "weight_single_step"),
    ("adam_dependence", "linear", "under_adam", "adam_linear"),
    ("adam_dependence", "inverse", "under_adam", "adam_inverse"),
    ("output_width", r"\lfloor (W_{in}+2P-K)/S \rfloor", "width_of_the_output", "forgot_the_first_output"),
    ("output_width", r"\lfloor (W_{in}+P-K)/S \rfloor + 1", "width_of_the_output", "padding_on_one_side"),
    ("output_width", r"\lceil (W_{in}+2P-K)/S \rceil + 1", "width_of_the_output", "rounded_up"),
    ("output_width", r"\lfloor (W_{in}+2P+K)/S \rfloor + 1", "width_of_the_output", "kernel_makes_it_wider"),
    ("output_width", "(W_{in}+2P-K+1)/S", "width_of_the_output", "one_inside_the_fraction"),
    ("smallest_input_width", "S W_{out} + K - 2P", "smallest_width_of_the_input", "input_one_stride_too_wide"),
    ("smallest_input_width", "S(W_{out}-1) + K - P", "smallest_width_of_the_input", "input_padding_on_one_side"),
    ("smallest_input_width", "S W_{out} + K - 2P - 1", "smallest_width_of_the_input", "input_largest"),
    (
        "receptive_field_width",
        r"1 + \sum_{j=1}^{L} (K^{(j)} - 1 - 2P^{(j)}) \prod_{i=1}^{j-1} S^{(i)}",
        "closed_form",
        "subtracts_padding",
    ),
    (
        "receptive_field_width",
        r"1 + \sum_{j=1}^{L} (K^{(j)} - 1) \prod_{i=1}^{j} S^{(i)}",
        "closed_form",
        "own_stride_included",
    ),
    ("receptive_field_width", r"1 + \sum_{j=1}^{L} (K^{(j)} - 1)", "closed_form", "without_strides"),
    ("receptive_field_width", r"\sum_{j=1}^{L} K^{(j)}", "closed_form", "sum_of_kernels"),
    ("receptive_field_width", r"\prod_{j=1}^{L} K^{(j)}", "closed_form", "product_of_kernels"),
    (
        "receptive_field_width",
        r"1 + \sum_{j=1}^{L} (K^{(j)} - 1) \prod_{i=j+1}^{L} S^{(i)}",
        "closed_form",
        "strides_of_later_layers",
    ),
]


@pytest.fixture(scope="module")
def diagnoses(bench: Bench) -> dict[tuple[str, str], dict[str, CheckResult]]:
    """For each wrong answer, the checks of its problem; several wrong answers share a notebook."""
    waiting = list(WRONG)
    found: dict[tuple[str, str], dict[str, CheckResult]] = {}
    while waiting:
        first = {name: (name, text, check, mistake) for name, text, check, mistake in reversed(waiting)}
        waiting = [entry for entry in waiting if entry not in first.values()]
        received = notebook(bench, {name: text for name, (_, text, _, _) in first.items()})
        result = grade_received(bench, received, key="").result
        for name, (_, text, _, _) in first.items():
            problem = result.problem(bench.problem_set.owners[name])
            found[name, text] = {check.check: check for check in problem.checks}
    return found


@pytest.mark.parametrize(("answer", "text", "check", "mistake"), WRONG)
def test_a_listed_wrong_answer_is_named(
    diagnoses: dict[tuple[str, str], dict[str, CheckResult]], answer: str, text: str, check: str, mistake: str
) -> None:
    judged = diagnoses[answer, text][check]

    assert (judged.outcome, judged.mistake) == (Outcome.FAILED, mistake)
    assert judged.hint
