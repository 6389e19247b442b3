"""This loss applies the softmax itself."""

loses = ("loss_that_fits",)

class_loss = "softmax_then_cross_entropy"
