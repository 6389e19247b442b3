"""The optimiser changes the path and not the loss; how many minimisers does the loss have when the rate is positive?"""

loses = ("adam_with_dropout",)

adam_same_at_half = "no"
