"""The samples of dropout_and_cnn with common mistakes lose what a careful teaching assistant would take."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from grader.loading.sets import load_set
from grader.pipeline.grading import Bench, open_bench
from tests.sample_classes import ROOT, grade_sample, grade_sections, lost_in

SET = "dropout_and_cnn"
TRAINING = ("shortcut_features", "edge_detection", "where_networks_fail", "pooling_choice", "gpu_memory")
"""Problems that train networks; together they take minutes, so the samples are graded without them unless asked."""

Lost = Mapping[str, str]
"""For a check that is not passed: the mistake that is named, ``-`` for none, or the outcome if it is not ``failed``."""

EXPECTED: Mapping[str, tuple[float, Lost]] = {
    # the mistakes that most of a class makes
    "student-04": (
        84,
        {
            "plain_least_squares/formula_for_one_row": "-",
            "plain_least_squares/product_with_an_inverse": "inverse_of_a_singular_matrix",
            "plain_least_squares/one_step": "factor_two_missing",
            "plain_least_squares/several_steps": "skipped",
            "plain_least_squares/ends_at_smallest_norm": "skipped",
            "dropout_least_squares/masked_rows": "kept_inputs_not_scaled",
            "dropout_least_squares/weights_under_dropout": "kept_inputs_not_scaled",
            "dropout_least_squares/every_copy_has_its_own_mask": "-",
            "dropout_least_squares/ends_at_the_closed_form": "one_mask_for_the_batch",
            "dropout_least_squares/shares_with_dropout": "kept_inputs_not_scaled",
            "dropout_least_squares/prediction_with_dropout": "kept_inputs_not_scaled",
            "dropout_rate_sweep/probabilities_of_the_masks": "kept_share_on_the_diagonal",
            "dropout_rate_sweep/limits_at_zero": "limit_is_the_value",
            "dropout_as_ridge/diagonal_entries": "probability_squared_everywhere",
            "dropout_as_ridge/whole_matrix": "probability_squared_everywhere",
            "dropout_as_ridge/matrix_of_the_example": "probability_squared_everywhere",
            "dropout_as_ridge/loss_without_expectation": "probability_squared_everywhere",
            "dropout_as_ridge/gram_of_random_data": "probability_squared_everywhere",
            "dropout_as_ridge/gram_by_all_masks": "-",
            "dropout_as_ridge/strength_of_the_penalty": "weights_not_rescaled_in_the_penalty",
            "ridge_change_of_variables/weights_after_the_change": "lambda_the_other_way",
            "ridge_change_of_variables/data_after_the_change": "lambda_the_other_way",
            "ridge_change_of_variables/both_belong_together": "skipped",
            "ridge_change_of_variables/norm_of_a_column": "multiplied_by_the_penalty",
            "ridge_change_of_variables/direction_in_p": "multiplied_by_the_penalty",
            "convolution_gradients/gradient_of_a_weight": "kernel_flipped",
            "convolution_gradients/step_of_a_weight": "uphill",
            "convolution_gradients/step_of_the_bias": "uphill",
            "convolution_gradients/code_weight_gradient": "kernel_flipped",
            "convolution_gradients/agrees_with_autograd": "-",
            "convolution_gradients/code_step": "-",
            "gradient_variance/variance_of_the_gradient": "size_of_the_image",
            "gradient_variance/growth_of_the_deviation": "growth_of_the_variance",
            "gradient_variance/samples_have_the_moments": "size_of_the_image",
            "gradient_variance/samples_are_independent": "skipped",
            "pooling_backward/gradient_of_average_pooling": "average_not_divided",
            "pooling_backward/code_of_average_pooling": "average_not_divided",
            "pooling_backward/agrees_with_autograd": "average_not_divided",
            "training_configuration/grey_pictures": "pixels_not_scaled",
            "training_configuration/colour_pictures": "pixels_not_scaled",
            "training_configuration/new_order_each_epoch": "not_shuffled",
            "edge_detection/networks_have_the_layers": "no_hidden_layer",
            "edge_detection/why_frozen_kernels_lose": "detectors_overfit",
            "where_networks_fail/confusions_counted": "rows_and_columns_swapped",
            "where_networks_fail/confusions_of_missing_classes": "rows_and_columns_swapped",
            "where_networks_fail/pixels_shuffled": "order_inverted",
            "pooling_choice/pooled_features": "summed_instead_of_averaged",
            "pooling_choice/pooling_for_a_spot": "poolings_swapped",
            "pooling_choice/pooling_for_brightness": "poolings_swapped",
            "gpu_memory/size_of_the_model": "one_byte_for_each_parameter",
            "gpu_memory/memory_of_plain_sgd": "gradients_forgotten",
            "gpu_memory/memory_of_states": "gradients_forgotten",
            "gpu_memory/estimate_of_the_peak": "gradients_forgotten",
            "gpu_memory/states_measured_on_a_gpu": "not_run",
            "batch_size_log/duration_of_batch_16": "subtraction_slip",
            "batch_size_log/shortest_time": "subtraction_slip",
            "batch_size_log/rest_of_the_summary": "highest_accuracy_on_the_way",
        },
    ),
    # others, with networks that were never trained
    "student-05": (
        67,
        {
            "plain_least_squares/weights_of_least_squares": "any_perfect_fit",
            "plain_least_squares/network_is_the_model": "bias_left_on",
            "plain_least_squares/weights_of_gradient_descent": "bias_left_on",
            "plain_least_squares/same_or_not": "bias_left_on",
            "dropout_least_squares/masked_rows": "target_dropped_too",
            "dropout_least_squares/targets_stay": "target_dropped_too",
            "dropout_least_squares/weights_under_dropout": "target_dropped_too",
            "dropout_least_squares/masks_and_scales": "rate_is_the_kept_share",
            "dropout_least_squares/every_copy_has_its_own_mask": "skipped",
            "dropout_least_squares/ends_at_the_closed_form": "skipped",
            "dropout_least_squares/shares_without_dropout": "weights_for_contributions",
            "dropout_least_squares/shares_with_dropout": "weights_for_contributions",
            "dropout_rate_sweep/weighted_least_squares": "unweighted_rows",
            "dropout_rate_sweep/rank_without_dropout": "full_rank_at_zero",
            "dropout_rate_sweep/weights_for_any_rate": "unweighted_rows",
            "dropout_rate_sweep/weights_at_rate_zero": "skipped",
            "dropout_rate_sweep/adam_without_dropout": "adam_finds_the_smallest_norm",
            "dropout_rate_sweep/where_adam_ends": "adam_finds_the_smallest_norm",
            "shortcut_features/dropout_learns_the_measurements": "dropout_after_the_hidden_layer",
            "shortcut_features/which_relies_more": "gap_the_wrong_way",
            "dropout_as_ridge/whole_matrix": "square_lost_its_probability",
            "dropout_as_ridge/loss_without_expectation": "square_lost_its_probability",
            "dropout_as_ridge/weights_at_test_time": "inverted_scaling",
            "dropout_as_ridge/strength_of_the_penalty": "penalty_upside_down",
            "ridge_change_of_variables/data_after_the_change": "-",
            "ridge_change_of_variables/side_of_the_inverse": "product_in_the_wrong_order",
            "ridge_change_of_variables/both_belong_together": "skipped",
            "ridge_change_of_variables/entry_of_the_penalty": "norm_without_the_root",
            "ridge_change_of_variables/norm_of_a_column": "norm_without_the_root",
            "ridge_change_of_variables/columns_compared": "norm_without_the_root",
            "convolution_gradients/gradient_of_a_weight": "off_by_one",
            "convolution_gradients/gradient_of_the_bias": "bias_does_not_learn",
            "convolution_gradients/step_of_the_bias": "bias_does_not_learn",
            "convolution_gradients/code_bias_and_input_gradient": "bias_does_not_learn",
            "convolution_gradients/agrees_with_autograd": "-",
            "convolution_gradients/code_step": "bias_does_not_learn",
            "gradient_variance/variance_of_the_gradient": "deviations_not_squared",
            "gradient_variance/growth_of_the_deviation": "growth_of_a_single_sum",
            "gradient_variance/samples_have_the_moments": "deviations_not_squared",
            "gradient_variance/samples_are_independent": "skipped",
            "pooling_backward/single_block": "everyone_gets_all",
            "pooling_backward/gradient_of_max_pooling": "everyone_gets_all",
            "pooling_backward/gradient_of_average_pooling": "divided_by_two",
            "pooling_backward/code_of_max_pooling": "everyone_gets_all",
            "pooling_backward/code_of_average_pooling": "divided_by_two",
            "pooling_backward/agrees_with_autograd": "-",
            "training_configuration/outputs_of_the_network": "one_output_too_few",
            "training_configuration/every_example_once": "last_batch_dropped",
            "training_configuration/labels_stay_with_their_images": "skipped",
            "training_configuration/new_order_each_epoch": "skipped",
            "training_configuration/loss_that_fits": "softmax_twice",
            "edge_detection/cnn_sees_edges": "not_trained",
            "edge_detection/mlp_needs_more": "not_trained",
            "edge_detection/cnn_ignores_the_place": "skipped",
            "edge_detection/cnn_reaches_its_goal": "stopped_early",
            "where_networks_fail/shifted_confusions": "tested_where_it_was_trained",
            "where_networks_fail/what_the_cnn_misses": "tested_where_it_was_trained",
            "where_networks_fail/what_the_mlp_confuses": "tested_where_it_was_trained",
            "where_networks_fail/kernel_as_large_as_the_picture": "full_kernel_averages",
            "pooling_choice/pooled_features": "always_max",
            "pooling_choice/pooling_is_used": "always_max",
            "gpu_memory/parameters_counted": "biases_forgotten",
            "gpu_memory/memory_of_states": "corrected_averages_stored",
            "gpu_memory/relation_of_the_three": "corrected_averages_stored",
            "gpu_memory/states_measured_on_a_gpu": "not_run",
            "batch_size_log/memory_of_one_example": "whole_memory_divided_by_the_batch",
            "batch_size_log/duration_of_batch_4": "last_second_for_the_duration",
            "batch_size_log/duration_of_batch_16": "last_second_for_the_duration",
            "batch_size_log/duration_of_batch_64": "last_second_for_the_duration",
            "batch_size_log/duration_of_batch_256": "last_second_for_the_duration",
            "batch_size_log/shortest_time": "last_second_for_the_duration",
            "batch_size_log/rows_of_the_summary": "last_second_for_the_duration",
            "batch_size_log/rest_of_the_summary": "skipped",
            "batch_size_log/accuracy_against_time": "-",
        },
    ),
    # all answers are right, the code was overwritten by later cells: it raises, or never ends
    "student-07": (
        131,
        {
            "plain_least_squares/one_step": "-",
            "plain_least_squares/several_steps": "skipped",
            "plain_least_squares/ends_at_smallest_norm": "skipped",
            "dropout_least_squares/without_dropout": "-",
            "dropout_least_squares/masks_and_scales": "skipped",
            "dropout_least_squares/every_copy_has_its_own_mask": "skipped",
            "dropout_least_squares/ends_at_the_closed_form": "skipped",
            "dropout_rate_sweep/weights_for_any_rate": "-",
            "dropout_rate_sweep/weights_at_rate_zero": "skipped",
            "convolution_gradients/code_step": "-",
            "pooling_backward/code_of_max_pooling": "timeout",
            "pooling_backward/agrees_with_autograd": "timeout",
            "pooling_choice/figure_of_both": "lines_without_names",
            "gpu_memory/states_measured_on_a_gpu": "not_run",
        },
    ),
    # a third choice of mistakes
    "student-08": (
        96.5,
        {
            "dropout_least_squares/masked_rows": "one_random_mask",
            "dropout_least_squares/targets_stay": "one_random_mask",
            "dropout_least_squares/weights_under_dropout": "one_random_mask",
            "dropout_least_squares/shares_with_dropout": "contributions_left_as_they_were",
            "dropout_least_squares/prediction_with_dropout": "contributions_left_as_they_were",
            "dropout_rate_sweep/probabilities_of_the_masks": "rows_in_another_order",
            "dropout_rate_sweep/second_weight": "kept_inputs_not_divided",
            "dropout_rate_sweep/first_weight": "kept_inputs_not_divided",
            "dropout_rate_sweep/weights_for_any_rate": "kept_inputs_not_divided",
            "dropout_rate_sweep/weights_at_rate_zero": "skipped",
            "shortcut_features/tests_without_dropping": "left_in_training_mode",
            "shortcut_features/dropout_learns_the_measurements": "skipped",
            "dropout_as_ridge/entries_off_the_diagonal": "different_columns_vanish",
            "dropout_as_ridge/whole_matrix": "different_columns_vanish",
            "dropout_as_ridge/matrix_of_the_example": "different_columns_vanish",
            "dropout_as_ridge/loss_without_expectation": "different_columns_vanish",
            "dropout_as_ridge/gram_of_random_data": "different_columns_vanish",
            "dropout_as_ridge/gram_by_all_masks": "-",
            "dropout_as_ridge/strength_of_the_penalty": "penalty_squared",
            "ridge_change_of_variables/data_after_the_change": "gamma_not_inverted",
            "ridge_change_of_variables/both_belong_together": "skipped",
            "ridge_change_of_variables/minimiser_of_random_problems": "gamma_not_inverted",
            "ridge_change_of_variables/gradient_is_zero": "-",
            "ridge_change_of_variables/what_batch_norm_adds": "scaling_is_all_of_it",
            "convolution_gradients/gradient_of_a_weight": "sum_over_the_kernel",
            "convolution_gradients/gradient_of_the_bias": "sum_over_the_kernel",
            "convolution_gradients/gradient_in_words": "gradient_like_the_kernel",
            "gradient_variance/variance_of_the_gradient": "variances_add",
            "pooling_backward/gradient_of_max_pooling": "blocks_overlap",
            "pooling_backward/code_of_average_pooling": "tiled_instead_of_repeated",
            "pooling_backward/agrees_with_autograd": "-",
            "training_configuration/grey_pictures": "channels_last",
            "training_configuration/colour_pictures": "channels_last",
            "training_configuration/new_order_each_epoch": "same_order_every_time",
            "training_configuration/where_order_matters": "validation_shuffled_too",
            "edge_detection/loss_rises_with_accuracy": "loss_and_accuracy_are_opposites",
            "edge_detection/data_that_each_needs": "mlp_ahead",
            "edge_detection/what_the_mlp_did": "perfect_on_what_it_saw",
            "gpu_memory/name_of_the_gpu": "column_header_for_the_name",
            "gpu_memory/overhead_of_the_context": "model_counted_as_overhead",
            "gpu_memory/state_of_each_optimiser": "state_before_the_first_step",
            "gpu_memory/states_measured_on_a_gpu": "not_run",
            "batch_size_log/highest_accuracy": "best_is_the_largest",
            "batch_size_log/rows_of_the_summary": "records_taken_in_order",
            "batch_size_log/rest_of_the_summary": "skipped",
        },
    ),
}


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with open_bench(ROOT, SET, key=b"test", isolation="L1") as opened:
        yield opened


@pytest.fixture(scope="module")
def light_bench() -> Iterator[Bench]:
    with open_bench(ROOT, SET, key=b"test", isolation="L1") as opened:
        problems = {name: problem for name, problem in opened.problem_set.problems.items() if name not in TRAINING}
        opened.problem_set = replace(opened.problem_set, problems=problems)
        yield opened


@pytest.mark.parametrize("student", EXPECTED)
def test_sample_loses_what_it_got_wrong(light_bench: Bench, student: str):
    result = grade_sections(light_bench, student)

    _, lost = EXPECTED[student]
    assert lost_in(result) == {check: why for check, why in lost.items() if check.partition("/")[0] not in TRAINING}


@pytest.mark.parametrize("student", EXPECTED)
def test_what_is_lost_leaves_the_score(student: str):
    score, lost = EXPECTED[student]
    worth = {
        f"{name}/{check.name}": check.points
        for name, problem in load_set(ROOT, SET).problems.items()
        for check in problem.checks
    }

    assert sum(points for check, points in worth.items() if check not in lost) == pytest.approx(score)


@pytest.mark.skipif(
    "GRADER_WHOLE_SAMPLES" not in os.environ, reason="trains networks for minutes; set GRADER_WHOLE_SAMPLES"
)
@pytest.mark.parametrize("student", EXPECTED)
def test_sample_has_its_score(bench: Bench, student: str):
    result = grade_sample(bench, student)

    score, lost = EXPECTED[student]
    assert lost_in(result) == lost
    assert sum(check.earned for problem in result.problems for check in problem.checks) == pytest.approx(score)
