"""Epsilon is added to the standard deviation; the formula adds it to the variance, under the root."""

loses = ("forward_in_training", "forward_agrees_with_torch")


class BatchNorm(BatchNorm):
    def forward(self, x):
        result = super().forward(x)
        if not self.training:
            return result
        self.deviation = x.std(axis=0) + self.eps
        self.normalised = (x - x.mean(axis=0)) / self.deviation
        return self.normalised * self.gamma + self.beta
