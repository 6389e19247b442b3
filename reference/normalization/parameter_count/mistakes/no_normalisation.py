"""The layer normalisations are left out of the sum; their scale and shift are learned as well."""

loses = ("whole_network",)

parameters_of_network = 65948
