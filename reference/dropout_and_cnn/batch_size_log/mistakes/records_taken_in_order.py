"""Records may come in any order; the first in the list need not be the first in time."""

loses = ("rows_of_the_summary",)


def summarise(records):
    rows = []
    for batch in sorted({record[0] for record in records}):
        own = [record for record in records if record[0] == batch]
        rows.append((batch, own[-1][1] - own[0][1], own[-1][4], own[-1][3]))
    return rows
