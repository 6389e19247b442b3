"""At rate zero three of the four masks have probability zero; count the rows that are left."""

loses = ("rank_without_dropout",)

rank_at_zero = 2
