# %% LaTeX
condition = r"\frac{\lambda_{\max}}{\lambda_{\min}}"
condition_scaled = r"\lambda_{\max} / \lambda_{\min}"
condition_diagonal = "100/1"
# %% a factor that is not cancelled
condition = r"\kappa = \lambda_{\max} \lambda_{\min}^{-1}"
condition_scaled = r"\frac{c \lambda_{\max}}{c \lambda_{\min}}"
condition_coupled = "8/2"
