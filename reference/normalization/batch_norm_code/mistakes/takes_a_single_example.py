"""A batch of one example has no variance to learn from; in training it is to be refused with a ValueError."""

loses = ("refuses_a_single_example",)


class BatchNorm(BatchNorm):
    def forward(self, x):
        if self.training and len(x) == 1:
            return np.zeros_like(x) + self.beta
        return super().forward(x)
