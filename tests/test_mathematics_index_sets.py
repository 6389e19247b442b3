"""Index sets of which only the names are known: the same sets in both formulas, and never two for one."""

from __future__ import annotations

import pytest

from grader.mathematics.serving import answered

SAME = [
    (r"\frac1{\sum_{k\in\mathcal N_i}\exp(e_{ik}-e_{ij})}", r"\frac{\exp(e_{ij})}{\sum_{k\in N(i)}\exp(e_{ik})}"),
    (r"\frac{\prod_{k\in N(i)}m_k}{m_j}", r"\prod_{k\in N(i)\setminus j}m_k"),
    (r"x_i+\sum_{j\in N(i)}x_j", r"\sum_{j\in N(i)\cup\{i\}}x_j"),
    (r"\frac{1}{|C|}\sum_{x\in C}(x-\mu)", r"\frac{1}{|C|}\sum_{x\in C}x-\mu"),
    (r"\sum_{(i,j)\in E}(x_i-x_j)^2", r"\sum_{(i,j)\in E}(x_i^2-2x_ix_j+x_j^2)"),
    (r"r+\gamma\max_{b}Q(s,b)", r"r+\gamma\max_{a\in\mathcal A}Q(s,a)"),
    (r"\sum_{i:\,y_i=k}x_i", r"\sum_{i=1}^n\mathbf 1[y_i=k]x_i"),
    (r"\max(0,1+\max_{j\ne y}z_j-z_y)", r"\max(0,1-z_y+\max_{j\neq y}z_j)"),
    (r"h+\sum_{k\in\partial i}u_{k\to i}-u_{j\to i}", r"h+\sum_{k\in\partial i\setminus j}u_{k\to i}"),
]

OTHER = [
    (r"1-d+d\sum_{j\in M(i)}PR(j)", r"\frac{1-d}{N}+d\sum_{j\in M(i)}\frac{PR(j)}{L(j)}"),
    (r"\prod_{k\in N(i)}m_k", r"\prod_{k\in N(i)\setminus j}m_k"),
    (r"\sum_{x\in C}(x-\mu)", r"\sum_{x\in C}x-\mu"),
    (r"(\sum_{(i,j)\in E}x_i)(\sum_{(i,j)\in E}y_j)", r"(\sum_{(i,j)\in E}1)(\sum_{(i,j)\in E}x_iy_j)"),
    (r"h+\sum_{k\in\partial i}u_{k\to i}-u_{i\to j}", r"h+\sum_{k\in\partial i\setminus j}u_{k\to i}"),
]

OPEN = [
    (r"\sum_{k\in N_j}x_k", r"\sum_{k\in N_i}x_k"),
    (r"\sum_{k\in M(i)}x_k", r"\sum_{k\in N(i)}x_k"),
    (r"\sum_{i=1}^nx_i", r"\sum_{i\in S}x_i"),
    (r"\frac1{d_i}\sum_{j\in N_i}h_j", r"\frac1{|N_i|}\sum_{j\in N_i}h_j"),
]


def _verdict(student: str, reference: str) -> str:
    asked = {"student": student, "reference": reference, "symbols": None, "mode": "exact", "syntax": "auto"}
    found = answered({**asked, "seed": 0, "diagnose": False, "aliases": {}}, None)
    word: str = found["verdict"]["verdict"]
    return word


@pytest.mark.parametrize(("student", "reference"), SAME)
def test_what_holds_for_any_sets_is_equal(student: str, reference: str):
    assert _verdict(student, reference).startswith("equal")


@pytest.mark.parametrize(("student", "reference"), OTHER)
def test_what_fails_for_some_sets_is_different(student: str, reference: str):
    assert _verdict(student, reference) == "different"


@pytest.mark.parametrize(("student", "reference"), OPEN)
def test_two_sets_may_be_related_in_ways_that_nobody_wrote(student: str, reference: str):
    assert _verdict(student, reference) == "undecided"


@pytest.mark.parametrize(
    ("student", "reference", "verdict"),
    [
        (r"\sum_{k=-\infty}^{\infty}h[k]x[n-k]", r"y[n]=\sum_{k=-\infty}^{\infty}x[k]h[n-k]", "equal"),
        (r"\sum_{k=-\infty}^{\infty}x[k]h[n+k]", r"y[n]=\sum_{k=-\infty}^{\infty}x[k]h[n-k]", "different"),
        (r"\int_{-\infty}^\infty f(t-u)g(u)du", r"\int_{-\infty}^\infty f(\tau)g(t-\tau)d\tau", "equal"),
        (r"\int_{-\infty}^\infty f(t+u)g(u)du", r"\int_{-\infty}^\infty f(\tau)g(t-\tau)d\tau", "different"),
        (r"\sum_{k=0}^{\infty}h[k]x[n-k]", r"\sum_{k=-\infty}^{\infty}x[k]h[n-k]", "undecided"),
        (r"\sum_k\sum_m h[k]g[m]x[n-k-m]", r"\sum_m\sum_k x[k]g[m]h[n-k-m]", "equal"),
        (r"\frac{e^{z_i}}{\sum_j e^{z_i}}", r"\frac{e^{z_i}}{\sum_j e^{z_j}}", "different"),
        (r"\mathbb E_{b\sim\pi_\theta(\cdot|s)}[f(s,b)]", r"\sum_b\pi_\theta(b|s)f(s,b)", "equal"),
        (r"\mathbb E_{s'\sim P(\cdot|s,a)}[r+V(s')]", r"r+\gamma\sum_{s'}P(s'|s,a)V(s')", "different"),
    ],
)
def test_sums_over_everything_are_decided_by_their_terms(student: str, reference: str, verdict: str):
    assert _verdict(student, reference) == verdict


@pytest.mark.parametrize(
    ("student", "reference", "verdict"),
    [
        (r"\sum_z P(Y|X,Z=z)P(Z=z|X)", r"P(Y|do(X))=\sum_z P(Y|X,Z=z)P(Z=z)", "different"),
        (r"\sum_z P(Y|X,Z=z)P(Z=z|X)", "P(Y|X)", "equal"),
        (r"\sum_x xP(X=x)", "E[X]", "undecided"),
        (r"G_t=r_{t+1}+\gamma r_{t+2}", r"G_{t:t+2}=r_{t+1}+\gamma r_{t+2}", "equal"),
        (r"x_1=3a", "x_2=3a", "different"),
        (r"g/max(1, norm(g)/C)", r"g\cdot\min\left(1,\frac{C}{\|g\|_2}\right)", "equal where both are defined"),
        (r"\frac{g}{\max(1,\|g\|^2/C)}", r"g\min(1,\frac{C}{\|g\|})", "different"),
        (r"\max_a(r+\gamma Q(s,a))", r"r+\gamma\max_aQ(s,a)", "equal"),
        (r"\max(0,\lambda x)", r"\lambda\max(0,x)", "undecided"),
        (r"-R^\top[t]_\times", r"([\mathbf t]_\times R)^\top", "equal"),
        (r"R[t]_\times", r"[\mathbf t]_\times R", "different"),
        (r"[a]_\times b", r"\mathbf a\times\mathbf b", "equal"),
    ],
)
def test_names_thresholds_and_cross_products_mean_what_they_do_in_courses(student: str, reference: str, verdict: str):
    assert _verdict(student, reference) == verdict


@pytest.mark.parametrize(
    ("student", "reference", "verdict"),
    [
        (r"\sum_{i:y_i=1}a_i-\sum_{i:y_i=-1}a_i", r"\sum_ia_iy_i", "equal"),
        (r"\sum_{i:y_i=1}a_i+\sum_{i:y_i=-1}a_i", r"\sum_ia_iy_i", "different"),
        (r"\sum_{j\ne y_i}\max(0,s_j-s_{y_i}+1)", r"\sum_j\max(0,s_j-s_{y_i}+1)-1", "equal"),
        (r"\frac{1}{1+\sum_{j\ne i}e^{z_j-z_i}}", r"\frac{e^{z_i}}{\sum_je^{z_j}}", "equal"),
        (r"\frac{1}{\sum_{j\ne i}e^{z_j-z_i}}", r"\frac{e^{z_i}}{\sum_je^{z_j}}", "different"),
        (r"\mathbf 1[x=0]+\mathbf 1[x=1]", "1", "different"),
        (
            r"\log(1+\sum_{v^-\in N}e^{s(v^-)-s(v^+)})",
            r"-\log\frac{e^{s(v^+)}}{e^{s(v^+)}+\sum_{v^-\in N}e^{s(v^-)}}",
            "equal",
        ),
        (r"\sum_{x\in S}xx^\top-|S|mm^\top", r"\sum_{x\in S}(x-m)(x-m)^\top", "undecided"),
    ],
)
def test_classes_and_places_have_the_values_that_sums_run_over(student: str, reference: str, verdict: str):
    assert _verdict(student, reference) == verdict


@pytest.mark.parametrize(
    ("student", "reference", "verdict"),
    [
        ("sum_{j in N(i)} a_ij h_j", r"\sum_{j\in\mathcal N(i)}a_{ij}h_j", "equal"),
        ("Σ_{j∈N(i)} α_ji h_j", r"\sum_{j\in\mathcal N(i)}\alpha_{ij}h_j", "different"),
        (r"\int p_X(x)p_Y(z+x)dx", r"p_Z(z)=\int p_Y(y)p_X(z-y)dy", "different"),
        (r"\sum_{i\in A\cup B}x_i", r"\sum_{i\in A}x_i+\sum_{i\in B}x_i-\sum_{i\in A\cap B}x_i", "equal"),
        (
            r"\frac{1}{|C_i|-1}\sum_{j\in C_i,j\ne i}d_{ij}",
            r"\frac{1}{|C_i|-1}\sum_{j\in C_i\setminus\{i\}}d_{ij}",
            "equal",
        ),
        (r"\max_a|Q(s,a)-Q'(s,a)|", r"\max_{a\in\mathcal A}|Q'(s,a)-Q(s,a)|", "equal"),
    ],
)
def test_sets_are_read_as_students_spell_them(student: str, reference: str, verdict: str):
    assert _verdict(student, reference) == verdict
