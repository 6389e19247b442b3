"""The scale and the shift are shared by all examples; they do not multiply with the size of the batch."""

loses = ("normalisation_layers", "whole_network")

norm_parameters = 3232
parameters_of_network = 69180
