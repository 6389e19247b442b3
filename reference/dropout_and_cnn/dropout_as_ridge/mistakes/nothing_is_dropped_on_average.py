"""Kept entries are not scaled here, so the masked data is smaller than the data on average."""

loses = ("mean_of_the_masked_data", "end_result")

expected_data = "X"
final_loss = r"\lVert y - X v \rVert_2^2 + p (1-p) \lVert G v \rVert_2^2"
final_loss_with_diagonal = r"\lVert y - X v \rVert_2^2 + p (1-p) v^\top D v"
