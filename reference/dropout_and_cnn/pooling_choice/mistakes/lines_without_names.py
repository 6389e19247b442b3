"""A reader cannot tell which line is which; give each a label."""

loses = ("figure_of_both",)

pooling_figure, axes = plt.subplots()
axes.plot(pooled_accuracy["per_class"], pooled_accuracy["max"])
axes.plot(pooled_accuracy["per_class"], pooled_accuracy["average"])
