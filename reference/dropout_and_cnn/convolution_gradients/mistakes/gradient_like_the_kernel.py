"""The layer is linear in its weights: does the derivative with respect to a weight contain that weight?"""

loses = ("gradient_in_words",)

what_the_gradient_is = "kernel"
