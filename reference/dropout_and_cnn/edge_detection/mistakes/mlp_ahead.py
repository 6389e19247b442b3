"""Compare the two curves again: which network is better with the same number of pictures?"""

loses = ("data_that_each_needs",)

cnn_images = 80
mlp_images = 10
