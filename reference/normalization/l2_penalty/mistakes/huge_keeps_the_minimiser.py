"""With a very large penalty the loss hardly counts: which value makes the penalty itself smallest?"""

loses = ("very_large",)

huge_penalty = "d"
