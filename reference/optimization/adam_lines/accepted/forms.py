# %% LaTeX
new_m = r"m_t = \beta_1 m + (1-\beta_1) g"
new_v = r"\beta_2 v + (1-\beta_2) g^2"
corrected_m = r"\hat m = \frac{m}{1-\beta_1^t}"
corrected_v = r"\frac{v}{1-\beta_2^t}"
new_theta = r"\theta - \alpha \frac{\hat m}{\sqrt{\hat v} + \epsilon}"
# %% other forms
new_m = "m + (1 - beta_1)*(g - m)"
new_v = "v - (1 - beta_2)*(v - g*g)"
new_theta = r"\theta \leftarrow \theta - \frac{\alpha \hat{m}}{\epsilon + \hat{v}^{1/2}}"
first_step = r"\alpha \frac{\lvert g\rvert}{\sqrt{g^2}}"
