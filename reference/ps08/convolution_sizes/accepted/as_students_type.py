"""With the floor, without it, and the other ways to round."""

# %% printed solution of 2024 and 2025
output_width = r"W_{out} = (W_{in} + 2P - K)/S + 1"
smallest_input_width = r"W_{in} = S \cdot (W_{out} - 1) + K - 2P"

# %% rounded down
output_width = r"\left\lfloor \frac{W_{in}+2P-K}{S} \right\rfloor + 1"
smallest_input_width = r"SW_{out} - S + K - 2P"

# %% everything under the floor
output_width = r"\lfloor (W_{in}+2P-K+S)/S \rfloor"
smallest_input_width = r"(W_{out}-1)S + K - 2P"

# %% rounded up, with one more
output_width = r"\left\lceil \frac{W_{in}+2P-K+1}{S} \right\rceil"

# %% without rounding, one fraction
output_width = r"\frac{W_{in}+2P-K+S}{S}"
smallest_input_width = r"K + S(W_{out} - 1) - 2 \cdot P"

# %% Python text
output_width = "floor((W_in + 2*P - K)/S) + 1"
smallest_input_width = "S*(W_out - 1) + K - 2*P"

# %% Python integer division
output_width = "(W_in + 2*P - K)//S + 1"
smallest_input_width = "S*W_out - S + K - 2*P"

# %% Unicode
output_width = "⌊(W_in + 2P − K)/S⌋ + 1"
smallest_input_width = "S·(W_out − 1) + K − 2·P"

# %% roman subscripts
output_width = r"\left\lfloor\frac{W_{\text{in}}-K+2P}{S}+1\right\rfloor"
smallest_input_width = r"S(W_{\mathrm{out}}-1)+K-2P"

# %% sympy objects
from sympy import floor, symbols

W_in, W_out, K, P, S = symbols("W_in W_out K P S", integer=True)
output_width = floor((W_in + 2 * P - K) / S) + 1
smallest_input_width = S * (W_out - 1) + K - 2 * P

# %% sympy integer division
from sympy import symbols

W_in, K, P, S = symbols("W_in K P S", positive=True, integer=True)
output_width = (W_in + 2 * P - K) // S + 1
