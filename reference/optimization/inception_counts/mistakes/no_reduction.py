"""The 3×3 and 5×5 convolutions start from the reduced channels, not from all channels of the input."""

loses = (
    "parameters_of_a",
    "parameters_of_b",
)

weights_a = "192*(64 + 96 + 16 + 32) + 9*192*128 + 25*192*32"
weights_b = "256*(128 + 128 + 32 + 64) + 9*256*192 + 25*256*96"
