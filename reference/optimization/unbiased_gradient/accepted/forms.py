# %% other letters for the index, and other forms
expected_sum = r"\sum_{j=1}^{N} \frac{K}{N} g_j"
expected_gradient = r"\operatorname{E}[\hat g] = \frac{1}{N} \sum_{j=1}^{N} g_j"
variance_distinct = r"\frac{\sigma^2}{K}\left(1 - \frac{K-1}{N-1}\right)"
# %% text
expected_sum = "K/N*Sum(g[k], (k, 1, N))"
variance_replaced = "sigma^2/K"


# %% a loop over the mini-batch
def minibatch_gradient(theta, x, y, batch):
    total = np.zeros_like(theta)
    for point in batch:
        total += 2 * (x[point] @ theta - y[point]) * x[point]
    return total / len(batch)
