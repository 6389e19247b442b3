"""The estimate is the same for every optimiser; what do momentum and Adam keep from step to step?"""

loses = ("states_in_the_estimate",)

complete_estimate = peak_bytes


def peak_bytes(optimiser, batch_size, device):
    return complete_estimate("sgd", batch_size, device)
