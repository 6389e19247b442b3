# %% the number instead of the letter
activations_of_batch = "2212 n"
# %% a sum that is not multiplied out
activations_per_example = "3*128 + 3*256 + 3*20 + 1000"
activations_of_batch = "n (3*128 + 3*256 + 3*20 + 1000)"
activations_of_four = "4*2212"
# %% LaTeX
activations_of_batch = r"n \cdot K"
