# %% lists
z1_shape = z2_shape = z3_shape = [4, 128]
z10_shape = [4, 1000]
z11_shape = []
# %% text
z1_shape = "4x128"
z4_shape = "[4, 256]"
z7_shape = "(4, 20)"
z11_shape = "scalar"
# %% the name of the batch size
z1_shape = z2_shape = z3_shape = "[batchsize, 128]"
z10_shape = "(n, 1000)"
# %% torch.Size
import torch

z4_shape = torch.Size([4, 256])
z11_shape = torch.Size([])
# %% expressions
linear1_out = "2^7"
linear4_out = 1e3
