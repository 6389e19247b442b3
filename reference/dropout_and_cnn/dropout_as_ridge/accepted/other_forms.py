# %% sums with other indices and bare subscripts
moment_same = r"\sum_{i=1}^n p X_{ij}^2"
moment_different = r"p^2 \sum_{k=1}^n X_{ki} X_{kj}"

# %% factors in another order
moment_same = r"p \sum_{k=1}^n X_{kj} X_{kj}"
moment_different = r"\sum_{k=1}^n X_{k,i} p^2 X_{k,j}"

# %% collected otherwise
second_moment = r"p^2 (X^\top X - D) + p D"
second_moment_example = r"\begin{pmatrix} 10p & 14p^2 \\ 14p^2 & 20p \end{pmatrix}"

# %% the norms instead of their squares
second_moment = r"p \left( p X^T X + (1-p) G^2 \right)"
expanded_loss = r"y^T y - 2p\, v^T X^T y + p^2 v^T X^T X v + p(1-p) v^T G^T G v"

# %% as norms
expanded_loss = r"\lVert y \rVert^2 - 2p\, y^\top X v + p^2 \lVert X v \rVert^2 + p(1-p) \lVert G v \rVert^2"

# %% other forms of the factor
weight_map = r"v \cdot p"
penalty_factor = r"\sqrt{\frac{1}{p} - 1}"

# %% plain text, entry by entry in code
import numpy as np

penalty_factor = "sqrt(1 - p)/sqrt(p)"
second_moment = "p**2*X.T@X + p*D - p**2*D"


def masked_gram(x, p):
    gram = np.zeros((x.shape[1], x.shape[1]))
    for i in range(x.shape[1]):
        for j in range(x.shape[1]):
            gram[i, j] = (p if i == j else p * p) * np.sum(x[:, i] * x[:, j])
    return gram
