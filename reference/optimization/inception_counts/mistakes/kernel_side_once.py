"""A k×k filter has k times k entries for each pair of channels."""

loses = (
    "parameters_of_a",
    "parameters_of_b",
    "first_layer",
    "second_stage",
)

weights_a = "192*208 + 3*96*128 + 5*16*32"
weights_b = "256*352 + 3*128*192 + 5*32*96"
weights_stem = "7*3*64"
weights_second = "64*64 + 3*64*192"
