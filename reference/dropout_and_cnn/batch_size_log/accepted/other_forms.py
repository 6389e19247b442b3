# %% with units and as text
memory_4, memory_16, memory_64, memory_256 = "1624 MiB", "1706", 2738.0, "$8744$"
memory_per_example = "31.28"
duration_4 = "386 s"
duration_16 = 250.0
duration_64 = "244 seconds"
largest_batch = "256"

# %% with numpy
import numpy as np


def summarise(records):
    table = np.array(records, dtype=float)
    rows = []
    for batch in np.unique(table[:, 0]):
        own = table[table[:, 0] == batch]
        own = own[np.argsort(own[:, 2])]
        rows.append([batch, np.ptp(own[:, 1]), own[-1, 4], own[:, 3].max()])
    return rows
