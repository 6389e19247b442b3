"""In evaluation the statistics do not depend on x, so the two terms that come from them have to go."""

loses = ("gradient_in_evaluation",)


class BatchNorm(BatchNorm):
    def forward(self, x):
        result = super().forward(x)
        self.ran_in_training = True
        return result
