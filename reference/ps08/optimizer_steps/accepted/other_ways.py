"""Other ways to write the same updates."""


# %% step size corrected instead of the moments
def adam_step(w, m, v, t, gradient, eta, beta_1, beta_2, epsilon):
    t = t + 1
    m = m + (1 - beta_1) * (gradient - m)
    v = v + (1 - beta_2) * (np.square(gradient) - v)
    return [w - eta / (1 - beta_1**t) * m / (np.sqrt(v) / np.sqrt(1 - beta_2**t) + epsilon), m, v]


# %% copies changed in place
def sgdm_step(w, m, gradient, eta, beta):
    w, m = w.copy(), m.copy()
    m *= beta
    m += gradient
    w -= eta * m
    return w, m


# %% by torch
def sgdm_step(w, m, gradient, eta, beta):
    w, m, gradient = (torch.tensor(x) for x in (w, m, gradient))
    m = beta * m + gradient
    return w.sub(m, alpha=eta), m
