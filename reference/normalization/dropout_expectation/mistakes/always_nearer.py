"""The expected output is the true one with correction; that does not make a single output nearer. Compare 4.'s results."""

loses = ("conclusion",)

nearer_on_average = "yes"
