"""Pictures that show nothing are a class too."""

loses = ("outputs_of_the_network",)

class_count = 2
