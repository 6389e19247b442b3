"""The goal is an accuracy of at least 90 percent with 20 pictures per class; train longer, or try another learning rate."""

loses = ("cnn_reaches_its_goal",)

cnn_accuracy = 70
cnn_accuracy_as_a_share = "0.7 percent"
