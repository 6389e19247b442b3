# %% with names of their own, and the corrections pulled into the step size
def adam_step(theta, gradient, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    new_m = m + (1 - beta1) * (gradient - m)
    new_v = v + (1 - beta2) * (np.square(gradient) - v)
    m_hat, v_hat = new_m / (1 - beta1**t), new_v / (1 - beta2**t)
    return [theta - alpha * m_hat / (v_hat**0.5 + eps), new_m, new_v]
