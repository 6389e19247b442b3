"""The running statistics keep the share m of the old value; the formula keeps 1 - m of it and takes m of the new."""

loses = ("running_mean", "running_variance", "forward_agrees_with_torch")


class BatchNorm(BatchNorm):
    def __init__(self, gamma, beta, eps=1e-5, momentum=0.1):
        super().__init__(gamma, beta, eps, 1 - momentum)
