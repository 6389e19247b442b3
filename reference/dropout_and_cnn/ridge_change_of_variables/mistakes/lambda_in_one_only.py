"""Each answer is possible by itself, but one of them uses lambda and the other sets it to one; their product must be X w."""

loses = ("both_belong_together",)

new_data = r"X \Gamma^{-1}"
