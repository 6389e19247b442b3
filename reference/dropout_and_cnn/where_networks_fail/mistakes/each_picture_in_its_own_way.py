"""All pictures have to be shuffled in the same way; with a new order for each one nothing can be learned."""

loses = ("pixels_shuffled",)


def shuffle_pixels(images, order):
    moved = images.flatten(1).clone()
    for place, picture in enumerate(images.flatten(1)):
        moved[place] = picture[order.roll(place)]
    return moved.reshape(images.shape)
