"""Evaluating moves the running statistics as well; they are to change in training only."""

loses = ("evaluation_leaves_statistics",)


class BatchNorm(BatchNorm):
    def forward(self, x):
        result = super().forward(x)
        if not self.training and len(x) > 1:
            self.running_mean = self.running_mean + self.momentum * (x.mean(axis=0) - self.running_mean)
            self.running_var = self.running_var + self.momentum * (x.var(axis=0, ddof=1) - self.running_var)
        return result
