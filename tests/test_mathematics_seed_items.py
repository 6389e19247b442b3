"""Every form that a seed item lists as also right is accepted, and every one that it lists as wrong is not."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from grader.mathematics.verdict import Verdict
from grader.mathematics.worker import Comparer, Request


@dataclass(frozen=True)
class Item:
    """One seed item: its reference in either syntax, what must be accepted and what must not."""

    name: str
    symbols: dict[str, str]
    references: tuple[str, ...]
    also: tuple[str, ...]
    wrong: tuple[str, ...]
    mode: str = "exact"


SIZES = {"n": "positive-integer", "K": "positive-integer", "L": "positive-integer"}
LAYER = {"d": "positive-integer", "sigma": "positive"}
MOMENTUM = {"c": "positive", "eta": "positive", "beta": "open-probability", "t": "positive-integer"}
ADAM = {
    "c": "positive",
    "eta": "positive",
    "beta_1": "open-probability",
    "beta_2": "open-probability",
    "t": "positive-integer",
}
WIDTHS = dict.fromkeys(("W_in", "W_out", "P", "K", "S"), "positive-integer")
FIELD = {"L": "positive-integer", "K": "sequence positive-integer", "S": "sequence positive-integer"}
PADDED = {**FIELD, "P": "sequence positive-integer"}
RATE = {"gamma": "positive", "mu": "open-probability", "t": "positive-integer"}
KEEP = {"p": "open-probability", "lambda": "positive"}
BATCH = {"n": "positive-integer"}
LAYERNORM = (
    "Matrix([[-1,-3,4,4],[-1,-Rational(5,3),0,Rational(20,3)],[-sqrt(3)/3,-1-2*sqrt(3)/3,1-sqrt(3),4*sqrt(3)]])",
    r"\begin{bmatrix}-1&-3&4&4\\-1&-5/3&0&20/3\\-1/\sqrt3&-1-2/\sqrt3&1-\sqrt3&4\sqrt3\end{bmatrix}",
)
BATCHNORM = (
    (
        "Matrix([[-sqrt(2)/2,-2*sqrt(2)-1,1-6*sqrt(14)/7,-2*sqrt(2)],[-sqrt(2)/2,sqrt(2)-1,1-3*sqrt(14)/14,-2*sqrt(2)],"
        "[sqrt(2),sqrt(2)-1,1+15*sqrt(14)/14,4*sqrt(2)]])"
    ),
)

ITEMS = (
    Item(
        "A1a forward multiplications",
        SIZES,
        ("n K^2 L", "n*K**2*L"),
        ("LnK^2",),
        ("nKL", "nK^2", "2nK^2L", "n^2KL"),
    ),
    Item(
        "A1b forward and backward",
        SIZES,
        ("3nK^2L", "3*n*K**2*L"),
        ("3*L*n*K^2",),
        ("2nK^2L", "nK^2L", "nK^2L+nK^2", "6nK^2L"),
    ),
    Item(
        "A1b without the first delta", SIZES, ("nK^2(3L-1)", "n*K**2*(3*L-1)"), ("3nK^2L-nK^2",), ("2nK^2L", "6nK^2L")
    ),
    Item("A1b roughly", SIZES, ("3nK^2L",), ("nK^2(3L-1)",), ("2nK^2L", "nK^2L", "6nK^2L"), "leading-order:n,K,L"),
    Item(
        "A1c inference memory",
        SIZES,
        ("LK^2+2nK", "L*K**2+2*n*K"),
        ("K(LK+2n)",),
        ("LK^2+nK", "K^2+2nK", "LK^2+LnK", "LK^2+(L+1)nK"),
    ),
    Item(
        "A1d training memory, roughly",
        SIZES,
        ("2LK^2+LnK", "2*L*K**2+L*n*K"),
        ("2LK^2+(L+1)nK", "2LK^2+(L+2)nK"),
        ("LK^2+LnK", "2LK^2+2nK", "2LK^2+2LnK", "4LK^2+LnK"),
        "leading-order:n,K,L",
    ),
    Item(
        "A2a variance of the output",
        LAYER,
        (r"\tfrac12 d\sigma^2", "d*sigma**2/2"),
        (
            "0.5 d sigma^2",
            r"\frac{d\sigma^2}{2}",
            r"\operatorname{Var}[y] = \frac{1}{2}d\sigma^2",
            "Var[y] = d*sigma^2/2",
        ),
        (r"d\sigma^2", r"d\sigma^2(\pi-1)/(2\pi)", r"\sigma^2/2", r"d\sigma/2", "d*sigma**2*(pi-1)/(2*pi)"),
    ),
    Item(
        "A2b deviation that preserves the variance",
        {"d": "positive-integer", "sigma": "positive"},
        (r"\sqrt{2/d}", "sqrt(2/d)"),
        (r"(2/d)^{1/2}", r"\sqrt2/\sqrt d", r"\sigma^2=2/d", r"\sigma=\sqrt{2/d}", "sqrt(2)*sqrt(1/d)"),
        ("2/d", r"\sqrt{1/d}", r"\sqrt{1/(2d)}", r"\sqrt{d/2}", r"\pm\sqrt{2/d}", r"\sigma=2/d"),
    ),
    Item("A3.1 values of Adam", {}, ("2",), ("2", "1+1"), ("4", "1", "0")),
    Item("A3.1 values of SGDM", {}, ("1",), ("1",), ("0", "2")),
    Item(
        "A3.2a momentum",
        MOMENTUM,
        (r"c\frac{1-\beta^t}{1-\beta}", "c*(1-beta**t)/(1-beta)"),
        (r"c\sum_{k=0}^{t-1}\beta^k", "c*Sum(beta**k,(k,0,t-1))"),
        (r"c(1-\beta^t)", r"c(1-\beta^{t+1})/(1-\beta)", r"c/(1-\beta)", "ct"),
    ),
    Item(
        "A3.2b weights under momentum",
        MOMENTUM,
        (
            r"-\frac{\eta c}{1-\beta}\left(t+1-\frac{1-\beta^{t+1}}{1-\beta}\right)",
            "-eta*c/(1-beta)*(t+1-(1-beta**(t+1))/(1-beta))",
        ),
        (
            r"-\frac{\eta c}{1-\beta}\left(t-\frac{\beta(1-\beta^t)}{1-\beta}\right)",
            "-eta*c*(t*(1-beta)-beta*(1-beta**t))/(1-beta)**2",
        ),
        (
            r"-\eta c t/(1-\beta)",
            r"-\eta c t",
            r"\frac{\eta c}{1-\beta}\left(t+1-\frac{1-\beta^{t+1}}{1-\beta}\right)",
            r"-\frac{\eta c}{1-\beta}\left(t+2-\frac{1-\beta^{t+2}}{1-\beta}\right)",
            r"-\eta t c\frac{1-\beta^t}{1-\beta}",
        ),
    ),
    Item(
        "A3.2c first moment",
        ADAM,
        (r"c(1-\beta_1^t)", "c*(1-beta_1**t)"),
        (r"c-c\beta_1^t",),
        (r"c\frac{1-\beta_1^t}{1-\beta_1}", r"c(1-\beta_1^{t+1})"),
    ),
    Item(
        "A3.2d second moment",
        ADAM,
        (r"c^2(1-\beta_2^t)", "c**2*(1-beta_2**t)"),
        (r"c^2-c^2\beta_2^t",),
        (r"c(1-\beta_2^t)", r"c^2\frac{1-\beta_2^t}{1-\beta_2}", r"c^2(1-\beta_2^{t+1})"),
    ),
    Item("A3.2e corrected first moment", ADAM, ("c",), (r"\frac{c(1-\beta_1^t)}{1-\beta_1^t}",), (r"c(1-\beta_1^t)",)),
    Item("A3.2f corrected second moment", ADAM, ("c^2", "c**2"), ("c*c",), ("c", r"c^2(1-\beta_2^t)")),
    Item(
        "A3.2g weights under Adam",
        ADAM,
        (r"-\eta t", "-eta*t"),
        (r"-t\eta", r"-\eta t\,\mathrm{sign}(c)"),
        (r"-\eta c t", r"-\eta t/c", r"\eta t", r"-\eta"),
    ),
    Item(
        "A4.1 output size",
        WIDTHS,
        (r"\lfloor (W_{in}+2P-K)/S\rfloor+1", "floor((W_in+2*P-K)/S)+1"),
        (r"\lfloor (W_{in}+2P-K+S)/S\rfloor", "(W_in+2*P-K)//S+1", r"\lceil (W_{in}+2P-K+1)/S\rceil"),
        (
            r"\lfloor (W_{in}+2P-K)/S\rfloor",
            r"\lfloor (W_{in}+P-K)/S\rfloor+1",
            r"\lceil (W_{in}+2P-K)/S\rceil+1",
            r"\lfloor (W_{in}+2P+K)/S\rfloor+1",
            "(W_in+2*P-K+1)/S",
        ),
    ),
    Item(
        "A4.2 minimum input",
        WIDTHS,
        (r"S(W_{out}-1)+K-2P", "S*(W_out-1)+K-2*P"),
        (r"SW_{out}-S+K-2P",),
        (r"S W_{out}+K-2P", r"S(W_{out}-1)+K-P", r"S W_{out}+K-2P-1"),
    ),
    Item(
        "A4.3 receptive field",
        PADDED,
        (
            r"1+\sum_{j=1}^L (K^{(j)}-1)\prod_{i=1}^{j-1}S^{(i)}",
            "1+Sum((K[j]-1)*Product(S[i],(i,1,j-1)),(j,1,L))",
        ),
        (
            r"\left(\prod_{k=1}^{L} S^{(k)}\right) + \sum_{j=1}^{L} (K^{(j)} - S^{(j)}) \prod_{i=1}^{j-1} S^{(i)}",
            (
                r"\left(\sum_{j=1}^{L} K^{(j)} \prod_{i=1}^{j-1} S^{(i)}\right)"
                r" - \left(\sum_{j=1}^{L-1} \prod_{i=1}^{j} S^{(i)}\right)"
            ),
            (
                r"\left(\sum_{j=1}^{L} K^{(j)} \prod_{i=1}^{j-1} S^{(i)}\right)"
                r" - \left(\sum_{j=1}^{L} \prod_{i=1}^{j-1} S^{(i)}\right) + 1"
            ),
        ),
        (
            r"1+\sum_{j=1}^L (K^{(j)}-2P^{(j)}-1)\prod_{i=1}^{j-1}S^{(i)}",
            r"1+\sum_{j=1}^L (K^{(j)}-1)\prod_{i=1}^{j}S^{(i)}",
            r"1+\sum_{j=1}^L(K^{(j)}-1)",
            r"\sum_{j=1}^L K^{(j)}",
            r"\prod_{j=1}^L K^{(j)}",
            r"1+\sum_{j=1}^L (K^{(j)}-1)\prod_{i=j+1}^{L}S^{(i)}",
            r"S^{(L)}+\sum_{j=1}^L (K^{(j)}-1)\prod_{i=1}^{j-1}S^{(i)}",
        ),
    ),
    Item(
        "A4.3 receptive field as a recurrence",
        {**FIELD, "W": "sequence positive-integer", "l": "nonnegative-integer"},
        (r"W^{(0)}=1+\sum_{j=1}^L (K^{(j)}-1)\prod_{i=1}^{j-1}S^{(i)}",),
        (r"W^{(l)}=S^{(l+1)}(W^{(l+1)}-1)+K^{(l+1)}, W^{(L)}=1",),
        (r"W^{(l)}=S^{(l+1)}W^{(l+1)}+K^{(l+1)}, W^{(L)}=1",),
    ),
    Item(
        "B1 effective learning rate",
        RATE,
        (r"\gamma/(1-\mu)", "gamma/(1-mu)"),
        (r"\frac{-\gamma}{\mu-1}",),
        (r"\gamma(1-\mu)", r"\gamma\mu/(1-\mu)", r"\gamma(1+\mu)", r"\gamma(1-\mu^t)/(1-\mu)"),
    ),
    Item("B2 momentum 0.9", RATE, (r"10\gamma",), (r"\gamma/(1-0.9)", "10*gamma"), (r"9\gamma", r"100\gamma")),
    Item("B2 momentum 0.99", RATE, (r"100\gamma",), (r"\gamma/(1-0.99)",), (r"10\gamma", r"99\gamma")),
    Item(
        "B3 condition number",
        {"lambda_max": "positive", "lambda_min": "positive"},
        (r"\lambda_{\max}/\lambda_{\min}", "lambda_max/lambda_min"),
        (r"\frac{\lambda_{\max}}{\lambda_{\min}}",),
        (r"\lambda_{\min}/\lambda_{\max}", r"\lambda_{\min}\lambda_{\max}"),
    ),
    Item("B4 sum of the schedule", {}, ("1/(e-1)",), (r"\sum_{t=1}^\infty e^{-t}",), ("1", r"\frac{e}{e-1}")),
    Item("B4 sum of the schedule, rounded", {}, ("1/(e-1)",), ("0.58198", "0.5820"), ("1", "0.632"), "digits:4"),
    Item("B7 dense weights", {}, ("32",), ("8*4", r"8\cdot4"), ("8", "64", "16")),
    Item("B7 block weights", {}, ("16",), ("2*(2*4)",), ("8", "64", "32")),
    Item("B11 inception 3a", {}, ("163328",), ("163328.0",), ("159000", "388096")),
    Item(
        "C1c activations", BATCH, ("2212n", "2212*n"), (r"n\cdot 2212",), ("2212", "2264n", "2213n", "1404n", "8848n")
    ),
    Item("C1c activations of four", {}, ("8848",), ("4*2212",), ("2212", "9056", "8849", "5616")),
    Item("C1d parameters", {}, ("66756",), ("65352+1404",), ("65352", "65948")),
    Item(
        "C2a layer normalisation",
        {},
        LAYERNORM,
        (
            "[[-1,-3,4,4],[-1,-1.6667,0,6.6667],[-.5774,-2.1547,-.7321,6.9282]]",
            "[[-1,-3,4,4],[-1,-1.66,0.01,6.68],[-0.57,-2.16,-0.74,6.92]]",
        ),
        (
            "[[-.866,-2.732,3.598,3.464],[-1,-1.6667,0,6.6667],[-.5774,-2.1547,-.7321,6.9282]]",
            "[[1.373,1.673,5.206,2.828],[-1,-1.6667,0,6.6667],[-.5774,-2.1547,-.7321,6.9282]]",
            "[[-.5,-2,2.5,2],[-1,-1.6667,0,6.6667],[-.5774,-2.1547,-.7321,6.9282]]",
            "[[-1,-1,1,1],[-1,-1.6667,0,6.6667],[-.5774,-2.1547,-.7321,6.9282]]",
            "[[-1,-1,-.5774],[-3,-1.6667,-2.1547],[4,0,-.7321],[4,6.6667,6.9282]]",
        ),
        "tolerance:abs=0.02",
    ),
    Item(
        "C3a batch normalisation",
        {},
        BATCHNORM,
        (
            "[[-.7071,-3.8284,-2.2071,-2.8284],[-.7071,.4142,.1982,-2.8284],[1.4142,.4142,5.0089,5.6569]]",
            "[[-.70,-3.82,-2.21,-2.84],[-.70,.42,.19,-2.84],[1.41,.42,5.02,5.64]]",
        ),
        (
            "[[-.577,-3.309,-1.619,-2.309],[-.7071,.4142,.1982,-2.8284],[1.4142,.4142,5.0089,5.6569]]",
            "[[1,1,-2,-4],[-.7071,.4142,.1982,-2.8284],[1.4142,.4142,5.0089,5.6569]]",
        ),
        "tolerance:abs=0.02",
    ),
    Item("C4a dropout output", {}, ("8",), (r"y_{drop}=8",), ("24", "2")),
    Item("C4b corrected output", {}, ("32",), ("8/0.25", "8*4"), ("10.67", "8", "2", "6")),
    Item("C4c expected output", {}, ("32",), ("32.0",), ("8",)),
    Item(
        "C5c-i norms",
        {"theta": "vector n", "phi": "vector n"},
        (r"\|\theta\|_2<\|\phi\|_2",),
        (r"\|\phi\|_2>\|\theta\|_2",),
        (r"\|\theta\|_2>\|\phi\|_2",),
    ),
    Item(
        "D1a minimum norm solution",
        {"X": "matrix n d", "y": "vector n"},
        (r"X^\top(XX^\top)^{-1}y",),
        (r"X^{+}y", "pinv(X)@y"),
        (r"(X^\top X)^{-1}X^\top y", r"(XX^\top)^{-1}X^\top y"),
    ),
    Item(
        "D1a numbers",
        {},
        ("(110/101, 11/101)",),
        ("(1.08910891,0.10891089)", "(1.0891, 0.1089)"),
        ("(1.0784, 0.1078)", "(0.1089, 1.0891)"),
        "tolerance:abs=0.001",
    ),
    Item(
        "D1c rows in any order",
        {},
        ("[[0,2],[20,0],[0,0],[20,2]]",),
        ("[[20,2],[0,0],[0,2],[20,0]]",),
        ("[[0,20],[20,0],[0,0],[20,2]]", "[[0,1],[10,0],[0,0],[10,1]]"),
        "permutation",
    ),
    Item(
        "D1c weights",
        {},
        ("(11/30, 11/3)",),
        ("(.36667, 3.66667)", "(.3667, 3.6667)"),
        ("(.7333, 7.3333)", "(1.0453,1.0945)"),
        "tolerance:abs=0.005",
    ),
    Item(
        "D1g weights for any rate",
        KEEP,
        (r"\frac{11(1-p)}{2-p}", "11*(1-p)/(2-p)"),
        (r"11-\frac{11}{2-p}",),
        (r"\frac{11p}{1+p}", r"\frac{11(1-p)}{2}"),
    ),
    Item(
        "D2b regulariser",
        KEEP,
        (r"\sqrt{(1-p)/p}", "sqrt((1-p)/p)"),
        (r"\sqrt{\frac1p-1}",),
        (r"\sqrt{p(1-p)}", r"(1-p)/p", r"\sqrt{p/(1-p)}"),
    ),
    Item(
        "D2c change of variables",
        {"X": "matrix n d", "Gamma": "diagonal d", "lambda": "positive"},
        (r"\sqrt\lambda X\Gamma^{-1}",),
        ("sqrt(lambda)*X*inv(Gamma)",),
        (r"\sqrt\lambda\Gamma^{-1}X", r"\sqrt\lambda X\Gamma"),
    ),
    Item(
        "D2d norm of the columns",
        KEEP,
        (r"\sqrt{\lambda p/(1-p)}", "sqrt(lambda*p/(1-p))"),
        (r"\sqrt\lambda\sqrt{\frac{p}{1-p}}",),
        (r"\sqrt{1/(p-1)}", r"\sqrt{\lambda(1-p)/p}"),
    ),
    Item(
        "D3a gradient of a convolution",
        {"m": "positive-integer", "g": "sequence real", "x": "sequence real", "i": "index", "j": "index"},
        (r"\sum_{h=1}^m\sum_{l=1}^m g_{h,l}\,x_{h+i-1,l+j-1}",),
        (r"\sum_{l=1}^m\sum_{h=1}^m x_{h+i-1,l+j-1}g_{h,l}", "Sum(Sum(g[h,l]*x[h+i-1,l+j-1],(l,1,m)),(h,1,m))"),
        (r"\sum_{h=1}^m\sum_{l=1}^m g_{h,l}\,x_{h-i+1,l-j+1}", r"g_{1,1}x_{i,j}"),
    ),
    Item(
        "D3b variance of the gradient",
        {"n": "positive-integer", "k": "positive-integer", "sigma_x": "positive", "sigma_g": "positive"},
        (r"(n-k+1)^2\sigma_x^2\sigma_g^2", "(n-k+1)**2*sigma_x**2*sigma_g**2"),
        ("((n-k+1)*sigma_x*sigma_g)**2",),
        (r"(n-k+1)\sigma_x^2\sigma_g^2", r"(n-k)^2\sigma_x^2\sigma_g^2"),
    ),
    Item("D5a parameters", {}, ("58164298",), ("60192808-2049000+20490",), ("60192808",)),
    Item(
        "D5a memory",
        {},
        ("232.66 MB", "221.88 MiB"),
        ("232.66 MB", "221.88 MiB", "0.23266 GB"),
        ("58.16 MB", "232.66 MiB"),
        "tolerance:rel=1e-3",
    ),
    Item("D5a overhead", {}, ("592 MiB",), ("592.1 MiB",), ("814 MiB", "581 MiB"), "tolerance:abs=1"),
)


@pytest.fixture(scope="module")
def comparer():
    with Comparer() as made:
        yield made


def verdict_of(comparer: Comparer, item: Item, student: str, reference: str) -> Verdict:
    return comparer.compare(Request(student, reference, item.symbols, item.mode)).verdict


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name)
def test_every_right_form_is_accepted(item: Item, comparer: Comparer) -> None:
    for reference in item.references:
        for student in (*item.references, *item.also):
            found = verdict_of(comparer, item, student, reference)

            assert found.equal, f"{student} for {reference}: {found}"


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name)
def test_every_wrong_form_is_told_apart(item: Item, comparer: Comparer) -> None:
    for reference in item.references:
        for student in item.wrong:
            found = verdict_of(comparer, item, student, reference)

            assert found.verdict == "different", f"{student} for {reference}: {found}"
            assert found.witness is not None
