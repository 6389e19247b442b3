"""What is in use includes the model itself, and the question asks for the rest."""

loses = ("overhead_of_the_context",)

context_overhead = 814
