"""A layer normalisation learns two numbers for each feature, not one: a scale and a shift."""

loses = ("normalisation_layers", "whole_network")

norm_parameters = 404
parameters_of_network = 66352
