"""The layer has six kernels; the figure shows one of them."""

loses = ("figure_shows_kernels",)

kernel_figure, grid = plt.subplots(1, 6)
for axes in grid:
    axes.imshow(kernels[0])
