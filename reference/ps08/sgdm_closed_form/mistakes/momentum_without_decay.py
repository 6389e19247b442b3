"""This adds up the gradients without forgetting. What happens to the old momentum in each update?"""

loses = ("momentum_after_t_updates",)

sgdm_momentum = "c t"
