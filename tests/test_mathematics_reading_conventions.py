"""Texts for which nobody declared anything, read together with another one: docs/reading.md says how."""

import re
from pathlib import Path

import pytest

from grader.mathematics.printing import to_text
from grader.mathematics.reading import Reading, Refusal, infer, read

PAGE = Path(__file__).parent.parent / "docs" / "reading.md"


def _rows() -> list[list[str]]:
    lines = PAGE.read_text("utf-8").splitlines()
    start = next(place for place, line in enumerate(lines) if line.endswith("| is then read as |")) + 2
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().strip("`").replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def _shown(text: str, beside: str) -> str:
    reading = read(text, infer([text, beside]))
    return to_text(reading.node) if isinstance(reading, Reading) else str(reading)


@pytest.mark.parametrize("row", _rows(), ids=lambda row: f"{row[0]} beside {row[1]}")
def test_is_read_beside_another_text_as_the_page_says(row: list[str]):
    text, beside, expected = row

    assert _shown(text, beside).replace(" | ", " given ") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a(b+c)", "a*(b + c)"),
        ("w_1(x+y)", "w_1*(x + y)"),
        (r"p_{\theta}(x \mid z)", "p_thetagiven(x, z)"),
        (r"D_{\mathrm{KL}}\left(q(z|x)\,\middle\|\,p(z)\right)", "kl(q_given(z, x), p(z))"),
        ("KL(p||q)", "kl(p, q)"),
        (r"H(p,q)-H(p)", "cross_entropy(p, q) - entropy(p)"),
        ("H(X,Y)", "joint_entropy(X, Y)"),
        (r"I(X;Y \mid Z)", "conditional_mutual_information(X, Y, Z)"),
        (r"x_{1:n}", "x_span[1, n]"),
        (r"x_{\le t}", "x_span[1, t]"),
        (r"\hat x_{<t}", "x_hat_span[1, t - 1]"),
        (r"K_{**}-K_*", "K_starstar - K_star"),
        ("W_in+k_out", "W_in + k_out"),
        (r"Q(s,a)+\alpha[r-Q(s,a)]", "Q(s, a) + alpha*(r - Q(s, a))"),
        (r"\max_{a'}Q(s',a')-Q(s,a)", "max(Q(s_prime, a_prime) for a_prime) - Q(s, a)"),
        (r"\lim_{n\to\infty}1-(1-1/n)^n", "Limit(1 - (1 - 1/n)**n, n, oo)"),
        (r"\frac d2\log2\pi", "d/2*log(2*pi)"),
        ("(k-1)2^L", "(k - 1)*2**L"),
        ("f^2(x)", "f(x)**2"),
        ("3 x y", "3*x*y"),
        ("matrix([1,2],[3,4])", "Matrix([[1, 2], [3, 4]])"),
        ("%e^(%i*%pi)", "e**(i*pi)"),
        ("50%", "50%"),
    ],
)
def test_reads_a_text_alone(text: str, expected: str):
    assert _shown(text, text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("f^{-1}(x)", "the inverse of f is not read"),
        (r"\log2(x)", "its base or as a factor"),
        (r"\frac{a}{b}:\frac{c}{d}", "':' is not expected here"),
        ("d_in_t", "takes no index"),
        (",5", "a comma before the first digit"),
        (r"f\circ g", "so it needs an argument"),
        (r"z_t\odot h~_t", "a ~ before an index"),
        ("x{+1}", "curly brackets behind a factor"),
        (r"\text{Var}(X|)", "a bar with nothing behind it"),
        (r"X-Y\operatorname", "without the name of a function"),
        (r"x^{\underline{n}}", "a falling or rising factorial"),
        (r"\overline{x+y}", "a mean or a conjugate"),
        ("t+t(3,4)", "t is no function of 2 arguments"),
        ("(1-x)_i", "something that has no entries"),
    ],
)
def test_refuses_what_has_two_meanings(text: str, reason: str):
    refusal = read(text, infer([text, "x"]))

    assert isinstance(refusal, Refusal)
    assert reason in str(refusal)


@pytest.mark.parametrize(
    ("text", "other", "expected"),
    [
        (r"\mathcal{N}(x \mid \mu, \Sigma)", "x", "normal(x, mu, Sigma)"),
        (r"r + \max_a Q(t,a) - Q(s,a)", r"\max_b Q(t,b)", "r + max(Q(t, a) for a) - Q(s, a)"),
        (r"\max_a Q(t,a) - Q(s,a)", r"\max_b Q(t,b) - Q(s,a)", "max(Q(t, a) for a) - Q(s, a)"),
        ("sum(x_i)^2", r"\sum_i x_i", "Sum(x[i], (i))**2"),
        ("Π_i x_i", r"\prod_i x_i", "Product(x[i], (i))"),
        (r"\log p(x) q(x)", r"q(x)", "log(p(x))*q(x)"),
        ("(I-KH)P", "P-KHP", "(I - K*H)*P"),
        (r"r^Tr", r"\|r\|", "transpose(r)*r"),
        (r"n_hL+d", "n_h L", "n_h*L + d"),
        ("int x^2 dx", "x", "Integral(x**2, x)"),
        (r"s'_i", "s_i'", "s_i_prime"),
        (r"\frac{dz}{dx}", r"\frac{dz}{dx}", "dz/dx"),
        (r"dz=a-y", "a-y", "a - y"),
        (r"X^TX+I_d", r"X^TX+I", "transpose(X)*X + I"),
        ("x_iy_i", "y_ix_i", "x_i*y_i"),
        ("sum(alpha_ibeta_i)", r"\sum_i\alpha_i\beta_i", "Sum(alpha[i]*beta[i], (i))"),
        (r"Q_{\theta^-}(s,a)+\theta^-", "x", "Q_thetaminus(s, a) + theta_minus"),
        (r"\theta^-1", "x", "theta**(-1)"),
        (r"Q_{\theta'}(s,\mu_{\phi'}(s))", "x", "Q_thetaprime(s, mu_phiprime(s))"),
        (r"\min_{i=1,2}Q_{\theta'_i}(s,a)", "x", "min(Qprime(i, s, a) for i in {1, 2})"),
        (r"\min_iQ_{\theta_i}(s)-\min(Q_{\theta_1}(s),1)", "x", "min(Q(i, s) for i) - min(Q(1, s), 1)"),
        ("(AB)_{ij}", r"\sum_k A_{ik}B_{kj}", "entry(A*B, i, j)"),
        ("(Wx+b)_i", r"\sum_j W_{ij}x_j+b_i", "entry(W*x + b, i)"),
        (r"\log\pi(a|s)(Q-V)", "x", "log(pi_given(a, s))*(Q - V)"),
        ("np.outer(x, y)", "xy^T", "x*transpose(y)"),
        ("ᾱ_t", r"\bar\alpha_t", "alpha_bar_t"),
        ("n2^{n-1}", "n", "n*2**(n - 1)"),
        ("x1^2+x", "x", "x1**2 + x"),
        ("O(knTd)", "nkdT", "O(k*n*T*d)"),
        ("knob", "nk", "knob"),
        ("(1+2j)*1j", "3", "(1 + 2*i)*1*i"),
        ("2j+a_j", "3", "2*j + a_j"),
        ("(-oo, 3) U (5, 7]", "x", "Union(Interval.open(-oo, 3), Interval.Lopen(5, 7))"),
        (r"step\cdot warmup^{2}+d_{model}", r"\frac{step}{warmup}+d_{model}", "step*warmup**2 + d_model"),
        (r"\prod_{t=1}^T W_h^\top", "1", "Product(transpose(W_h), (t, 1, T))"),
        (r"\sum_{t=1}^T x_t^Ty_t", "1", "Sum(transpose(x[t])*y[t], (t, 1, T))"),
        ("dZ1*X", "Z_1", "d*Z1*X"),
        ("sum_{k=0}^inf g^k", "1", "Sum(g**k, (k, 0, oo))"),
        ("exp(logvar)", "1", "exp(logvar)"),
        (r"I(i-m,j-n)", "1", "I(i - m, j - n)"),
        (r"\frac{1}{1+decay\_rate}", "1", "1/(1 + decay_rate)"),
        ("y''+4y", "1", "y_prime_prime + 4*y"),
        (r"\vec a\times\vec b", "1", "cross(a, b)"),
        (r"\mathbf{u}\times\mathbf{v}_1", "1", "cross(u, v_1)"),
        (r"A\times b", "1", "A*b"),
        ("(1,2)+t(3,4)", "1+3t", "(1, 2) + t*(3, 4)"),
        ("2 +/- x", "1", "2 ± x"),
        (r"(I-K_kH)P_k", r"P_k", "(I - K_k*H)*P_k"),
        (r"P_kH^\top(HP_kH^\top+R)^{-1}", r"R", "P_k*transpose(H)*inverse(H*P_k*transpose(H) + R)"),
        (r"PH^\top", r"PH^\top", "P*transpose(H)"),
        ("TP/(TP+FP)", "TP/(FP+TP)", "TP/(TP + FP)"),
        ("e(h, f)=(h-f)^2", "(f-h)^2", "(h - f)**2"),
        (r"\mathbb{R}^{n\times d}", "x", "ℝ**(n, d)"),
        ("v = 0.9*v + g", "0.9v+g", "0.9*v + g"),
        (r"\sum_{s'}T(s,a,s')V(s')", "x", "Sum(T(s, a, s_prime)*V(s_prime), (s_prime))"),
        (r"N_02^{-t}", "t", "N_0*2**(-t)"),
        ("#params = K*C_in", "C_{in}K", "K*C_in"),
        (r"\hat AHW", "x", "A_hat*H*W"),
        (r"a^2\operatorname{Var}X", "x", "a**2*Var[X]"),
        (r"\arg\max_\theta\ell(\theta)", "x", "argmax(ell[theta] for theta)"),
        (r"\rho E[g^2]_{t-1}+E[g^2]", "x", "rho*Egsquared[t - 1] + E[g**2]"),
        ("(1+x^Tx')^2", "x", "(1 + transpose(x)*x_prime)**2"),
        ("- Σ p(x) log q(x)", r"\sum_xp(x)\log q(x)", "-Sum(p[x]*log(q[x]), (x))"),
        (r"\sum_x P(x)\log P(x)", "x", "Sum(P[x]*log(P[x]), (x))"),
        (r"\int p(\theta')d\theta'", "x", "Integral(p(thetaprime), thetaprime)"),
        ("O(E+V)+E", "V", "O(E + V) + E"),
        ("O(v+e)", "O(v)", "O(v + e)"),
        ("E**x", "e^x", "e**x"),
        ("2*E", "e", "2*e"),
        (r"\Lambda(x-1)", "x", "Lambda*(x - 1)"),
        (r"\binom dk2^k", "k", "binomial(d, k)*2**k"),
        ("z.square().log()", "z", "log(z**2)"),
        ("(x-x')^T(x-x')", "x", "transpose(x - x_prime)*(x - x_prime)"),
        (r"XW^QW^{K\top}", "x", "X*W_Q*transpose(W_K)"),
        (r"QW_i^Q", "x", "Q*W_Qi"),
        (r"tf\cdot\log\frac{N}{df}", r"tf\log(N/df)", "tf*log(N/df)"),
        ("n_HC+n_Hn_W", "Cn_H", "n_H*C + n_H*n_W"),
        ("sqrt(2/fan_in)", r"\frac{2}{fan_{in}}", "sqrt(2/fan_in)"),
        ("w* = X'y", "X^Ty", "transpose(X)*y"),
        ("theta - eta*grad L(theta)", "1", "theta - eta*Gradient(L(theta))"),
        ("sin x cos x", "sin(2x)/2", "sin(x)*cos(x)"),
        ("Σx/n", r"\frac{\sum x}n", "Sum(x[i]/n, (i))"),
        (r"y_1(x)+\ldots+y_T(x)", r"\sum_{t=1}^T y_t(x)", "Sum(y(k, x), (k, 1, T))"),
        (r"\eta^TT(y)", r"\eta^\top T(y)", "transpose(eta)*T(y)"),
        ("W1x+b1", "W_1x+b_1", "W1*x + b1"),
        (r"\sum_{t=1}^Tr_t", r"\sum_tr_t", "Sum(r[t], (t, 1, T))"),
        (r"\alpha_mI(y)", "x", "alpha_m*I(y)"),
        ("[0,1]U{2}", "x", "Union(Interval(0, 1), {2})"),
        (r"W^{[l+1]T}g'^{[l]}(Z)", "x", "transpose(W[l + 1])*Derivative(g(l, Z), Z)"),
        (r"g^{[l]\prime}(Z)", r"g^{\prime[l]}(Z)", "Derivative(g(l, Z), Z)"),
        (r"a^{<t-1>}+x^{\langle t\rangle}", "x", "a[t - 1] + x[t]"),
        (r"\sum_{t'}\alpha^{<t,t'>}", "x", "Sum(alpha[t, t_prime], (t_prime))"),
        (r"\sum_{s'} e_{ts'}+e_{ts}", "x", "Sum(e[t, s_prime], (s_prime)) + e[t, s]"),
        (r"1\{x_j=1,y=1\}", "x", "indicator(x_j = 1 and y = 1)"),
        (r"\Sigma_{t|t-1}", "x", "Sigma_cond[t, t - 1]"),
        (r"p(z \mid x;\theta)", "x", "P(z | x and theta)"),
        (r"w_i^*+w_i", "x", "w_i_star + w_i"),
        (r"f^*(y)+f(x)", "x", "f_star(y) + f(x)"),
        (r"\phi_j(x)+\phi(x)", r"\sum_j\phi_j(x)", "phi(j, x) + phi(x)"),
        ("v = 0.9*v + g", "10g", "v = 0.9*v + g"),
        (r"n\sum xy-\sum x\sum y", r"\sum_k x_k", "n*Sum(x[k]*y[k], (k)) - Sum(x[k]*Sum(y[k], (k)), (k))"),
        (r"\sum(x-\bar x)^2", "n", "Sum((x[i] - x_bar)**2, (i))"),
        (r"\sum x_i\sum y_i", r"\sum_i x_i", "Sum(x[i]*Sum(y[i], (i)), (i))"),
        ("n - sum x_i", r"\sum_i x_i", "n - Sum(x[i], (i))"),
        ("sum (x_i-m)^2", r"\sum_i x_i", "Sum((x[i] - m)**2, (i))"),
        (r"\Pi_ix_i", r"\prod_ix_i", "Product(x[i], (i))"),
        (r"\Sigma_i(x_i-m)", r"\sum_i x_i", "Sum(x[i] - m, (i))"),
        (r"\Sigma_ix_i", r"\mu", "Sigma_i*x_i"),
        ("x - np.mean(x)", r"\bar x", "x - x_bar"),
        (r"N\times3\times28", "(N, 3, 28)", "(N, 3, 28)"),
        ("28 x 28 x 6", r"28\times28\times6", "28*28*6"),
        (r"n\times d", "nd", "n*d"),
    ],
)
def test_reads_a_text_beside_another(text: str, other: str, expected: str):
    reading = read(text, infer([text, other]))

    assert isinstance(reading, Reading), reading
    assert to_text(reading.node) == expected


def test_labels_with_long_numbers_keep_their_commas():
    assert read("x_{1,12}", infer(["x_{1,12}"])) != read("x_{11,2}", infer(["x_{11,2}"]))
    assert isinstance(read("x_1_2", infer(["x_1_2", "x_{12}"])), Refusal)
    assert isinstance(read(r"\mathrm{LeakyReLU}(x)", infer([r"\mathrm{LeakyReLU}(x)", "x"])), Refusal)
