"""The closed forms, the sums they come from, and other ways to arrange them."""

# %% printed solution of 2024 and 2025
sgdm_momentum = r"m_w^{(t)} = c \frac{1-\beta^t}{1-\beta}"
sgdm_weight = r"w^{(t)} = -\frac{\eta c}{1-\beta} \left(t + 1 - \frac{1-\beta^{t+1}}{1-\beta} \right)"

# %% the whole chain of the printed solution
sgdm_momentum = r"c \sum_{k=0}^{t-1} \beta^k = c \frac{1-\beta^t}{1-\beta}"
sgdm_weight = r"-\frac{\eta c}{1-\beta} \sum_{k=0}^t (1 - \beta^k) = -\frac{\eta c}{1-\beta} \left(t + 1 - \frac{1-\beta^{t+1}}{1-\beta} \right)"

# %% as a sum
sgdm_momentum = r"c\sum_{k=0}^{t-1}\beta^k"
sgdm_weight = r"-\eta c \sum_{j=1}^{t} \sum_{k=0}^{j-1} \beta^k"

# %% the other arrangement of the weight
sgdm_momentum = r"\frac{c(1-\beta^t)}{1-\beta}"
sgdm_weight = r"-\frac{\eta c}{1-\beta}\left(t-\frac{\beta(1-\beta^t)}{1-\beta}\right)"

# %% Python text
sgdm_momentum = "c*(1-beta**t)/(1-beta)"
sgdm_weight = "-eta*c/(1-beta)*(t+1-(1-beta**(t+1))/(1-beta))"

# %% Python text over one denominator
sgdm_momentum = "(c - c*beta**t)/(1 - beta)"
sgdm_weight = "-eta*c*(t*(1-beta)-beta*(1-beta**t))/(1-beta)**2"

# %% both signs turned
sgdm_momentum = r"c\frac{\beta^t-1}{\beta-1}"
sgdm_weight = r"\eta c \frac{\beta - \beta^{t+1} - t(1-\beta)}{(1-\beta)^2}"

# %% Unicode
sgdm_momentum = "c·(1−βᵗ)/(1−β)"
sgdm_weight = "−η·c/(1−β)·(t − β·(1−βᵗ)/(1−β))"

# %% sympy sums
from sympy import Sum, symbols

c, beta, eta, t, k, j = symbols("c beta eta t k j")
sgdm_momentum = c * Sum(beta**k, (k, 0, t - 1))
sgdm_weight = -eta * Sum(c * (1 - beta**j) / (1 - beta), (j, 1, t))

# %% sympy closed forms
from sympy import symbols

c, beta, eta = symbols("c beta eta", positive=True)
t = symbols("t", integer=True)
sgdm_momentum = c * (1 - beta**t) / (1 - beta)
sgdm_weight = -eta * c * (t / (1 - beta) - beta * (1 - beta**t) / (1 - beta) ** 2)
