"""This is the limit for many steps; in the first steps less has added up."""

loses = (
    "at_step_t",
    "way_of_t_steps",
)

rate_after = "gamma/(1 - mu)"
moved_after = "gamma t/(1 - mu)"
