"""The two networks seem to have exchanged their names in the report; which of them needs fewer pictures?"""

loses = ("sweep_fits_together",)

sweep = {"per_class": sweep["per_class"], "cnn": sweep["mlp"], "mlp": sweep["cnn"]}
accuracy_figure, axes = plt.subplots()
axes.plot(sweep["per_class"], sweep["cnn"], label="cnn")
axes.plot(sweep["per_class"], sweep["mlp"], label="mlp")
