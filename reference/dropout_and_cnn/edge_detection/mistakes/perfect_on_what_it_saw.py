"""Training accuracy says how well the network knows the pictures it has seen; which accuracy says something about new ones?"""

loses = ("what_the_mlp_did",)

mlp_learns = "generalised"
