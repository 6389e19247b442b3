"""The step is divided by the root of the second moment, so that it has the scale of a gradient."""

loses = ("update",)

new_theta = "theta - alpha*m_hat/(v_hat + epsilon)"
