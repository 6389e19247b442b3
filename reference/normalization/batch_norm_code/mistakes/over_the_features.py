"""The statistics are taken over the features of an example, which is layer normalisation; here each feature has its own over the batch."""

loses = ("gives_mean_zero_and_variance_one", "forward_in_training", "forward_agrees_with_torch")


class BatchNorm(BatchNorm):
    def forward(self, x):
        result = super().forward(x)
        if not self.training:
            return result
        self.deviation = np.sqrt(x.var(axis=1, keepdims=True) + self.eps)
        self.normalised = (x - x.mean(axis=1, keepdims=True)) / self.deviation
        return self.normalised * self.gamma + self.beta
