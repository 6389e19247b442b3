"""After the pooling a 1×1 convolution sets the number of channels of that branch."""

loses = (
    "output_of_a",
    "output_of_b",
)

channels_a = 416
channels_b = 672
