"""dgamma and dbeta are averaged over the batch; every example adds to the loss, so its share is summed."""

loses = ("gradient_of_scale_and_shift", "gradient_in_evaluation", "gradients_agree_with_autograd")


class BatchNorm(BatchNorm):
    def backward(self, dy):
        dx, dgamma, dbeta = super().backward(dy)
        return dx, dgamma / len(dy), dbeta / len(dy)
