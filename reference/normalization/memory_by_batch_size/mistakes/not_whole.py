"""A batch holds a whole number of examples: which is the first whole number past this quotient?"""

loses = ("crossover",)

crossover_batch = "90500/2960"
