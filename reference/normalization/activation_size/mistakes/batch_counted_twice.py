"""The size of the batch is multiplied in twice: the number for four already holds it."""

loses = ("batch",)

activations_of_batch = "8848 n"
