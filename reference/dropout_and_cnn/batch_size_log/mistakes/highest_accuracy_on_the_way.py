"""The highest accuracy of any epoch is not the one at the end of the training."""

loses = ("rest_of_the_summary",)

right_summary = summarise


def summarise(records):
    best = {record[0]: max(other[4] for other in records if other[0] == record[0]) for record in records}
    return [(batch, duration, best[batch], memory) for batch, duration, _, memory in right_summary(records)]
