"""The 1×1 convolutions that reduce the channels have weights too."""

loses = (
    "parameters_of_a",
    "parameters_of_b",
)

weights_a = "192*(64 + 32) + 9*96*128 + 25*16*32"
weights_b = "256*(128 + 64) + 9*128*192 + 25*32*96"
