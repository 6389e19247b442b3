"""At this batch size the activations are still fewer: the quotient has to be rounded up here."""

loses = ("crossover",)

crossover_batch = 30
