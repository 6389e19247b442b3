"""An example is a row here, so the size of the batch comes first in every shape."""

loses = ("first_block", "second_block", "third_block", "last_layer")

z1_shape = z2_shape = z3_shape = (128, 4)
z4_shape = z5_shape = z6_shape = (256, 4)
z7_shape = z8_shape = z9_shape = (20, 4)
z10_shape = (1000, 4)
