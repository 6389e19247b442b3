"""One entry of the output of a layer is a whole sum of products, not one product. How many terms does that sum have?"""

loses = ("multiplications_of_a_forward_pass",)

forward_multiplications = "n K L"
