"""A network that is larger than needed can solve the task as well; what does it cost?"""

loses = ("which_solve_the_task",)

huge_solves = "no"
