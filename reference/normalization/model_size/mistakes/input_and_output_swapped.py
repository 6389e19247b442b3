"""`in_feats` is the size that comes in from the layer before, `out_feats` the size that the layer makes of it."""

loses = ("last_linear_takes", "last_linear_gives")

linear4_in = 1000
linear4_out = 20
