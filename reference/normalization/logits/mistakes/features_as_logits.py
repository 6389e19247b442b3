"""These are features of the last hidden layer; logits have one entry for each class."""

loses = ("names_the_logits",)

logits_are = "z9"
