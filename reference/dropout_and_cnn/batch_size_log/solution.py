"""Read from the log: durations 386, 250, 244 and 235 s, so the largest batch is the fastest."""

import matplotlib.pyplot as plt


def summarise(records):
    rows = []
    for batch in sorted({record[0] for record in records}):
        own = sorted((record for record in records if record[0] == batch), key=lambda record: record[2])
        duration = max(record[1] for record in own) - min(record[1] for record in own)
        rows.append((batch, duration, own[-1][4], max(record[3] for record in own)))
    return rows


memory_4, memory_16, memory_64, memory_256 = "1624 MiB", "1706 MiB", "2738 MiB", "8744 MiB"
largest_batch = 256
memory_per_example = "31.28125 MiB"
best_batch = 16
duration_4, duration_16, duration_64, duration_256 = "386 s", "250 s", "244 s", "235 s"
fastest_batch = 256
speed_reason = (
    "A larger batch uses the parallel units of the GPU better and needs fewer steps; from 16 on the GPU is nearly busy, so "
    "more examples at once save little more time."
)

time_figure, axes = plt.subplots()
for batch in (4, 16, 64, 256):
    own = [record for record in training_log() if record[0] == batch]
    axes.plot([record[1] - own[0][1] for record in own], [record[4] for record in own], label=f"batch size {batch}")
axes.set_xlabel("seconds")
axes.set_ylabel("training accuracy in percent")
axes.legend()


def proof():
    """The same numbers by the function, from the log."""
    found = summarise(training_log())
    durations = {f"duration_{batch}": f"{duration} s" for batch, duration, _, _ in found}
    memory = {f"memory_{batch}": f"{used} MiB" for batch, _, _, used in found}
    return {
        **durations,
        **memory,
        "memory_per_example": f"{(found[3][3] - found[2][3]) / (found[3][0] - found[2][0])} MiB",
        "best_batch": max(found, key=lambda row: row[2])[0],
        "fastest_batch": min(found, key=lambda row: row[1])[0],
        "largest_batch": found[-1][0],
    }
