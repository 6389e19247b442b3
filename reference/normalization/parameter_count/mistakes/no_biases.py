"""The biases are missing: besides its weights, a linear layer learns one number for each output."""

loses = ("linear_layers", "whole_network")

linear_parameters = 64544
parameters_of_network = 65352
