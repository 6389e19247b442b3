"""The gradient cancels in the quotient of the two moments: what is left?"""

loses = ("first_move",)

first_step = "alpha*abs(g)"
