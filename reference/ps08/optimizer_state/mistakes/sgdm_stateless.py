"""Plain SGD needs nothing but the weight. What does the momentum need to know about the past?"""

loses = ("sgdm_state",)

sgdm_values = 0
