"""The loss is one number that compares scores with labels; the logits are the scores that go into it."""

loses = ("names_the_logits",)

logits_are = "z11"
