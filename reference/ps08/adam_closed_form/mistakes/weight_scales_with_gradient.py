"""Each step divides the corrected first moment by a square root. What becomes of the size of the gradient?"""

loses = ("weight_after_t_updates",)

adam_weight = r"-\eta c t"
