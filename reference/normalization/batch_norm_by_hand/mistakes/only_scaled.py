"""Before the scale comes the mean of the batch: what is left of x once it is subtracted?"""

loses = ("output_of_one",)

batch_norm_of_one = "scaled"
