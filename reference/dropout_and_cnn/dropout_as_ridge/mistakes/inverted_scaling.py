"""At test time nothing is dropped, so the inputs are larger than they were on average during training; should the weights
be made larger or smaller?"""

loses = ("weights_at_test_time",)

weight_map = r"\frac{v}{p}"
