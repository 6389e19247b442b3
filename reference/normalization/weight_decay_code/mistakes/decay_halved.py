"""The factor of two is divided out instead of in: compare both steps term by term."""

loses = ("decay_for_penalty",)

equal_decay = "lambda/2"
