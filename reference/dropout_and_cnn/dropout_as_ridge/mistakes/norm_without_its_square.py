"""The norm of a column is the square root of the diagonal entry of X^T X: compare G with D."""

loses = ("whole_matrix",)

second_moment = r"p^2 X^\top X + p (1-p) G"
second_moment_with_norms = second_moment
