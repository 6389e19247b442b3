"""Ask for each pooling what one single pixel can change."""

loses = ("pooling_for_a_spot", "pooling_for_brightness")

spot_pooling = "average"
brightness_pooling = "max"
