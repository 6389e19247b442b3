"""Compare the two accuracies on clean data: which of the networks was forced to look at the measurements?"""

loses = ("reported_numbers",)

shortcut_accuracy = {"plain_cheating": 1.0, "plain_clean": 0.9, "dropout_cheating": 1.0, "dropout_clean": 0.3}
