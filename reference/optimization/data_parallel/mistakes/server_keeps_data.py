"""Each replica has its own part of the data; what do all replicas have to agree on?"""

loses = ("parameter_server",)

server_keeps = "data"
