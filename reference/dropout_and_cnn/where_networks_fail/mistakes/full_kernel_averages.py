"""Such a kernel fits into the picture at one position only, and has a weight of its own for each pixel."""

loses = ("kernel_as_large_as_the_picture",)

whole_picture_kernel = "average"
