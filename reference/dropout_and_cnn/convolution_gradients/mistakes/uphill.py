"""The gradient points uphill; a step that makes the loss smaller goes the other way."""

loses = ("step_of_a_weight", "step_of_the_bias", "code_step")

weight_update = r"w + \eta\, dw"
bias_update = r"b + \eta\, db"


def convolution_step(x, w, b, dy, learning_rate):
    dw, db, _ = convolution_backward(x, w, dy)
    return w + learning_rate * dw, b + learning_rate * db
