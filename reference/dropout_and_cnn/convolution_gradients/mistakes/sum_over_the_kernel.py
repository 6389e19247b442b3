"""Over which positions does dy run? Its size is not that of the kernel."""

loses = ("gradient_of_a_weight", "gradient_of_the_bias")

weight_gradient = r"\sum_{h=1}^{k} \sum_{l=1}^{k} dy_{h,l}\, x_{h+i-1,\,l+j-1}"
bias_gradient = r"\sum_{h=1}^{k} \sum_{l=1}^{k} dy_{h,l}"
