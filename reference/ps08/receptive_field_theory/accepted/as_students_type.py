"""The recurrence and the closed form, each as in the printed solutions and as students type them."""

# %% printed solution of 2024 and 2025, equations 8 and 17
width_recurrence = r"W^{(l)} = S^{(l+1)} \cdot (W^{(l+1)} - 1) + K^{(l+1)}, \qquad W^{(L)} = 1"
receptive_field_width = r"W^{(0)} = \left(\sum_{j=1}^{L} (K^{(j)} - 1) \prod_{i=1}^{j-1} S^{(i)} \right) + 1"

# %% equations 9 and 13, mended
width_recurrence = r"W^{(l)} = S^{(l+1)}W^{(l+1)} + (K^{(l+1)} - S^{(l+1)}), W^{(L)} = 1"
receptive_field_width = (
    r"\left(\prod_{k=1}^{L} S^{(k)}\right) + \sum_{j=1}^{L} (K^{(j)} - S^{(j)}) \prod_{i=1}^{j-1} S^{(i)}"
)

# %% equation 14
receptive_field_width = r"\left(\prod_{k=1}^{L} S^{(k)}\right) + \left(\sum_{j=1}^{L} K^{(j)} \prod_{i=1}^{j-1} S^{(i)}\right) - \left(\sum_{j=1}^{L} \prod_{i=1}^{j} S^{(i)}\right)"

# %% equation 15
receptive_field_width = r"\left(\sum_{j=1}^{L} K^{(j)} \prod_{i=1}^{j-1} S^{(i)}\right) - \left(\sum_{j=1}^{L-1} \prod_{i=1}^{j} S^{(i)}\right)"

# %% equation 16
receptive_field_width = r"\left(\sum_{j=1}^{L} K^{(j)} \prod_{i=1}^{j-1} S^{(i)}\right) - \left(\sum_{j=1}^{L} \prod_{i=1}^{j-1} S^{(i)}\right) + 1"

# %% lower indices
width_recurrence = r"W_l = S_{l+1}(W_{l+1} - 1) + K_{l+1}, \; W_L = 1"
receptive_field_width = r"1+\sum_{l=1}^L (K_l-1)\prod_{i=1}^{l-1}S_i"

# %% shifted index
width_recurrence = r"W^{(l-1)} = S^{(l)} (W^{(l)} - 1) + K^{(l)}, \quad W^{(L)} = 1"
receptive_field_width = r"1+\sum_{j=0}^{L-1} (K^{(j+1)}-1)\prod_{i=1}^{j}S^{(i)}"

# %% the first kernel written apart
receptive_field_width = r"K^{(1)}+\sum_{j=2}^{L} (K^{(j)}-1)\prod_{i=1}^{j-1}S^{(i)}"

# %% Python text
width_recurrence = "W[l] = S[l+1]*(W[l+1] - 1) + K[l+1], W[L] = 1"
receptive_field_width = "1 + Sum((K[j]-1)*Product(S[i],(i,1,j-1)),(j,1,L))"

# %% base case first
width_recurrence = "W[L] = 1; W[l-1] = (W[l] - 1)*S[l] + K[l]"
receptive_field_width = "sum((K[j] - 1)*prod(S[i], i, 1, j-1), j, 1, L) + 1"

# %% an aligned display
width_recurrence = r"\begin{aligned} W^{(L)} &= 1 \\ W^{(l)} &= S^{(l+1)} (W^{(l+1)} - 1) + K^{(l+1)} \end{aligned}"

# %% cases
width_recurrence = (
    r"W^{(l)} = \begin{cases} 1 & l = L \\ S^{(l+1)} (W^{(l+1)} - 1) + K^{(l+1)} & \text{otherwise} \end{cases}"
)

# %% sympy objects
from sympy import IndexedBase, Product, Sum, symbols

L, i, j = symbols("L i j", integer=True)
K, S = IndexedBase("K"), IndexedBase("S")
receptive_field_width = 1 + Sum((K[j] - 1) * Product(S[i], (i, 1, j - 1)), (j, 1, L))

# %% sympy equations
from sympy import Eq, IndexedBase, symbols

L, l = symbols("L l", integer=True)
W, K, S = IndexedBase("W"), IndexedBase("K"), IndexedBase("S")
width_recurrence = [Eq(W[l], S[l + 1] * (W[l + 1] - 1) + K[l + 1]), Eq(W[L], 1)]
