"""Some tasks relate things that are far apart; local connections cannot see them in one layer."""

loses = ("when_local_is_enough",)

local_connections = "always"
