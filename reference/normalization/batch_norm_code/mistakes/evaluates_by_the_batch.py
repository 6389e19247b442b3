"""In evaluation the statistics of the batch are used; those collected in training have to take their place."""

loses = ("starts_neutral", "evaluates_by_running_statistics")


class BatchNorm(BatchNorm):
    def forward(self, x):
        mean, variance = x.mean(axis=0), x.var(axis=0)
        if self.training:
            super().forward(x)
        self.deviation = np.sqrt(variance + self.eps)
        self.normalised = (x - mean) / self.deviation
        self.ran_in_training = True
        return self.normalised * self.gamma + self.beta
