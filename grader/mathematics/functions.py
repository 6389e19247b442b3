"""The known functions: one canonical name each, how many arguments, and every spelling that students use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

MANY = 1_000


@dataclass(frozen=True)
class Function:
    r"""A function that every question knows, under its canonical ``name`` (as in ``Apply.function``).

    ``fewest`` and ``most`` bound the number of arguments. ``spellings`` are words: identifiers in text, and in LaTeX
    the contents of ``\operatorname{...}``, ``\mathrm{...}``, ``\text{...}`` or a command's own name; they are compared
    without regard to case when they have three letters or more. ``latex`` is what is printed. ``prefix`` functions
    take an argument without brackets (``\sin 2x``). ``elementwise`` functions of a scalar apply to each entry of a
    vector or a matrix.
    """

    name: str
    fewest: int = 1
    most: int = 1
    spellings: tuple[str, ...] = ()
    latex: str = ""
    prefix: bool = False
    elementwise: bool = False


def _scalar(name: str, *spellings: str, latex: str = "") -> Function:
    return Function(name, 1, 1, spellings, latex or rf"\operatorname{{{name}}}", prefix=True, elementwise=True)


FUNCTIONS: tuple[Function, ...] = (
    # Second arguments: log's base; norm's order (infinity allowed); root's degree.
    _scalar("exp", latex=r"\exp"),
    Function("log", 1, 2, ("ln",), r"\log", prefix=True, elementwise=True),
    Function("sqrt", 1, 1, (), r"\sqrt", elementwise=True),
    Function("root", 2, 2, (), r"\sqrt"),
    Function("abs", 1, 1, ("fabs", "absolute"), "|", elementwise=True),
    Function("norm", 1, 2, (), r"\lVert"),
    Function("frobenius", 1, 1, (), r"\lVert"),
    Function("nuclear", 1, 1, (), r"\lVert"),
    Function("floor", 1, 1, (), r"\lfloor", elementwise=True),
    Function("ceil", 1, 1, ("ceiling",), r"\lceil", elementwise=True),
    Function("round", 1, 2, ("rint",), r"\operatorname{round}", elementwise=True),
    Function("sign", 1, 1, ("sgn", "signum"), r"\operatorname{sign}", prefix=True, elementwise=True),
    Function("max", 1, MANY, ("maximum", "amax"), r"\max"),
    Function("min", 1, MANY, ("minimum", "amin"), r"\min"),
    Function("argmax", 1, 1, (), r"\operatorname{argmax}"),
    Function("argmin", 1, 1, (), r"\operatorname{argmin}"),
    Function("mod", 2, 2, ("remainder",), r"\bmod"),
    Function("gcd", 2, MANY, (), r"\gcd"),
    Function("lcm", 2, MANY, (), r"\operatorname{lcm}"),
    Function("factorial", 1, 1, (), "!"),
    Function("binomial", 2, 2, ("binom", "comb", "choose", "nCr"), r"\binom"),
    _scalar("gamma_function", "gamma_fn", latex=r"\operatorname{gammafunction}"),
    _scalar("loggamma", "gammaln", "lgamma"),
    _scalar("digamma", "psi_function"),
    _scalar("erf"),
    _scalar("erfc"),
    _scalar("normal_cdf", "ncdf", latex=r"\operatorname{normalcdf}"),
    _scalar("normal_quantile", "probit", latex=r"\operatorname{probit}"),
    _scalar("normal_pdf", "npdf", latex=r"\operatorname{normalpdf}"),
    _scalar("sin", latex=r"\sin"),
    _scalar("cos", latex=r"\cos"),
    _scalar("tan", "tg", latex=r"\tan"),
    _scalar("cot", "ctg", "cotan", latex=r"\cot"),
    _scalar("sec", latex=r"\sec"),
    _scalar("csc", "cosec", latex=r"\csc"),
    _scalar("asin", "arcsin", latex=r"\arcsin"),
    _scalar("acos", "arccos", latex=r"\arccos"),
    Function("atan", 1, 1, ("arctan", "arctg"), r"\arctan", prefix=True, elementwise=True),
    Function("atan2", 2, 2, ("arctan2",), r"\operatorname{atan2}"),
    _scalar("acot", "arccot"),
    _scalar("asec", "arcsec"),
    _scalar("acsc", "arccsc"),
    _scalar("acoth", "arccoth", "arcoth"),
    _scalar("asech", "arcsech", "arsech"),
    _scalar("acsch", "arccsch", "arcsch"),
    _scalar("sinh", "sh", latex=r"\sinh"),
    _scalar("cosh", "ch", latex=r"\cosh"),
    _scalar("tanh", "th", latex=r"\tanh"),
    _scalar("coth", latex=r"\coth"),
    _scalar("sech"),
    _scalar("csch"),
    _scalar("asinh", "arcsinh", "arsinh"),
    _scalar("acosh", "arccosh", "arcosh"),
    _scalar("atanh", "arctanh", "artanh"),
    _scalar("sigmoid", "expit", "logistic"),
    _scalar("logit"),
    _scalar("relu", latex=r"\operatorname{ReLU}"),
    _scalar("softplus"),
    _scalar("heaviside", latex=r"\operatorname{heaviside}"),
    Function("softmax", 1, MANY, (), r"\operatorname{softmax}", prefix=True),
    Function("logsumexp", 1, MANY, ("lse",), r"\operatorname{logsumexp}", prefix=True),
    # indicator(condition): 1 where the condition holds, else 0; the argument is a Relation, a Logic or true/false.
    Function("indicator", 1, 1, ("ind",), r"\mathbf{1}"),
    _scalar("conjugate", "conj", latex=r"\operatorname{conj}"),
    _scalar("re", "real", "Re", latex=r"\operatorname{Re}"),
    _scalar("im", "imag", "Im", latex=r"\operatorname{Im}"),
    _scalar("arg", latex=r"\arg"),
    # Vectors and matrices.
    Function("trace", 1, 1, ("tr", "Tr"), r"\operatorname{tr}", prefix=True),
    Function("det", 1, 1, ("determinant",), r"\det", prefix=True),
    Function("rank", 1, 1, ("rk",), r"\operatorname{rank}", prefix=True),
    Function("transpose", 1, 1, (), r"^\top"),
    Function("inverse", 1, 1, ("inv",), "^{-1}"),
    Function("pinv", 1, 1, ("pseudoinverse",), "^{+}"),
    # The largest and the smallest eigenvalue of a symmetric matrix.
    Function("eigmax", 1, 1, ("max_eigenvalue",), r"\operatorname{eigmax}", prefix=True),
    Function("eigmin", 1, 1, ("min_eigenvalue",), r"\operatorname{eigmin}", prefix=True),
    # diag of a vector is a diagonal matrix, of a matrix its diagonal, of several scalars a diagonal matrix of them.
    Function("diag", 1, MANY, ("diagonal",), r"\operatorname{diag}", prefix=True),
    Function("vec", 1, 1, (), r"\operatorname{vec}", prefix=True),
    Function("dot", 2, 2, ("inner", "vdot"), r"\cdot"),
    Function("cross", 2, 2, (), r"\times"),
    Function("outer", 2, 2, (), r"\operatorname{outer}"),
    Function("hadamard", 2, MANY, ("multiply_elementwise",), r"\odot"),
    Function("elementwise_divide", 2, 2, (), r"\oslash"),
    Function("kronecker", 2, MANY, ("kron", "kronecker_product", "KroneckerProduct"), r"\otimes"),
    # identity(n), ones(n), zeros(n), or with two sizes; an identity of unsaid size is Constant("identity").
    Function("identity", 1, 1, ("eye",), "I"),
    Function("ones", 0, 2, (), r"\mathbf{1}"),
    Function("zeros", 0, 2, (), r"\mathbf{0}"),
    # entry(A, i, j) or entry(x, i): a member of something that is no symbol; a symbol's is an Indexed.
    Function("entry", 2, 4, (), "_"),
    # Of all members of a vector, a matrix or a family that is given whole.
    Function("total", 1, 1, ("sum",), r"\operatorname{sum}"),
    Function("mean", 1, MANY, ("average", "avg"), r"\operatorname{mean}"),
    Function("median", 1, MANY, (), r"\operatorname{median}"),
    Function("kronecker_delta", 2, 2, ("KroneckerDelta",), r"\delta"),
    # Distributions: nothing to evaluate; two are equal when their parameters are. normal is given by its variance.
    Function("normal", 2, 3, ("Normal", "gaussian"), r"\mathcal{N}"),
    Function("uniform", 2, 2, ("Unif", "Uniform"), r"\operatorname{uniform}"),
    Function("bernoulli", 1, 1, ("Ber", "Bern"), r"\operatorname{bernoulli}"),
    Function("poisson", 1, 1, ("Pois",), r"\operatorname{poisson}"),
    # mean_under(body, x, p, ...): the mean of the body where x is drawn from p, as in E_{x ~ p}[body].
    Function("mean_under", 3, 9, (), r"\mathbb{E}"),
    # Cardinality of a set.
    Function("cardinality", 1, 1, ("card",), "|"),
)

INVERSES = {
    "sin": "asin",
    "cos": "acos",
    "tan": "atan",
    "cot": "acot",
    "sec": "asec",
    "csc": "acsc",
    "sinh": "asinh",
    "cosh": "acosh",
    "tanh": "atanh",
    "normal_cdf": "normal_quantile",
}
"""Which function ``\\sin^{-1}`` is."""

GREEK = (
    *(
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
    ),
    *("omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
    *("Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"),
)


@cache
def known() -> dict[str, Function]:
    """Every function by its canonical name."""
    return {function.name: function for function in FUNCTIONS}


@cache
def spelled() -> dict[str, Function]:
    """Every function by its spelling; spellings of three letters or more are there in lower case as well."""
    table: dict[str, Function] = {}
    for function in FUNCTIONS:
        for spelling in (function.name, function.name.replace("_", ""), *function.spellings):
            table[spelling] = function
            if len(spelling) > 2:
                table.setdefault(spelling.lower(), function)
    return table


def find(word: str) -> Function | None:
    """The function a word names, or None."""
    return spelled().get(word) or (spelled().get(word.lower()) if len(word) > 2 else None)
