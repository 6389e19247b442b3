"""Ask for each batch size how much the masks of one step differ from those of the next, on average over the batch."""

loses = ("one_mask_is_noisy", "many_masks_are_smooth")

single_mask_curve = "settles"
large_batch_curve = "noisy"
