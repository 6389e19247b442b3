"""A reader cannot tell which line belongs to which network; give each a label, and show a legend."""

loses = ("figure_shows_the_sweep",)

accuracy_figure, axes = plt.subplots()
axes.set(xlabel="pictures per class", ylabel="accuracy")
axes.plot(sweep["per_class"], sweep["cnn"])
axes.plot(sweep["per_class"], sweep["mlp"])
