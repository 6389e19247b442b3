"""This layer takes its statistics from the example at hand, in training and at test time alike."""

loses = ("names_the_other_layer",)

also_differs = "layer"
