"""The number belongs to units of 2^20 bytes, which are called MiB."""

loses = ("size_of_the_model",)

model_megabytes = "221.88 MB"
