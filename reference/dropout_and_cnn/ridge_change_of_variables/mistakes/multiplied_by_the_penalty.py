"""The new data is divided by the penalty's entries, column by column; try p close to 1, where the penalty is small."""

loses = ("norm_of_a_column", "direction_in_p")

column_norm = r"\sqrt{\frac{\lambda (1-p)}{p}}"
column_norm_unit = r"\sqrt{\frac{1-p}{p}}"
norm_in_p = "shrink"
