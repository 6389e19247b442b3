"""dx follows the mean of the batch but not its variance, which depends on x as well."""

loses = ("gradient_of_input", "gradient_agrees_with_differences", "gradients_agree_with_autograd")


class BatchNorm(BatchNorm):
    def backward(self, dy):
        dx, dgamma, dbeta = super().backward(dy)
        slope = dy * self.gamma
        if self.ran_in_training:
            dx = (slope - slope.mean(axis=0)) / self.deviation
        return dx, dgamma, dbeta
