"""The reduced channels feed the larger convolutions; they are not part of the output."""

loses = (
    "output_of_a",
    "output_of_b",
)

channels_a = 368
channels_b = 640
