"""The accuracy on a set does not depend on the order in which it is counted."""

loses = ("where_order_matters",)

needs_shuffling = {"training", "validation"}
