"""The sign is wrong: the step goes against the gradient."""

loses = ("update",)

new_theta = "theta + alpha*m_hat/(sqrt(v_hat) + epsilon)"
