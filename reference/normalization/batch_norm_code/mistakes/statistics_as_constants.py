"""In training mean and variance are treated as constants in dx; both change when an entry of x does."""

loses = ("gradient_of_input", "gradient_agrees_with_differences", "gradients_agree_with_autograd")


class BatchNorm(BatchNorm):
    def backward(self, dy):
        _, dgamma, dbeta = super().backward(dy)
        return dy * self.gamma / self.deviation, dgamma, dbeta
