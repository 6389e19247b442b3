"""All eigenvalues are multiplied by the same factor: what becomes of their ratio?"""

loses = ("of_a_scaled_error",)

condition_scaled = "c*lambda_max/lambda_min"
