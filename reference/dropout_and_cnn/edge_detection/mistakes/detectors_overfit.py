"""A frozen kernel has nothing to fit, so it cannot overfit; what can it not do either?"""

loses = ("why_frozen_kernels_lose",)

frozen_kernels = "overfitting"
