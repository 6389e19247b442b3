"""Check the shapes: X is n by d and Gamma is d by d, and matrices do not commute. On which side of X can Gamma stand?"""

loses = ("data_after_the_change", "side_of_the_inverse")

side_of_gamma = "left"
new_data = r"\sqrt{\lambda} \Gamma^{-1} X"
new_data_unit = r"\Gamma^{-1} X"
