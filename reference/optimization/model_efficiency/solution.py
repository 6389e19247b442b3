"""Too small fails the task, too large is dear; local connections suffice where nothing far away is needed."""

tiny_solves, fitting_solves, huge_solves = "no", "yes", "yes"
tiny_is_cheap, fitting_is_cheap, huge_is_cheap = "yes", "yes", "no"
local_connections = "local"
grid_to_meaning = "trade"
