# %% written out
def inception_channels(filters):
    return filters[0] + filters[2] + filters[4] + filters[-1]


def inception_weights(channels, filters, bias=False):
    f1, r3, f3, r5, f5, pool = filters
    one = int(bias)
    return (channels + one) * (f1 + r3 + r5 + pool) + (9 * r3 + one) * f3 + (25 * r5 + one) * f5
