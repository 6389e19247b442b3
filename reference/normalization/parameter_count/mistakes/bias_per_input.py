"""The bias is added to the result, so it has one entry for each output of the layer, not for each input."""

loses = ("linear_layers", "whole_network")

linear_parameters = 65000
parameters_of_network = 65808
