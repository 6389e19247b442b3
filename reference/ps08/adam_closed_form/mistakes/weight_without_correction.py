"""The moments must be corrected for their bias before the step."""

loses = ("weight_after_t_updates",)

adam_weight = r"-\eta \sum_{k=1}^{t} \frac{1-\beta_1^k}{\sqrt{1-\beta_2^k}}"
