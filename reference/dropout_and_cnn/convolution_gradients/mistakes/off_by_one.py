"""Indices start at 1: for h = 1 and i = 1 the formula has to reach the first entry of the image."""

loses = ("gradient_of_a_weight",)

weight_gradient = r"\sum_{h=1}^{n-k+1} \sum_{l=1}^{n-k+1} dy_{h,l}\, x_{h+i,\,l+j}"
