"""The real homework is judged item by item as a careful reader judged it, and the sample class around it too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, partial

import pytest

from grader.pipeline.grading import Bench, open_bench
from grader.result import Outcome, State, SubmissionResult
from grader.scoring import score_submission
from tests.sample_classes import ROOT, Grade, checks_of, grade_sample

SET = "dropout_and_cnn"

PASSED, FAILED, SKIPPED, READ, BLANK = "passed", "failed", "skipped", "a person reads it", "nothing was written"
NO_GPU = "not_run"

Item = Mapping[str, str]
"""For checks (``problem/check``) and texts (``problem: answer``) what became of them, a mistake by its name."""

HOMEWORK: Mapping[str, Item] = {
    "1a: the formula inverts a singular matrix, the numbers are right": {
        "plain_least_squares/formula_for_one_row": FAILED,
        "plain_least_squares/product_with_an_inverse": "inverse_of_a_singular_matrix",
        "plain_least_squares/weights_of_least_squares": PASSED,
    },
    "1b: the bias was left on": {
        "plain_least_squares/network_is_the_model": FAILED,
        "plain_least_squares/weights_of_gradient_descent": "bias_left_on",
        "plain_least_squares/same_or_not": "bias_left_on",
        "plain_least_squares/one_step": FAILED,
        "plain_least_squares/several_steps": SKIPPED,
        "plain_least_squares/ends_at_smallest_norm": SKIPPED,
    },
    "1c: rows, targets and weights are right": {
        "dropout_least_squares/masked_rows": PASSED,
        "dropout_least_squares/targets_stay": PASSED,
        "dropout_least_squares/weights_under_dropout": PASSED,
    },
    "1d and 1e: the curves are right, the words go to a person; no code was handed in": {
        "dropout_least_squares/one_mask_is_noisy": PASSED,
        "dropout_least_squares/many_masks_are_smooth": PASSED,
        "dropout_least_squares: curves": READ,
        "dropout_least_squares/without_dropout": FAILED,
        "dropout_least_squares/masks_and_scales": SKIPPED,
        "dropout_least_squares/every_copy_has_its_own_mask": SKIPPED,
        "dropout_least_squares/ends_at_the_closed_form": SKIPPED,
    },
    "1f: no numbers, and a reason that a person judges": {
        "dropout_least_squares/shares_without_dropout": FAILED,
        "dropout_least_squares/shares_with_dropout": FAILED,
        "dropout_least_squares/prediction_with_dropout": FAILED,
        "dropout_least_squares: sharing": READ,
    },
    "1g: S with a capital P and the formula are right, nothing was simplified; the doubtful reason goes to a person": {
        "dropout_rate_sweep/probabilities_of_the_masks": PASSED,
        "dropout_rate_sweep/weighted_least_squares": PASSED,
        "dropout_rate_sweep/second_weight": FAILED,
        "dropout_rate_sweep/first_weight": FAILED,
        "dropout_rate_sweep/limits_at_zero": FAILED,
        "dropout_rate_sweep/rank_without_dropout": FAILED,
        "dropout_rate_sweep/weights_for_any_rate": FAILED,
        "dropout_rate_sweep/weights_at_rate_zero": SKIPPED,
        "dropout_rate_sweep: jump_reason": READ,
    },
    "1h: half: both observations are right, where Adam ends is missing": {
        "dropout_rate_sweep/adam_with_dropout": PASSED,
        "dropout_rate_sweep/adam_without_dropout": PASSED,
        "dropout_rate_sweep/where_adam_ends": FAILED,
        "dropout_rate_sweep: adam_reason": READ,
    },
    "1i: the accuracies lie in their bands": {
        "shortcut_features/reported_numbers": PASSED,
        "shortcut_features/learns_the_shortcut": FAILED,
        "shortcut_features/tests_without_dropping": FAILED,
        "shortcut_features/dropout_learns_the_measurements": SKIPPED,
        "shortcut_features/which_relies_more": FAILED,
        "shortcut_features: shortcut_reason": BLANK,
    },
    "2a: wrong steps lead to the right last line, which earns nothing": {
        "dropout_as_ridge/mean_of_the_masked_data": PASSED,
        "dropout_as_ridge/diagonal_entries": PASSED,
        "dropout_as_ridge/entries_off_the_diagonal": "different_columns_vanish",
        "dropout_as_ridge/whole_matrix": "square_lost_its_probability",
        "dropout_as_ridge/matrix_of_the_example": "entrywise_factor_as_a_product",
        "dropout_as_ridge/loss_without_expectation": "square_lost_its_probability",
        "dropout_as_ridge/end_result": PASSED,
        "dropout_as_ridge: derivation": READ,
        "dropout_as_ridge/gram_of_random_data": FAILED,
        "dropout_as_ridge/gram_by_all_masks": FAILED,
    },
    "2b: right": {
        "dropout_as_ridge/weights_at_test_time": PASSED,
        "dropout_as_ridge/strength_of_the_penalty": PASSED,
    },
    "2c: the product is in the wrong order": {
        "ridge_change_of_variables/weights_after_the_change": PASSED,
        "ridge_change_of_variables/data_after_the_change": FAILED,
        "ridge_change_of_variables/side_of_the_inverse": "product_in_the_wrong_order",
        "ridge_change_of_variables/both_belong_together": SKIPPED,
        "ridge_change_of_variables/minimiser_of_random_problems": FAILED,
        "ridge_change_of_variables/gradient_is_zero": FAILED,
    },
    "2d: no square root, a negative number under a root, no conclusion; both remarks are right": {
        "ridge_change_of_variables/entry_of_the_penalty": "norm_without_the_root",
        "ridge_change_of_variables/norm_of_a_column": FAILED,
        "ridge_change_of_variables/columns_compared": FAILED,
        "ridge_change_of_variables/direction_in_p": PASSED,
        "ridge_change_of_variables/what_batch_norm_adds": PASSED,
        "ridge_change_of_variables: normalisation_link": READ,
    },
    "3a: a flipped index and no sum, the bias does not learn; the step of the weights is right": {
        "convolution_gradients/gradient_of_a_weight": FAILED,
        "convolution_gradients/gradient_of_the_bias": "bias_does_not_learn",
        "convolution_gradients/step_of_a_weight": PASSED,
        "convolution_gradients/step_of_the_bias": "bias_does_not_learn",
        "convolution_gradients/gradient_in_words": FAILED,
        "convolution_gradients/code_weight_gradient": FAILED,
        "convolution_gradients/code_bias_and_input_gradient": FAILED,
        "convolution_gradients/agrees_with_autograd": FAILED,
        "convolution_gradients/code_step": FAILED,
    },
    "3b: the mean is right, the variance has m for m squared and is a matrix, the growth is missing": {
        "gradient_variance/mean_of_the_gradient": PASSED,
        "gradient_variance/variance_of_the_gradient": FAILED,
        "gradient_variance/growth_of_the_deviation": FAILED,
        "gradient_variance/samples_have_the_moments": FAILED,
        "gradient_variance/samples_are_independent": SKIPPED,
        "gradient_variance: sharing_and_gradients": BLANK,
    },
    "3c: the simple case is right, the general one overlaps, average-pooling is missing": {
        "pooling_backward/single_block": PASSED,
        "pooling_backward/block_of_an_entry": "blocks_overlap",
        "pooling_backward/gradient_of_max_pooling": "blocks_overlap",
        "pooling_backward/gradient_of_average_pooling": FAILED,
        "pooling_backward/code_of_max_pooling": FAILED,
        "pooling_backward/code_of_average_pooling": FAILED,
        "pooling_backward/agrees_with_autograd": FAILED,
    },
    "3d: words for a person": {"pooling_backward: pooling_advantages": READ},
    "4a and 4b: words for a person": {
        "edge_detection: kernels_seen": READ,
        "edge_detection: frozen_reason": READ,
        "edge_detection/why_frozen_kernels_lose": FAILED,
    },
    "4c: the epochs, the accuracies and what explains the loss are right": {
        "edge_detection/epochs_listed": PASSED,
        "edge_detection/cnn_reaches_its_goal": PASSED,
        "edge_detection/loss_rises_with_accuracy": PASSED,
        "edge_detection/data_that_each_needs": PASSED,
        "edge_detection/what_the_mlp_did": PASSED,
        "edge_detection: generalisation": READ,
    },
    "4d: answers under the wrong labels: the first part is empty, the second holds its answer": {
        "where_networks_fail: shift_pattern": BLANK,
        "where_networks_fail: shift_reason": READ,
        "where_networks_fail/shifted_confusions": FAILED,
    },
    "4e: words for a person, one of them doubtful": {
        "where_networks_fail: shuffled_reason": READ,
        "where_networks_fail: larger_kernels": READ,
        "where_networks_fail: shuffled_kernels": READ,
    },
    "4f: words for a person": {"pooling_choice: pooling_observation": READ},
    "5a: count, size and memory are right; a heading for the name, the model counted as overhead": {
        "gpu_memory/parameters_counted": PASSED,
        "gpu_memory/size_of_the_model": PASSED,
        "gpu_memory/name_of_the_gpu": "column_header_for_the_name",
        "gpu_memory/memory_of_the_gpu": PASSED,
        "gpu_memory/overhead_of_the_context": "model_counted_as_overhead",
    },
    "5b: the order and the choice are right, the reason goes to a person; nothing was measured here": {
        "gpu_memory/reported_order": PASSED,
        "gpu_memory/which_needs_most": PASSED,
        "gpu_memory: adam_memory_reason": READ,
        "gpu_memory/states_measured_on_a_gpu": NO_GPU,
    },
    "5c i and ii: memory, largest and best batch are right": {
        "batch_size_log/memory_of_each_batch": PASSED,
        "batch_size_log/largest_that_fits": PASSED,
        "batch_size_log/highest_accuracy": PASSED,
    },
    "5c iii: one duration has a slip, and so the fastest batch is wrong": {
        "batch_size_log/duration_of_batch_4": PASSED,
        "batch_size_log/duration_of_batch_16": "subtraction_slip",
        "batch_size_log/duration_of_batch_64": PASSED,
        "batch_size_log/duration_of_batch_256": PASSED,
        "batch_size_log/shortest_time": "subtraction_slip",
        "batch_size_log: speed_reason": READ,
    },
    "5c iv: the plot shows what the log holds": {"batch_size_log/accuracy_against_time": PASSED},
}
"""Question of the homework with its verdict, and what each part of it becomes here."""


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with open_bench(ROOT, SET, key=b"test", isolation="L1") as opened:
        yield opened


@pytest.fixture(scope="module")
def graded(bench: Bench) -> Grade:
    return cache(partial(grade_sample, bench))


def verdicts(result: SubmissionResult) -> dict[str, str]:
    found = {
        name: check.mistake or check.outcome.value if check.outcome is Outcome.FAILED else check.outcome.value
        for name, check in checks_of(result).items()
    }
    for problem in result.problems:
        for item in problem.rubric:
            found[f"{problem.problem}: {item.answer}"] = READ if item.earned is None else BLANK
    return found


@pytest.mark.parametrize("item", HOMEWORK)
def test_the_real_homework_is_judged_as_a_careful_reader_did(graded: Grade, item: str):
    found = verdicts(graded("student-01"))

    assert {name: found[name] for name in HOMEWORK[item]} == HOMEWORK[item]


def test_every_failed_check_of_the_real_homework_has_words(graded: Grade):
    failed = [check for check in checks_of(graded("student-01")).values() if check.outcome is Outcome.FAILED]

    assert [check.check for check in failed if not check.message] == []
    assert not [check for check in checks_of(graded("student-01")).values() if check.outcome is Outcome.ERROR]


@pytest.mark.parametrize("student", ["student-02", "student-03"])
def test_right_answers_earn_everything_in_any_form(graded: Grade, student: str):
    result = graded(student)

    lost = {name: check for name, check in checks_of(result).items() if check.outcome is not Outcome.PASSED}

    assert {name: check.outcome for name, check in lost.items()} == {
        "gpu_memory/states_measured_on_a_gpu": Outcome.NOT_RUN
    }
    assert score_submission(result).provisional


def test_an_unfinished_notebook_earns_what_is_finished(graded: Grade):
    result = graded("student-06")

    earned = {problem.problem: sum(check.earned for check in problem.checks) for problem in result.problems}
    worth = {problem.problem: sum(check.points for check in problem.checks) for problem in result.problems}

    assert result.state is State.GRADED
    assert [name for name in earned if earned[name] == worth[name]] == list(earned)[:6]
    assert checks_of(result)["convolution_gradients/gradient_of_a_weight"].outcome is Outcome.PASSED
    assert sum(earned[name] for name in list(earned)[7:]) == 0


def test_a_notebook_as_it_was_handed_out_earns_nothing(graded: Grade):
    result = graded("student-09")

    assert {check.earned for check in checks_of(result).values()} == {0}
    assert {item.earned for problem in result.problems for item in problem.rubric} == {0}
