# %% LaTeX
stable_rate = r"\frac{2}{\lambda_{\max}}"
best_rate = r"\gamma = \frac{2}{\lambda_{\min} + \lambda_{\max}}"
descent_factor = r"1 - \frac{2}{\kappa + 1}"
square_root_factor = r"\frac{\sqrt{\kappa} - 1}{\sqrt{\kappa} + 1}"
# %% text
best_rate = "((lambda_max + lambda_min)/2)^(-1)"
descent_factor = "(1 - 1/kappa)/(1 + 1/kappa)"
square_root_factor = "1 - 2/(kappa^(1/2) + 1)"
# %% an inequality
stable_rate = r"\gamma < \frac{2}{\lambda_{\max}}"
# %% an inequality with both bounds
stable_rate = r"0 < \gamma < 2/\lambda_{\max}"
