"""The sample class of ps08 has the scores that a careful teaching assistant would give, and says why."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from grader.pipeline.grading import Bench, grade_received
from grader.result import Outcome, State
from grader.scoring import score_submission
from tests.sample_classes import Grade, Lost, SeedTests, checks_of, notebook

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

PRINTED = {
    "forward_multiplications": r"nK^2L",
    "training_multiplications": r"3nK^2L",
    "inference_memory": r"LK^2 + 2nK",
    "training_memory": r"2LK^2 + LnK",
    "output_variance": r"\frac{1}{2} d\sigma^2",
    "preserving_sigma": r"\sigma = \sqrt{2/d}",
    "adam_values": "adam_values = 2",
    "sgdm_values": "sgdm_values = 1",
    "memory_ratio": "memory_ratio = 2",
    "sgdm_momentum": r"m_w^{(t)} = c \frac{1-\beta^t}{1-\beta}",
    "sgdm_weight": r"w^{(t)} = -\frac{\eta c}{1-\beta} \left(t + 1 - \frac{1-\beta^{t+1}}{1-\beta} \right)",
    "adam_momentum": r"m_w^{(t)} = c \cdot (1-\beta_1^t)",
    "adam_second_moment": r"v_w^{(t)} = c^2 \cdot (1 - \beta_2^t)",
    "adam_corrected_momentum": r"\hat{m}_w = c",
    "adam_corrected_second_moment": r"\hat{v} = c^2",
    "adam_weight": r"w^{(t)} = -\eta t",
    "sgdm_dependence": "sgdm_dependence = 'linear'",
    "adam_dependence": "adam_dependence = 'none'",
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

WRONG: list[tuple[str, str, str, str]] = [
    ("forward_multiplications", "nKL", "network_costs/multiplications_of_a_forward_pass", "forward_without_square"),
    ("forward_multiplications", "nK^2", "network_costs/multiplications_of_a_forward_pass", "forward_one_layer"),
    (
        "forward_multiplications",
        "2nK^2L",
        "network_costs/multiplications_of_a_forward_pass",
        "forward_counts_additions",
    ),
    ("forward_multiplications", "n^2KL", "network_costs/multiplications_of_a_forward_pass", "forward_batch_squared"),
    (
        "forward_multiplications",
        r"\mathcal{O}(nK^2L)",
        "network_costs/multiplications_of_a_forward_pass",
        "forward_only_growth",
    ),
    (
        "training_multiplications",
        "2nK^2L",
        "network_costs/multiplications_of_training",
        "training_one_backward_product",
    ),
    (
        "training_multiplications",
        "nK^2L + 2nK^2",
        "network_costs/multiplications_of_training",
        "training_backward_once_more",
    ),
    ("training_multiplications", "6nK^2L", "network_costs/multiplications_of_training", "training_counts_flops"),
    ("inference_memory", "LK^2 + nK", "network_costs/memory_for_inference", "inference_input_only"),
    ("inference_memory", "K^2 + 2nK", "network_costs/memory_for_inference", "inference_weights_of_one_layer"),
    ("inference_memory", "LK^2 + LnK", "network_costs/memory_for_inference", "inference_keeps_all_activations"),
    (
        "inference_memory",
        "LK^2 + (L+1)nK",
        "network_costs/memory_for_inference",
        "inference_keeps_input_and_all_activations",
    ),
    ("training_memory", "LK^2 + LnK", "network_costs/memory_for_training", "training_memory_without_gradients"),
    ("training_memory", "2LK^2 + 2nK", "network_costs/memory_for_training", "training_memory_frees_activations"),
    ("training_memory", "2LK^2 + 2LnK", "network_costs/memory_for_training", "training_memory_keeps_every_delta"),
    ("output_variance", r"d\sigma^2", "relu_variance/variance_of_the_sum", "forgot_relu"),
    (
        "output_variance",
        r"d\sigma^2(\pi-1)/(2\pi)",
        "relu_variance/variance_of_the_sum",
        "variance_instead_of_second_moment",
    ),
    ("output_variance", r"\sigma^2/2", "relu_variance/variance_of_the_sum", "forgot_the_sum"),
    ("output_variance", r"d\sigma/2", "relu_variance/variance_of_the_sum", "deviation_instead_of_variance"),
    ("preserving_sigma", "2/d", "relu_variance/sigma_that_preserves", "gave_the_square"),
    ("preserving_sigma", r"\sqrt{1/d}", "relu_variance/sigma_that_preserves", "xavier"),
    ("preserving_sigma", r"\sqrt{1/(2d)}", "relu_variance/sigma_that_preserves", "halved_instead_of_doubled"),
    ("preserving_sigma", r"\sqrt{d/2}", "relu_variance/sigma_that_preserves", "upside_down"),
    ("preserving_sigma", r"\pm\sqrt{2/d}", "relu_variance/sigma_that_preserves", "plus_or_minus"),
    ("adam_values", "adam_values = 4", "optimizer_state/adam_state", "stores_corrected_moments"),
    ("adam_values", "adam_values = 1", "optimizer_state/adam_state", "adam_like_momentum"),
    ("sgdm_values", "sgdm_values = 0", "optimizer_state/sgdm_state", "sgdm_stateless"),
    ("sgdm_momentum", r"c(1-\beta^t)", "sgdm_closed_form/momentum_after_t_updates", "averaged_momentum"),
    (
        "sgdm_momentum",
        r"c(1-\beta^{t+1})/(1-\beta)",
        "sgdm_closed_form/momentum_after_t_updates",
        "momentum_one_step_late",
    ),
    ("sgdm_momentum", r"c/(1-\beta)", "sgdm_closed_form/momentum_after_t_updates", "momentum_limit"),
    ("sgdm_momentum", "ct", "sgdm_closed_form/momentum_after_t_updates", "momentum_without_decay"),
    ("sgdm_weight", r"-\eta c t/(1-\beta)", "sgdm_closed_form/weight_after_t_updates", "weight_at_full_momentum"),
    ("sgdm_weight", r"-\eta c t", "sgdm_closed_form/weight_after_t_updates", "weight_of_plain_sgd"),
    (
        "sgdm_weight",
        r"\frac{\eta c}{1-\beta}\left(t+1-\frac{1-\beta^{t+1}}{1-\beta}\right)",
        "sgdm_closed_form/weight_after_t_updates",
        "weight_uphill",
    ),
    (
        "sgdm_weight",
        r"-\frac{\eta c}{1-\beta}\left(t+2-\frac{1-\beta^{t+2}}{1-\beta}\right)",
        "sgdm_closed_form/weight_after_t_updates",
        "weight_one_step_late",
    ),
    (
        "sgdm_weight",
        r"-\eta t c \frac{1-\beta^t}{1-\beta}",
        "sgdm_closed_form/weight_after_t_updates",
        "weight_from_last_momentum",
    ),
    ("adam_momentum", r"c(1-\beta_1^t)/(1-\beta_1)", "adam_closed_form/first_moment", "momentum_like_sgdm"),
    ("adam_momentum", r"c(1-\beta_1^{t+1})", "adam_closed_form/first_moment", "momentum_one_step_late"),
    ("adam_second_moment", r"c(1-\beta_2^t)", "adam_closed_form/second_moment", "second_moment_of_the_gradient"),
    (
        "adam_second_moment",
        r"c^2(1-\beta_2^t)/(1-\beta_2)",
        "adam_closed_form/second_moment",
        "second_moment_like_sgdm",
    ),
    ("adam_second_moment", r"c^2(1-\beta_2^{t+1})", "adam_closed_form/second_moment", "second_moment_one_step_late"),
    ("adam_corrected_momentum", r"c(1-\beta_1^t)", "adam_closed_form/corrected_first_moment", "momentum_not_corrected"),
    (
        "adam_corrected_second_moment",
        r"c^2(1-\beta_2^t)",
        "adam_closed_form/corrected_second_moment",
        "second_moment_not_corrected",
    ),
    ("adam_weight", r"-\eta c t", "adam_closed_form/weight_after_t_updates", "weight_scales_with_gradient"),
    ("adam_weight", r"-\eta t/c", "adam_closed_form/weight_after_t_updates", "weight_divided_by_gradient"),
    ("adam_weight", r"\eta t", "adam_closed_form/weight_after_t_updates", "weight_uphill"),
    ("adam_weight", r"-\eta", "adam_closed_form/weight_after_t_updates", "weight_single_step"),
    ("adam_dependence", "adam_dependence = 'linear'", "gradient_scale/under_adam", "adam_linear"),
    ("adam_dependence", "adam_dependence = 'inverse'", "gradient_scale/under_adam", "adam_inverse"),
    (
        "output_width",
        r"\lfloor (W_{in}+2P-K)/S \rfloor",
        "convolution_sizes/width_of_the_output",
        "forgot_the_first_output",
    ),
    (
        "output_width",
        r"\lfloor (W_{in}+P-K)/S \rfloor + 1",
        "convolution_sizes/width_of_the_output",
        "padding_on_one_side",
    ),
    ("output_width", r"\lceil (W_{in}+2P-K)/S \rceil + 1", "convolution_sizes/width_of_the_output", "rounded_up"),
    (
        "output_width",
        r"\lfloor (W_{in}+2P+K)/S \rfloor + 1",
        "convolution_sizes/width_of_the_output",
        "kernel_makes_it_wider",
    ),
    ("output_width", "(W_{in}+2P-K+1)/S", "convolution_sizes/width_of_the_output", "one_inside_the_fraction"),
    (
        "smallest_input_width",
        "S W_{out} + K - 2P",
        "convolution_sizes/smallest_width_of_the_input",
        "input_one_stride_too_wide",
    ),
    (
        "smallest_input_width",
        "S(W_{out}-1) + K - P",
        "convolution_sizes/smallest_width_of_the_input",
        "input_padding_on_one_side",
    ),
    (
        "smallest_input_width",
        "S W_{out} + K - 2P - 1",
        "convolution_sizes/smallest_width_of_the_input",
        "input_largest",
    ),
    (
        "receptive_field_width",
        r"1 + \sum_{j=1}^{L} (K^{(j)} - 1 - 2P^{(j)}) \prod_{i=1}^{j-1} S^{(i)}",
        "receptive_field_theory/closed_form",
        "subtracts_padding",
    ),
    (
        "receptive_field_width",
        r"1 + \sum_{j=1}^{L} (K^{(j)} - 1) \prod_{i=1}^{j} S^{(i)}",
        "receptive_field_theory/closed_form",
        "own_stride_included",
    ),
    (
        "receptive_field_width",
        r"1 + \sum_{j=1}^{L} (K^{(j)} - 1)",
        "receptive_field_theory/closed_form",
        "without_strides",
    ),
    ("receptive_field_width", r"\sum_{j=1}^{L} K^{(j)}", "receptive_field_theory/closed_form", "sum_of_kernels"),
    ("receptive_field_width", r"\prod_{j=1}^{L} K^{(j)}", "receptive_field_theory/closed_form", "product_of_kernels"),
    (
        "receptive_field_width",
        r"1 + \sum_{j=1}^{L} (K^{(j)} - 1) \prod_{i=j+1}^{L} S^{(i)}",
        "receptive_field_theory/closed_form",
        "strides_of_later_layers",
    ),
]
"""What the seeds list as wrong, and the mistake that must be named."""

RIGHT: list[tuple[str, str, str]] = [
    ("forward_multiplications", r"L \cdot n \cdot K \cdot K", "network_costs/multiplications_of_a_forward_pass"),
    ("training_memory", r"K^2 L + L \left(K^2 + n K\right)", "network_costs/memory_for_training"),
    ("output_variance", r"\sigma^2 \cdot d / 2", "relu_variance/variance_of_the_sum"),
    ("preserving_sigma", r"\left(\frac{d}{2}\right)^{-1/2}", "relu_variance/sigma_that_preserves"),
    ("adam_values", "adam_values = 2.0", "optimizer_state/adam_state"),
    ("memory_ratio", "memory_ratio = '2/1'", "optimizer_state/ratio_of_memories"),
    ("sgdm_momentum", r"\sum_{i=1}^{t} c \beta^{t-i}", "sgdm_closed_form/momentum_after_t_updates"),
    ("adam_corrected_momentum", r"\frac{c(1-\beta_1^t)}{1-\beta_1^t}", "adam_closed_form/corrected_first_moment"),
    ("adam_weight", r"-t\,\eta", "adam_closed_form/weight_after_t_updates"),
    (
        "output_width",
        r"\left\lfloor \frac{W_{in} - K + 2P}{S} \right\rfloor + 1",
        "convolution_sizes/width_of_the_output",
    ),
    ("smallest_input_width", r"K + S W_{out} - S - 2P", "convolution_sizes/smallest_width_of_the_input"),
]
"""Further forms that are right."""


class TestPs08(SeedTests):
    name = "ps08"
    points = 75
    expected = EXPECTED
    wrong = WRONG
    right = RIGHT

    @pytest.mark.parametrize("student", BLANK)
    def test_a_notebook_without_a_right_answer_earns_nothing(self, graded: Grade, student: str) -> None:
        result = graded(student)

        score = score_submission(result, points=self.points)

        assert {check.outcome for check in checks_of(result).values()} == {Outcome.FAILED, Outcome.SKIPPED}
        assert (score.earned, score.provisional) == (0, False)

    def test_a_blank_notebook_is_told_apart_from_wrong_answers(self, graded: Grade) -> None:
        assert "no answer was changed: the notebook is as it was released" in graded("student-08").notes

    @pytest.mark.parametrize(
        ("student", "words"),
        [("student-13", "the file seems to be cut off"), ("student-14", "nothing in it answers 'ps08'")],
    )
    def test_a_file_that_is_no_submission_has_no_score(self, graded: Grade, student: str, words: str) -> None:
        result = graded(student)

        score = score_submission(result, points=self.points)

        assert result.state is State.REJECTED_INPUT
        assert words in result.message
        assert score.provisional

    def test_a_cell_that_never_ends_is_named_and_costs_no_points(self, graded: Grade) -> None:
        stopped = [cell for cell in graded("student-11").cells if cell.limit]

        assert [cell.limit for cell in stopped] == ["time"]
        assert "while abs(w[0]) > 0" in stopped[0].source
        assert all(cell.executed for cell in graded("student-11").cells if cell.kind == "code")

    def test_a_cell_that_fills_the_memory_ends_alone(self, graded: Grade) -> None:
        cells = [cell for cell in graded("student-12").cells if "really many samples" in cell.source]

        assert len(cells) == 1
        assert cells[0].limit == "memory"

    def test_the_same_wrong_formula_is_judged_the_same_however_it_is_written(
        self,
        graded: Grade,
    ) -> None:
        first, second = (
            checks_of(graded(name))["network_costs/memory_for_inference"] for name in ("student-17", "student-18")
        )

        assert [(check.outcome, check.mistake) for check in (first, second)] == [(Outcome.FAILED, "")] * 2
        assert [sorted(dict(check.evidence["values"])) for check in (first, second)] == [["K", "L", "n"]] * 2

    def test_a_class_whose_cell_raised_is_said_to_have_no_value(self, graded: Grade) -> None:
        check = checks_of(graded("student-10"))["mlp_costs/has_the_layers_asked_for"]

        assert check.message == (
            "`MLP` has no value: cell 6, which gives it, ended with AttributeError: "
            "module 'torch.nn' has no attribute 'Modul'"
        )

    @pytest.mark.parametrize("edition", EDITIONS)
    def test_the_printed_solution_earns_full_marks(self, bench: Bench, edition: str) -> None:
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
