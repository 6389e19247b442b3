"""The small steps are many: how often does K fit into N?"""

loses = ("steps_for_the_same_cost",)

steps_for_a_sweep = "K/N"
