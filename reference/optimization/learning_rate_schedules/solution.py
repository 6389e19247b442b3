"""A constant does not vanish; e^(-t) is a geometric series; the harmonic series and its slower relative diverge."""

from sympy import E, exp, oo, summation, symbols

constant_vanishes = "no"
inverse_vanishes = "yes"
exponential_vanishes = "yes"
root_vanishes = "yes"
constant_diverges = "yes"
inverse_diverges = "yes"
exponential_diverges = "no"
root_diverges = "yes"
exponential_sum = 1 / (E - 1)
covered = {"inverse"}


def proof():
    """Limits and sums by sympy; a schedule is covered when (i) and (ii) hold and the squares have a finite sum."""
    t = symbols("t", positive=True)
    n = symbols("n", integer=True, positive=True)
    rates = {"constant": n**0, "inverse": 1 / n, "exponential": exp(-n), "root": n ** (-(E**0) / 2)}
    stated = {
        "constant": (constant_vanishes, constant_diverges),
        "inverse": (inverse_vanishes, inverse_diverges),
        "exponential": (exponential_vanishes, exponential_diverges),
        "root": (root_vanishes, root_diverges),
    }
    found = set()
    for name, rate in rates.items():
        vanishes = rate.subs(n, t).limit(t, oo) == 0
        diverges = not summation(rate, (n, 1, oo)).is_finite
        assert stated[name] == ("yes" if vanishes else "no", "yes" if diverges else "no"), name
        if vanishes and diverges and summation(rate**2, (n, 1, oo)).is_finite:
            found.add(name)
    assert found == covered
    return {"exponential_sum": summation(exp(-n), (n, 1, oo))}
