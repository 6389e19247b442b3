# %% a sum
linear_parameters = "52*128 + 128 + 128*256 + 256 + 256*20 + 20 + 20*1000 + 1000"
norm_parameters = "2*128 + 2*256 + 2*20"
parameters_of_network = "53*128 + 129*256 + 257*20 + 21*1000 + 2*(128 + 256 + 20)"
# %% with separators
parameters_of_network = r"66\,756"
