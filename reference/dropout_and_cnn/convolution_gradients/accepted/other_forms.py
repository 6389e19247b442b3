# %% other letters for the indices, one sum sign
weight_gradient = r"\sum_{l=1}^{n-k+1}\sum_{h=1}^{n-k+1} x_{i+l-1,j+h-1} dy_{l,h}"
bias_gradient = r"\sum_{l=1}^{n-k+1}\sum_{h=1}^{n-k+1} dy_{l,h}"

# %% indices from zero
weight_gradient = r"\sum_{h=0}^{n-k} \sum_{l=0}^{n-k} dy_{h+1,l+1}\, x_{h+i,l+j}"

# %% summed over the entries of the image
weight_gradient = r"\sum_{h=i}^{n-k+i} \sum_{l=j}^{n-k+j} dy_{h-i+1,l-j+1}\, x_{h,l}"

# %% as sympy
from sympy import IndexedBase, Sum, symbols

n, k, i, j, h, l = symbols("n k i j h l", integer=True, positive=True)
x, dy = IndexedBase("x"), IndexedBase("dy")
weight_gradient = Sum(dy[h, l] * x[h + i - 1, l + j - 1], (h, 1, n - k + 1), (l, 1, n - k + 1))
bias_gradient = Sum(dy[h, l], (h, 1, n - k + 1), (l, 1, n - k + 1))
weight_update = "w - eta*dw"
bias_update = "-eta db + b"

# %% with an arrow
weight_update = r"w \leftarrow w - \eta\, dw"
bias_update = r"b \leftarrow b - \eta\, db"

# %% loops over every index
import numpy as np


def convolution_backward(x, w, dy):
    dw, dx, db = np.zeros(w.shape), np.zeros(x.shape), 0.0
    for h in range(dy.shape[0]):
        for l in range(dy.shape[1]):
            db += dy[h, l]
            for i in range(w.shape[0]):
                for j in range(w.shape[1]):
                    dw[i, j] += dy[h, l] * x[h + i, l + j]
                    dx[h + i, l + j] += dy[h, l] * w[i, j]
    return dw, db, dx
