# %% conjugate gradients
def minimise(gradient, start, smallest, largest, steps):
    theta, residual = start.copy(), -gradient(start)
    zero = gradient(np.zeros_like(start))
    direction = residual.copy()
    for _ in range(min(steps - 2, 2 * len(start))):
        square = residual @ residual
        if square < 1e-28:
            break
        product = gradient(direction) - zero
        length = square / (direction @ product)
        theta, residual = theta + length * direction, residual - length * product
        direction = residual + (residual @ residual) / square * direction
    return theta


# %% Nesterov's acceleration
def minimise(gradient, start, smallest, largest, steps):
    ratio = np.sqrt(largest / smallest)
    momentum = (ratio - 1) / (ratio + 1)
    theta = ahead = start.copy()
    for _ in range(steps):
        before, theta = theta, ahead - gradient(ahead) / largest
        ahead = theta + momentum * (theta - before)
    return theta


# %% a loop with other names
def descend(gradient, start, rate, momentum, steps):
    position, velocity = np.array(start), 0.0
    for _ in range(steps):
        velocity = momentum * velocity - rate * gradient(position)
        position = position + velocity
    return position
