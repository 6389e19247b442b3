"""A fully connected layer has one bias for each output, in the old layer and in the new one."""

loses = ("parameters_counted",)

resnet_parameters = 60192808 - 2048 * 1000 + 2048 * 10
