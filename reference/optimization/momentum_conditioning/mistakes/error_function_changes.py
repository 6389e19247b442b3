"""The error function and its Hessian stay as they are; only the path through it is another one."""

loses = ("what_momentum_changes",)

momentum_changes_condition = "yes"
