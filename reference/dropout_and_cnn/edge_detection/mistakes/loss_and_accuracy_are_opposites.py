"""Accuracy only counts which score is largest; the loss also depends on how sure a wrong prediction is."""

loses = ("loss_rises_with_accuracy",)

loss_and_accuracy = "bug"
