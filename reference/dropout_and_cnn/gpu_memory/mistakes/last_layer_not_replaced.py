"""The last layer was exchanged for a smaller one; take the old one away and add the new one."""

loses = ("parameters_counted", "size_of_the_model")

resnet_parameters = 60192808
model_megabytes = "240.771232 MB"
