"""Epsilon is added to the root, not under it; for gradients near the root of epsilon this makes a difference."""

loses = ("update",)

new_theta = "theta - alpha*m_hat/sqrt(v_hat + epsilon)"
