"""The sample class of normalization has the outcomes that a careful teaching assistant would give, and says why."""

from __future__ import annotations

from collections.abc import Mapping

from tests.sample_classes import Lost, UnfinishedTests

EXPECTED: Mapping[str, tuple[float, Lost]] = {
    # all right, as it was asked
    "student-01": (106, {}),
    # all right: sympy objects, LaTeX matrices, sums that are not multiplied out, nested modules, no cell ids
    "student-02": (106, {}),
    # the printed key: rounded on the way (no points lost), and its loose statements
    "student-03": (
        101.5,
        {
            "model_size/loss": "loss_of_length_one",
            "memory_by_batch_size/at_four": "activations_always",
            "memory_by_batch_size/in_general": "activations_always",
            "layer_norm_by_hand/output_rounded_at_the_end": "rounded_on_the_way",
            "batch_norm_by_hand/output_rounded_at_the_end": "rounded_on_the_way",
            "batch_norm_by_hand/output_of_one": "infinite",
            "dropout_expectation/conclusion": "always_nearer",
        },
    ),
    # common mistakes by hand
    "student-04": (
        66,
        {
            "model_size/first_block": "batch_last",
            "model_size/second_block": "batch_last",
            "model_size/third_block": "batch_last",
            "model_size/last_layer": "batch_last",
            "model_size/loss": "loss_per_example",
            "logits/names_the_logits": "loss_as_logits",
            "logits/names_the_function": "sigmoid",
            "activation_size/one_example": "one_result_per_block",
            "activation_size/batch": "one_result_per_block",
            "activation_size/four_examples": "one_result_per_block",
            "parameter_count/linear_layers": "no_biases",
            "parameter_count/whole_network": "no_biases",
            "memory_by_batch_size/crossover": "rounded_down",
            "layer_norm_by_hand/variances": "divides_by_one_less",
            "layer_norm_by_hand/output": "divides_by_one_less",
            "layer_norm_by_hand/output_rounded_at_the_end": "skipped",
            "layer_norm_by_hand/batch_of_one": "needs_a_batch",
            "batch_norm_by_hand/means": "by_row",
            "batch_norm_by_hand/variances": "by_row",
            "batch_norm_by_hand/output": "by_row",
            "batch_norm_by_hand/output_rounded_at_the_end": "skipped",
            "batch_norm_by_hand/trains_on_one": "trains_on_one",
            "dropout_by_hand/without_correction": "kept_the_dropped",
            "dropout_by_hand/with_correction": "divided_by_p",
            "dropout_by_hand/names_the_other_layer": "layer_normalisation",
            "dropout_expectation/expected_without_correction": "kept_with_p",
            "dropout_expectation/expected_with_correction": "corrected_twice",
            "dropout_expectation/spread_with_correction": "variance_not_squared",
            "dropout_expectation/distance_without_correction": "kept_with_p",
            "dropout_expectation/distance_with_correction": "only_when_dropped",
            "l2_penalty/very_large": "huge_is_large",
            "l2_penalty/very_small": "tiny_is_zero",
            "l2_penalty/norms": "norms_swapped",
            "l2_penalty/on_the_training_set": "training_and_test_swapped",
            "l2_penalty/on_unseen_data": "training_and_test_swapped",
            "l2_penalty/one_parameter": "no_factor_two",
            "weight_decay_code/decay_for_penalty": "no_factor_two",
            "weight_decay_code/decay_in_adam": "same_in_adam",
        },
    ),
    # the theory is right, the code has real bugs; a bug of two mistakes at once has no name
    "student-05": (
        75,
        {
            "live_network/computes_in_order": "norm_after_relu",
            "live_network/counts_the_parameters": "weights_only",
            "live_network/counts_the_activations": "input_counted",
            "live_network/counts_again": "skipped",
            "layer_norm_code/forward": "epsilon_outside_the_root",
            "layer_norm_code/agrees_with_torch": "-",
            "layer_norm_code/forward_of_sequences": "skipped",
            "layer_norm_code/gradient_of_input": "statistics_as_constants",
            "layer_norm_code/gradient_agrees_with_differences": "skipped",
            "layer_norm_code/gradients_agree_with_autograd": "-",
            "batch_norm_code/running_variance": "running_variance_biased",
            "batch_norm_code/forward_agrees_with_torch": "running_variance_biased",
            "dropout_code/drops_the_right_fraction": "keeps_with_p",
            "dropout_code/output_follows_the_mask": "divides_by_p",
            "dropout_code/corrects_by_default": "divides_by_p",
            "dropout_code/keeps_the_expectation": "skipped",
            "dropout_code/evaluates_unchanged": "-",
            "weight_decay_code/penalty_step": "no_factor_two",
            "weight_decay_code/penalty_agrees_with_autograd": "-",
            "weight_decay_code/first_steps_of_descent": "sum_of_squares",
            "weight_decay_code/reaches_the_minimum": "-",
            "weight_decay_code/larger_penalty_smaller_norm": "-",
        },
    ),
    # a syntax error, a shape error and a name error; a cell between that raises costs nothing
    "student-08": (
        74,
        {
            "layer_norm_by_hand/output": "-",
            "layer_norm_by_hand/output_rounded_at_the_end": "skipped",
            "batch_norm_code/gives_mean_zero_and_variance_one": "-",
            "batch_norm_code/forward_in_training": "-",
            "batch_norm_code/starts_neutral": "-",
            "batch_norm_code/running_mean": "-",
            "batch_norm_code/running_variance": "-",
            "batch_norm_code/evaluates_by_running_statistics": "-",
            "batch_norm_code/evaluation_leaves_statistics": "-",
            "batch_norm_code/refuses_a_single_example": "-",
            "batch_norm_code/forward_agrees_with_torch": "-",
            "batch_norm_code/gradient_of_scale_and_shift": "skipped",
            "batch_norm_code/gradient_of_input": "skipped",
            "batch_norm_code/gradient_agrees_with_differences": "skipped",
            "batch_norm_code/gradients_agree_with_autograd": "skipped",
            "batch_norm_code/gradient_in_evaluation": "skipped",
            "dropout_code/mask_has_the_shape_of_the_input": "-",
            "dropout_code/drops_the_right_fraction": "skipped",
            "dropout_code/entries_are_independent": "skipped",
            "dropout_code/output_follows_the_mask": "skipped",
            "dropout_code/corrects_by_default": "-",
            "dropout_code/keeps_the_expectation": "skipped",
            "dropout_code/evaluates_unchanged": "-",
            "dropout_code/chance_comes_from_the_generator": "-",
            "dropout_code/leaves_the_input": "skipped",
        },
    ),
    # metadata lost, an answer given twice (the last counts), PyTorch where numpy was asked, no explanations
    "student-09": (106, {}),
}

UNFINISHED = frozenset(
    {
        "model_size/first_linear_fits",
        "model_size/third_linear_fits",
        "model_size/last_linear_takes",
        "model_size/last_linear_gives",
        "model_size/first_block",
        "model_size/second_block",
        "model_size/third_block",
        "model_size/last_layer",
        "model_size/loss",
        "logits/names_the_logits",
        "logits/names_the_function",
        "activation_size/one_example",
        "activation_size/four_examples",
        "parameter_count/linear_layers",
        "parameter_count/normalisation_layers",
        "parameter_count/whole_network",
        "live_network/has_the_layers",
        "live_network/computes_in_order",
        "live_network/counts_the_parameters",
        "memory_by_batch_size/at_four",
        "layer_norm_by_hand/means",
        "layer_norm_by_hand/variances",
        "layer_norm_by_hand/batch_of_one",
    }
)
"""What student-06 has done; everything else is blank."""

WRONG: list[tuple[str, str, str, str]] = [
    ("z11_shape", "z11_shape = (4,)", "model_size/loss", "loss_per_example"),
    ("z11_shape", "z11_shape = (4, 1000)", "model_size/loss", "loss_per_class"),
    ("z11_shape", "z11_shape = (1,)", "model_size/loss", "loss_of_length_one"),
    ("logits_are", "logits_are = 'z11'", "logits/names_the_logits", "loss_as_logits"),
    ("logits_are", "logits_are = 'z9'", "logits/names_the_logits", "features_as_logits"),
    ("logits_to_probabilities", "logits_to_probabilities = 'sigmoid'", "logits/names_the_function", "sigmoid"),
    ("logits_to_probabilities", "logits_to_probabilities = 'argmax'", "logits/names_the_function", "argmax"),
    ("activations_of_four", "activations_of_four = 2212", "activation_size/four_examples", "one_example_only"),
    ("activations_of_four", "activations_of_four = 9056", "activation_size/four_examples", "input_counted"),
    ("activations_of_four", "activations_of_four = 8849", "activation_size/four_examples", "loss_counted"),
    ("activations_of_four", "activations_of_four = 5616", "activation_size/four_examples", "one_result_per_block"),
    ("activations_of_batch", "8848 n", "activation_size/batch", "batch_counted_twice"),
    ("parameters_of_network", "parameters_of_network = 65352", "parameter_count/whole_network", "no_biases"),
    ("parameters_of_network", "parameters_of_network = 65948", "parameter_count/whole_network", "no_normalisation"),
    ("parameters_of_network", "parameters_of_network = 69180", "parameter_count/whole_network", "norm_per_example"),
    ("parameters_of_network", "parameters_of_network = 65808", "parameter_count/whole_network", "bias_per_input"),
    (
        "layer_norm_output",
        "layer_norm_output = [[-.866, -2.732, 3.598, 3.464], [-.866, -1.577, .134, 5.774], [-.5, -2, -.5, 6]]",
        "layer_norm_by_hand/output",
        "divides_by_one_less",
    ),
    (
        "layer_norm_output",
        "layer_norm_output = [[-1, -1, 1, 1], [-1, -1/3, -1/3, 5/3], [-.577, -.577, -.577, 1.732]]",
        "layer_norm_by_hand/output",
        "not_scaled",
    ),
    (
        "layer_norm_output",
        "layer_norm_output = [[-.5, -2, 2.5, 2], [-1/3, -11/9, 2/3, 20/9], [-1/3, -5/3, 0, 4]]",
        "layer_norm_by_hand/output",
        "divides_by_variance",
    ),
    ("layer_norm_of_one", "layer_norm_of_one = 'no'", "layer_norm_by_hand/batch_of_one", "needs_a_batch"),
    (
        "batch_norm_output",
        "batch_norm_output = [[-.58, -3.31, -1.62, -2.31], [-.58, .15, .35, -2.31], [1.15, .15, 4.27, 4.62]]",
        "batch_norm_by_hand/output",
        "divides_by_one_less",
    ),
    (
        "batch_norm_trains_on_one",
        "batch_norm_trains_on_one = 'yes'",
        "batch_norm_by_hand/trains_on_one",
        "trains_on_one",
    ),
    ("dropped_output", "dropped_output = 24", "dropout_by_hand/without_correction", "kept_the_dropped"),
    ("dropped_output", "dropped_output = 2", "dropout_by_hand/without_correction", "scaled_down"),
    ("corrected_output", "corrected_output = '8/0.75'", "dropout_by_hand/with_correction", "divided_by_p"),
    ("corrected_output", "corrected_output = 8", "dropout_by_hand/with_correction", "not_corrected"),
    ("corrected_output", "corrected_output = 2", "dropout_by_hand/with_correction", "multiplied_by_keeping"),
    ("corrected_output", "corrected_output = 6", "dropout_by_hand/with_correction", "multiplied_by_dropping"),
    ("full_output", "full_output = 8", "dropout_by_hand/without_dropout", "original_dropped"),
    ("also_differs", "also_differs = 'layer'", "dropout_by_hand/names_the_other_layer", "layer_normalisation"),
    ("also_differs", "also_differs = 'relu'", "dropout_by_hand/names_the_other_layer", "relu"),
    ("norm_relation", "r > s", "l2_penalty/norms", "norms_swapped"),
    (
        "training_accuracy",
        "training_accuracy = 'better'",
        "l2_penalty/on_the_training_set",
        "training_and_test_swapped",
    ),
    ("test_accuracy", "test_accuracy = 'worse'", "l2_penalty/on_unseen_data", "training_and_test_swapped"),
]
"""What the seeds list as wrong, and the mistake that must be named."""

RIGHT: list[tuple[str, str, str]] = [
    ("z10_shape", "z10_shape = '4x1000'", "model_size/last_layer"),
    ("z10_shape", "z10_shape = [4, 1000]", "model_size/last_layer"),
    ("z10_shape", "z10_shape = '[batchsize, 1000]'", "model_size/last_layer"),
    ("z11_shape", "z11_shape = 'scalar'", "model_size/loss"),
    ("z11_shape", "z11_shape = 'torch.Size([])'", "model_size/loss"),
    ("activations_of_batch", "2212 n", "activation_size/batch"),
    ("activations_of_batch", r"n \cdot K", "activation_size/batch"),
    ("activations_of_four", "activations_of_four = '4*2212'", "activation_size/four_examples"),
    ("parameters_of_network", "parameters_of_network = 66_756", "parameter_count/whole_network"),
    (
        "layer_norm_output",
        "layer_norm_output = [[-1, -3, 4, 4], [-1, -1.66, 0.01, 6.68], [-0.58, -2.16, -0.74, 6.92]]",
        "layer_norm_by_hand/output",
    ),
    (
        "batch_norm_output",
        "batch_norm_output = [[-.71, -3.82, -2.21, -2.84], [-.71, .42, .19, -2.84], [1.41, .42, 5.02, 5.64]]",
        "batch_norm_by_hand/output",
    ),
    ("dropped_output", "dropped_output = 'y_{drop} = 8'", "dropout_by_hand/without_correction"),
    ("norm_relation", r"\|\theta\|_2 < \|\theta^*\|_2", "l2_penalty/norms"),
    ("norm_relation", r"\lVert\theta\rVert_2 \le \lVert\theta^*\rVert_2", "l2_penalty/norms"),
    ("norm_relation", r"s \ge r", "l2_penalty/norms"),
]
"""Further forms that the seeds accept."""


class TestNormalization(UnfinishedTests):
    name = "normalization"
    points = 113
    expected = EXPECTED
    wrong = WRONG
    right = RIGHT
    unfinished = UNFINISHED
