"""The moments and the weight as students type them."""

# %% printed solution of 2024 and 2025
adam_momentum = r"m_w^{(t)} = c \cdot (1-\beta_1^t)"
adam_second_moment = r"v_w^{(t)} = c^2 \cdot (1 - \beta_2^t)"
adam_corrected_momentum = r"\hat{m}_w = c"
adam_corrected_second_moment = r"\hat{v} = c^2"
adam_weight = r"w^{(t)} = -\eta t"

# %% the chain of the printed solution
adam_momentum = r"(1-\beta_1)c \sum_{k=0}^{t-1} \beta_1^k = c \cdot (1-\beta_1^t)"

# %% plain LaTeX
adam_momentum = r"c(1-\beta_1^t)"
adam_second_moment = r"c^2(1-\beta_2^t)"
adam_corrected_momentum = "c"
adam_corrected_second_moment = "c^2"
adam_weight = r"-t\eta"

# %% braces around the exponents
adam_momentum = r"c - c\beta_{1}^{t}"
adam_second_moment = r"c^{2}\left(1-{\beta_2}^{t}\right)"
adam_corrected_momentum = r"\hat m = c"
adam_corrected_second_moment = r"\hat v = c^{2}"
adam_weight = r"-\eta t \cdot \mathrm{sign}(c)"

# %% Python text
adam_momentum = "c*(1-beta1**t)"
adam_second_moment = "c**2*(1-beta2**t)"
adam_corrected_momentum = "c"
adam_corrected_second_moment = "c**2"
adam_weight = "-eta*t"

# %% Unicode
adam_momentum = "c·(1−β₁ᵗ)"
adam_second_moment = "c²·(1−β₂ᵗ)"
adam_corrected_second_moment = "c²"
adam_weight = "−η·t"

# %% sums and quotients left as they are
adam_momentum = r"(1-\beta_1) c \sum_{k=0}^{t-1}\beta_1^k"
adam_second_moment = r"(1-\beta_2) c^2 \frac{1-\beta_2^t}{1-\beta_2}"
adam_corrected_momentum = r"\frac{c(1-\beta_1^t)}{1-\beta_1^t}"
adam_corrected_second_moment = r"\frac{c^2(1-\beta_2^t)}{1-\beta_2^t}"
adam_weight = r"\sum_{k=1}^{t} \left(-\eta \frac{c}{\sqrt{c^2}}\right)"

# %% sympy objects
from sympy import sqrt, symbols

c, eta, t, beta_1, beta_2 = symbols("c eta t beta_1 beta_2", positive=True)
adam_momentum = c * (1 - beta_1**t)
adam_second_moment = c**2 * (1 - beta_2**t)
adam_corrected_momentum = adam_momentum / (1 - beta_1**t)
adam_corrected_second_moment = adam_second_moment / (1 - beta_2**t)
adam_weight = -eta * t * adam_corrected_momentum / sqrt(adam_corrected_second_moment)

# %% sympy symbols called beta1 and beta2
from sympy import symbols

c, eta, t, beta1, beta2 = symbols("c eta t beta1 beta2")
adam_momentum = c * (1 - beta1**t)
adam_second_moment = c**2 * (1 - beta2**t)
