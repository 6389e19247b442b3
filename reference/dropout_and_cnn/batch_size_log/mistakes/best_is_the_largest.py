"""Compare the accuracies of the tenth epoch."""

loses = ("highest_accuracy",)

best_batch = 256
