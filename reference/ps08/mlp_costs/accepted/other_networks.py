"""Other ways to write the network, and to count."""


# %% nn.Sequential
class MLP(nn.Module):
    def __init__(self, width, layers):
        super().__init__()
        parts = []
        for number in range(layers):
            if number > 0:
                parts.append(nn.ReLU())
            parts.append(nn.Linear(width, width, bias=False))
        self.network = nn.Sequential(*parts)

    def forward(self, x):
        return self.network(x)


# %% numbered attributes
class MLP(nn.Module):
    def __init__(self, width, layers):
        super().__init__()
        self.depth = layers
        for number in range(layers):
            setattr(self, f"fc{number}", nn.Linear(width, width, bias=False))
        self.relu = nn.ReLU()

    def forward(self, x):
        for number in range(self.depth - 1):
            x = self.relu(getattr(self, f"fc{number}")(x))
        return getattr(self, f"fc{self.depth - 1}")(x)


# %% typed numbers
mlp_counts = {
    "forward_multiplications": int(n * K * K * L),
    "training_multiplications": float(3 * n * K * K * L),
    "parameters": K * K * L,
    "training_values": 2 * L * K * K + n * K * L,
}

# %% counted from the network
model = MLP(K, L)
weights = sum(p.numel() for p in model.parameters())
products = sum(n * p.shape[0] * p.shape[1] for p in model.parameters())
mlp_counts = dict(
    forward_multiplications=products,
    training_multiplications=torch.tensor(3 * products),
    parameters=weights,
    training_values=2 * weights + L * torch.zeros(n, K).numel(),
)

# %% no gradient of the input, and the output kept
mlp_counts["training_multiplications"] = n * K**2 * (3 * L - 1)
mlp_counts["training_values"] = 2 * L * K**2 + (L + 1) * n * K
