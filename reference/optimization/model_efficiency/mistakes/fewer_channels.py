"""The number of channels grows towards the top: places are traded for features."""

loses = ("what_keeps_layers_cheap",)

grid_to_meaning = "both"
