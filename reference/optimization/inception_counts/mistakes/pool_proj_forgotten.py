"""The 1×1 convolution after the pooling is missing."""

loses = (
    "parameters_of_a",
    "parameters_of_b",
)

weights_a = "192*(64 + 96 + 16) + 9*96*128 + 25*16*32"
weights_b = "256*(128 + 128 + 32) + 9*128*192 + 25*32*96"
