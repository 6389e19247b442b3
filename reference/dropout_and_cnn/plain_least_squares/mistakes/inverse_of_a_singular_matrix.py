"""X^T X is 2 by 2 here but has rank 1, so it has no inverse; which product of X and X^T can be inverted when there are
fewer rows than columns?"""

loses = ("formula_for_one_row", "product_with_an_inverse")

invertible_product = "inner"
ols_formula = r"(X^\top X)^{-1} X^\top y"
