"""Look at which words stand in the row of the GPU, and which are headings of a column."""

loses = ("name_of_the_gpu",)

gpu_name = "Persistence-M"
