"""Rescaling is what the two have in common; what else does a normalised feature have?"""

loses = ("what_batch_norm_adds",)

batch_norm_more = "scale"
