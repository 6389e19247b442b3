"""At test time mean and variance are not taken from the batch: running averages stand ready from training."""

loses = ("predicts_one",)

batch_norm_predicts_one = "no"
