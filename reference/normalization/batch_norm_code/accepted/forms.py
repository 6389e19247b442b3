# %% functions inside, statistics kept as rows, no running update by difference
class BatchNorm:
    def __init__(self, gamma, beta, eps=1e-5, momentum=0.1):
        self.gamma, self.beta, self.eps, self.momentum = gamma, beta, eps, momentum
        self.running_mean, self.running_var, self.mode = np.zeros(len(gamma)), np.ones(len(gamma)), "train"

    def train(self):
        self.mode = "train"
        return self

    def eval(self):
        self.mode = "eval"
        return self

    def forward(self, x):
        self.x, self.used = x, self.mode
        if self.mode == "eval":
            self.mean, self.var = self.running_mean.copy(), self.running_var.copy()
        else:
            n = x.shape[0]
            if n < 2:
                raise ValueError("at least two examples are needed")
            self.mean = x.sum(0) / n
            self.var = ((x - self.mean) ** 2).sum(0) / n
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * self.mean
            self.running_var = (1 - m) * self.running_var + m * self.var * n / (n - 1)
        return self.gamma * (x - self.mean) / (self.var + self.eps) ** 0.5 + self.beta

    def backward(self, dy):
        n = dy.shape[0]
        inverse = (self.var + self.eps) ** -0.5
        centred = self.x - self.mean
        dhat = dy * self.gamma
        dx = dhat * inverse
        if self.used == "train":
            dvar = (dhat * centred).sum(0) * -0.5 * inverse**3
            dmean = -(dhat * inverse).sum(0)
            dx = dx + dvar * 2 * centred / n + dmean / n
        return dx, (dy * centred * inverse).sum(0), dy.sum(0)
