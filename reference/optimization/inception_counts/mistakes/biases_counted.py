"""The biases are counted as well; here they are left out."""

loses = (
    "parameters_of_a",
    "parameters_of_b",
    "first_layer",
    "second_stage",
)

weights_a = 163696
weights_b = 388736
weights_stem = 9472
weights_second = 114944
