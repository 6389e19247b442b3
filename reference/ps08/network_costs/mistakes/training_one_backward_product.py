"""The backward pass needs two things in each layer: a derivative for the weights and one to hand on to the layer below.
Each is a product of its own.
"""

loses = ("multiplications_of_training",)

training_multiplications = "2 n K^2 L"
