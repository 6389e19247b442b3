"""Adam divides by the root of the mean squared gradient: what happens to a decay that was added to the gradient?"""

loses = ("decay_in_adam",)

same_in_adam = "yes"
