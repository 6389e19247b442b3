"""These are the numbers of one layer. The network has more of them."""

loses = (
    "counts_forward_multiplications",
    "counts_training_multiplications",
    "counts_parameters",
    "counts_training_values",
)

mlp_counts = {
    "forward_multiplications": n * K**2,
    "training_multiplications": 3 * n * K**2,
    "parameters": K**2,
    "training_values": 2 * K**2 + n * K,
}
