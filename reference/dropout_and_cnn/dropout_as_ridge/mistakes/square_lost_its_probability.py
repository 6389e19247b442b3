"""Multiply the end result out again: which power of p stands before the term with X^T X?"""

loses = ("whole_matrix", "loss_without_expectation")

second_moment = r"X^\top X + p (1-p) D"
second_moment_with_norms = r"X^\top X + p (1-p) G^2"
expanded_loss = r"y^\top y - 2 p y^\top X v + v^\top X^\top X v + p (1-p) v^\top D v"
expanded_loss_with_norms = r"y^\top y - 2 p y^\top X v + v^\top X^\top X v + p (1-p) v^\top G^2 v"
