"""Half of d sigma squared, and the root of two over d, as students type them."""

# %% printed solution of 2024 and 2025
output_variance = r"\frac{1}{2} d\sigma^2"
preserving_sigma = r"\sigma = \sqrt{2/d}"

# %% with the left side of the variance
output_variance = r"\operatorname{Var}[y] = \frac{1}{2} d\sigma^2"
preserving_sigma = r"\sigma=\sqrt{\frac{2}{d}}"

# %% fraction without braces
output_variance = r"\tfrac12 d\sigma^2"
preserving_sigma = r"(2/d)^{1/2}"

# %% one fraction
output_variance = r"\frac{d\sigma^2}{2}"
preserving_sigma = r"\frac{\sqrt{2}}{\sqrt{d}}"

# %% decimal
output_variance = "0.5 d sigma^2"
preserving_sigma = r"\sqrt2/\sqrt d"

# %% Python text
output_variance = "d*sigma**2/2"
preserving_sigma = "sqrt(2/d)"

# %% Python text with powers
output_variance = "1/2*d*sigma**2"
preserving_sigma = "(2/d)**0.5"

# %% Unicode
output_variance = "½·d·σ²"
preserving_sigma = "√(2/d)"

# %% an equation for the square
preserving_sigma = r"\sigma^2 = 2/d"

# %% an equation for the square, other side
preserving_sigma = r"\frac{2}{d} = \sigma^2"

# %% sympy objects
from sympy import Rational, sqrt, symbols

d, sigma = symbols("d sigma")
output_variance = Rational(1, 2) * d * sigma**2
preserving_sigma = sqrt(2) / sqrt(d)

# %% sympy with assumptions
from sympy import symbols

d = symbols("d", integer=True, positive=True)
sigma = symbols("sigma", positive=True)
output_variance = d * sigma**2 / 2
preserving_sigma = (2 / d) ** 0.5

# %% as a sum
output_variance = r"\sum_{i=1}^{d} \frac{\sigma^2}{2}"
preserving_sigma = r"\sqrt{2} d^{-1/2}"
