"""The variance is 0, but epsilon is added to it before the root, and the numerator is 0 as well."""

loses = ("output_of_one",)

batch_norm_of_one = "infinite"
