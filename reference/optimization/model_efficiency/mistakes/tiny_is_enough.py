"""The task needs more neurons than this network has."""

loses = ("which_solve_the_task",)

tiny_solves = "yes"
