"""This is the number of parameters in millions; each of them takes 32 bits."""

loses = ("size_of_the_model",)

model_megabytes = "58.164298 MB"
