"""The sample class of optimization has the outcomes that a careful teaching assistant would give, and says why."""

from __future__ import annotations

from collections.abc import Mapping

from tests.sample_classes import Lost, UnfinishedTests

EXPECTED: Mapping[str, tuple[float, Lost]] = {
    # all right, as it was asked
    "student-01": (104, {}),
    # all right: labels, sums, sympy objects, other algorithms, words instead of letters, no cell ids
    "student-02": (104, {}),
    # what the slides print where they are wrong or loose
    "student-03": (
        92.5,
        {
            "effective_learning_rate/at_step_t": "limit_for_every_step",
            "effective_learning_rate/way_of_t_steps": "limit_for_every_step",
            "learning_rate_schedules/covered_by_the_theorem": "two_conditions_enough",
            "inception_counts/parameters_of_a": "rounded_from_the_table",
            "inception_counts/parameters_of_b": "rounded_from_the_table",
            "inception_counts/operations_of_a": "rounded_from_the_table",
            "inception_counts/first_layer": "rounded_from_the_table",
            "inception_counts/operations_of_the_first_layer": "rounded_from_the_table",
            "inception_counts/unit": "thousand",
            "layer_as_matrix/form_for_a_vector": "not_transposed",
        },
    ),
    # common mistakes in the theory
    "student-04": (
        41,
        {
            "condition_number/in_eigenvalues": "inverted",
            "condition_number/of_a_diagonal_hessian": "inverted",
            "condition_number/of_a_coupled_hessian": "entries_of_the_matrix",
            "condition_number/of_a_scaled_error": "factor_counts",
            "condition_number/easiest_value": "as_large_as_possible",
            "centred_data/before_centring": "not_averaged",
            "centred_data/after_centring": "not_averaged",
            "centred_data/condition_before": "no_coupling",
            "momentum_conditioning/bound_of_the_rate": "half_the_bound",
            "momentum_conditioning/rate_for_both_ends": "rate_of_the_steepest",
            "momentum_conditioning/factor_without_momentum": "factor_of_the_steepest",
            "momentum_conditioning/factor_with_momentum": "without_the_root",
            "momentum_conditioning/what_momentum_changes": "error_function_changes",
            "effective_learning_rate/at_step_t": "one_step_late",
            "effective_learning_rate/in_the_limit": "two_terms_only",
            "effective_learning_rate/with_momentum_09": "without_the_first_term",
            "effective_learning_rate/with_momentum_099": "multiplied",
            "effective_learning_rate/way_of_t_steps": "last_step_times_t",
            "effective_learning_rate/alternating": "as_if_equal",
            "adam_lines/first_moment": "weight_of_the_gradient_missing",
            "adam_lines/second_moment": "gradient_not_squared",
            "adam_lines/first_correction": "correction_without_power",
            "adam_lines/second_correction": "correction_one_step_off",
            "adam_lines/update": "epsilon_under_the_root",
            "adam_lines/first_move": "step_grows_with_gradient",
            "learning_rate_schedules/inverse_rate": "harmonic_converges",
            "learning_rate_schedules/exponential_rate": "exponential_diverges",
            "learning_rate_schedules/sum_of_the_exponential": "first_term_included",
            "learning_rate_schedules/covered_by_the_theorem": "harmonic_converges",
            "cost_per_step/step_of_descent": "costs_swapped",
            "cost_per_step/step_of_stochastic_descent": "both_all_data",
            "cost_per_step/steps_for_the_same_cost": "inverted",
            "cost_per_step/cost_of_all_steps": "both_all_data",
            "cost_per_step/early": "phases_swapped",
            "cost_per_step/late": "phases_swapped",
            "unbiased_gradient/chance": "one_over_n",
            "unbiased_gradient/mean_of_the_sum": "sum_not_thinned",
            "unbiased_gradient/mean_of_the_estimate": "divided_by_batch_only",
            "unbiased_gradient/variance_with_replacement": "variance_not_reduced",
            "unbiased_gradient/variance_without_replacement": "same_as_replaced",
            "batch_size/small_machine": "phases_swapped",
            "batch_size/big_machine": "phases_swapped",
            "model_efficiency/which_solve_the_task": "only_the_fitting_solves",
            "model_efficiency/which_are_cheap": "huge_is_cheap",
            "model_efficiency/when_local_is_enough": "local_always",
            "model_efficiency/what_keeps_layers_cheap": "fewer_channels",
            "block_diagonal/whole_shape": "transposed",
            "block_diagonal/block_shape": "transposed",
            "block_diagonal/dense": "additions_counted",
            "block_diagonal/in_two_blocks": "one_block_only",
            "block_diagonal/in_equal_blocks": "divided_twice",
            "inception_counts/output_of_a": "reductions_stacked",
            "inception_counts/output_of_b": "reductions_stacked",
            "inception_counts/parameters_of_a": "reductions_not_counted",
            "inception_counts/parameters_of_b": "reductions_not_counted",
            "inception_counts/operations_of_a": "one_place",
            "inception_counts/first_layer": "kernel_side_once",
            "inception_counts/operations_of_the_first_layer": "one_place",
            "inception_counts/second_stage": "biases_counted",
            "inception_counts/unit": "thousand",
            "layer_as_matrix/shape": "outputs_first",
            "layer_as_matrix/form_for_a_vector": "not_transposed",
            "layer_as_matrix/form_for_a_batch": "batch_transposed",
            "data_parallel/data_scheme": "schemes_swapped",
            "data_parallel/model_scheme": "schemes_swapped",
            "data_parallel/parameter_server": "server_keeps_data",
        },
    ),
    # the theory is right, the code has real bugs
    "student-05": (
        82,
        {
            "adam_code/tiny_gradients": "epsilon_under_the_root",
            "unbiased_gradient/gradient_of_a_batch": "summed",
            "unbiased_gradient/mean_over_all_batches": "summed",
            "ill_conditioned_descent/one_gradient_per_step": "start_changed",
            "ill_conditioned_descent/reaches_the_bottom": "plain_descent",
            "block_diagonal/equal_shapes": "outputs_added",
            "block_diagonal/any_shapes": "outputs_added",
            "inception_code/weights_and_biases": "bias_per_input",
            "inception_code/products": "square_images",
            "layer_as_matrix/as_a_product": "product_not_transposed",
            "layer_as_matrix/both_agree": "-",
            "layer_as_matrix/of_a_batch": "bias_outside",
            "data_parallel/unequal_parts": "plain_mean",
        },
    ),
    # metadata lost, a mistyped symbol, an open bracket, a method that never ends, a syntax error
    "student-08": (
        90,
        {
            "condition_number/in_eigenvalues": "-",
            "adam_lines/update": "-",
            "ill_conditioned_descent/keeps_the_budget": "timeout",
            "ill_conditioned_descent/reaches_the_bottom": "skipped",
            "inception_counts/operations_of_the_first_layer": "-",
            "inception_code/weights": "-",
            "inception_code/weights_and_biases": "-",
            "inception_code/products": "-",
        },
    ),
}

UNFINISHED = frozenset(
    {
        "condition_number/in_eigenvalues",
        "condition_number/of_a_diagonal_hessian",
        "condition_number/of_a_coupled_hessian",
        "condition_number/easiest_value",
        "momentum_conditioning/bound_of_the_rate",
        "effective_learning_rate/at_step_t",
        "effective_learning_rate/in_the_limit",
        "effective_learning_rate/with_momentum_09",
        "effective_learning_rate/with_momentum_099",
        "adam_lines/first_moment",
        "adam_lines/second_moment",
        "adam_lines/first_correction",
        "adam_lines/second_correction",
        "learning_rate_schedules/constant_rate",
        "learning_rate_schedules/inverse_rate",
        "learning_rate_schedules/exponential_rate",
        "cost_per_step/step_of_descent",
        "cost_per_step/step_of_stochastic_descent",
        "block_diagonal/whole_shape",
        "block_diagonal/dense",
        "layer_as_matrix/shape",
        "layer_as_matrix/neuron_by_neuron",
    }
)
"""What student-06 has done; everything else is blank."""

WRONG: list[tuple[str, str, str, str]] = [
    ("rate_limit", r"\gamma (1-\mu)", "effective_learning_rate/in_the_limit", "multiplied"),
    ("rate_limit", r"\frac{\gamma\mu}{1-\mu}", "effective_learning_rate/in_the_limit", "without_the_first_term"),
    ("rate_limit", r"\gamma (1+\mu)", "effective_learning_rate/in_the_limit", "two_terms_only"),
    ("rate_after", r"\frac{\gamma}{1-\mu}", "effective_learning_rate/at_step_t", "limit_for_every_step"),
    ("rate_after", r"\gamma \frac{1-\mu^{t+1}}{1-\mu}", "effective_learning_rate/at_step_t", "one_step_late"),
    ("condition", r"\lambda_{\min}/\lambda_{\max}", "condition_number/in_eigenvalues", "inverted"),
    ("condition", r"\lambda_{\min} \cdot \lambda_{\max}", "condition_number/in_eigenvalues", "determinant"),
    (
        "covered",
        "covered = {'inverse', 'root'}",
        "learning_rate_schedules/covered_by_the_theorem",
        "two_conditions_enough",
    ),
    ("exponential_sum", r"\frac{e}{e-1}", "learning_rate_schedules/sum_of_the_exponential", "first_term_included"),
    ("block_products", "block_products = 8", "block_diagonal/in_two_blocks", "one_block_only"),
    ("dense_products", "dense_products = 64", "block_diagonal/dense", "additions_counted"),
    ("shape_of_w", "shape_of_w = (4, 8)", "block_diagonal/whole_shape", "transposed"),
    ("matrix_form", "matrix_form = 'a'", "layer_as_matrix/form_for_a_vector", "not_transposed"),
    (
        "new_theta",
        r"\theta - \alpha\frac{\hat m}{\sqrt{\hat v + \epsilon}}",
        "adam_lines/update",
        "epsilon_under_the_root",
    ),
    ("weights_stem", "weights_stem = 2712", "inception_counts/first_layer", "separable_first_layer"),
    ("weights_a", "weights_a = 159000", "inception_counts/parameters_of_a", "rounded_from_the_table"),
    ("what_is_k", "what_is_k = 1000", "inception_counts/unit", "thousand"),
    ("descent_cost", "O(K)", "cost_per_step/step_of_descent", "costs_swapped"),
]
"""What the seeds list as wrong, and the mistake that must be named."""

RIGHT: list[tuple[str, str, str]] = [
    ("rate_limit", r"\gamma' = \gamma \cdot \frac{1}{1-\mu}", "effective_learning_rate/in_the_limit"),
    ("rate_after", r"\gamma \sum_{k=0}^{t-1}\mu^k", "effective_learning_rate/at_step_t"),
    ("condition", r"\lambda_{\max}\,/\,\lambda_{\min}", "condition_number/in_eigenvalues"),
    ("new_m", r"m_t \leftarrow \beta_1 \cdot m + (1-\beta_1)\cdot g", "adam_lines/first_moment"),
    ("new_theta", r"\theta - \alpha \cdot \hat m / (\sqrt{\hat v} + \epsilon)", "adam_lines/update"),
    ("exponential_sum", r"\frac{1}{e-1}", "learning_rate_schedules/sum_of_the_exponential"),
    ("exponential_sum", "0.58198", "learning_rate_schedules/sum_of_the_exponential"),
    ("covered", "covered = ['1/t']", "learning_rate_schedules/covered_by_the_theorem"),
    ("weights_a", "weights_a = '159.5 * 1024'", "inception_counts/parameters_of_a"),
    ("weights_second", "weights_second = 112 * 1024", "inception_counts/second_stage"),
    ("expected_gradient", r"\frac{1}{N}\sum_{j=1}^{N} g_j", "unbiased_gradient/mean_of_the_estimate"),
    ("stochastic_cost", r"\mathcal{O}(K)", "cost_per_step/step_of_stochastic_descent"),
]
"""Further forms that the seeds accept, and the slides' own."""


class TestOptimization(UnfinishedTests):
    name = "optimization"
    points = 111.5
    expected = EXPECTED
    wrong = WRONG
    right = RIGHT
    unfinished = UNFINISHED
