"""A ReLU has no state and no chance in it; it computes the same at any time."""

loses = ("names_the_other_layer",)

also_differs = "relu"
