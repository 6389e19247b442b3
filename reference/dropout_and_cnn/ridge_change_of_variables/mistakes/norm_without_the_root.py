"""The diagonal of X^T X holds the squared norms of the columns; the question says that G holds the norms."""

loses = ("entry_of_the_penalty", "norm_of_a_column", "columns_compared")

penalty_entry = r"\sqrt{\frac{1-p}{p}} \sum_{k=1}^{n} X_{k,j}^2"
column_norm = r"\sqrt{\frac{\lambda p}{1-p}} \left( \sum_{k=1}^{n} X_{k,j}^2 \right)^{-1/2}"
column_norm_unit = r"\sqrt{\frac{p}{1-p}} \left( \sum_{k=1}^{n} X_{k,j}^2 \right)^{-1/2}"
column_norms_compare = "inverse"
