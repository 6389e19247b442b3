"""The bias-corrected averages are computed when they are needed and not kept."""

from sympy import Eq, symbols

loses = ("memory_of_states", "relation_of_the_three")

P, A, b, S, M, D = symbols("P A b S M D", positive=True)
adam_memory = 6 * P + b * A
state_relation = Eq(D + 3 * S, 4 * M)
