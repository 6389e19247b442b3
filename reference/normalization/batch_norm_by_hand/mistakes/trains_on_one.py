"""Try it with x = [3, 7]: what are its mean and its variance over the batch, and what is left of it?"""

loses = ("trains_on_one",)

batch_norm_trains_on_one = "yes"
