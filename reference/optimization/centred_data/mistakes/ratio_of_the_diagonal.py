"""This is the ratio of the diagonal entries; the eigenvalues are others when the parameters are coupled."""

loses = ("condition_before",)

condition_raw = 10
