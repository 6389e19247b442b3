"""The batch is normalised with the unbiased variance (`ddof=1`); that one goes into the running variance only."""

loses = ("gives_mean_zero_and_variance_one", "forward_in_training", "forward_agrees_with_torch")


class BatchNorm(BatchNorm):
    def forward(self, x):
        result = super().forward(x)
        if not self.training:
            return result
        self.deviation = np.sqrt(x.var(axis=0, ddof=1) + self.eps)
        self.normalised = (x - x.mean(axis=0)) / self.deviation
        return self.normalised * self.gamma + self.beta
