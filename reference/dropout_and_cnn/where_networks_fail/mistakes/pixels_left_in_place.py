"""Nearly perfect accuracies are those of pictures that were not shuffled."""

loses = ("shuffled_accuracies",)

shuffled_accuracy = {"cnn_5": 0.98, "cnn_16": 0.97, "mlp": 0.97}
