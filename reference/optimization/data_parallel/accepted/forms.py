# %% a loop
def combine_gradients(gradients, sizes):
    total = 0
    for gradient, size in zip(gradients, sizes):
        total = total + size * np.asarray(gradient)
    return total / sum(sizes)
