"""Scale the gradient and follow both moments. What is left of the scale in their quotient?"""

loses = ("under_adam",)

adam_dependence = "linear"
