"""The second moment averages squares, and a root is taken of it. What is left of the scale in the quotient?"""

loses = ("under_adam",)

adam_dependence = "root"
