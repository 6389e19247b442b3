"""One length of training shows nothing about what longer or shorter training would do."""

loses = ("epochs_listed",)

epochs_tried = [150]
