"""The variance that goes into the running variance is the biased one; PyTorch divides it by n - 1 there."""

loses = ("running_variance", "forward_agrees_with_torch")


class BatchNorm(BatchNorm):
    def forward(self, x):
        before = self.running_var
        result = super().forward(x)
        if self.training:
            self.running_var = before + self.momentum * (x.var(axis=0) - before)
        return result
