"""This is one step. How many of them have been taken after t updates?"""

loses = ("weight_after_t_updates",)

adam_weight = r"-\eta"
