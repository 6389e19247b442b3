"""Look at the penalty: lambda times the squared norm of the new weights has to be the old penalty."""

loses = ("weights_after_the_change", "data_after_the_change")

new_weights = r"\sqrt{\lambda}\, \Gamma w"
new_weights_unit = new_weights
new_data = r"\frac{1}{\sqrt{\lambda}} X \Gamma^{-1}"
new_data_unit = new_data
