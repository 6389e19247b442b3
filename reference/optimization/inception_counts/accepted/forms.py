# %% products
channels_a = "64 + 128 + 32 + 32"
weights_a = "192*64 + 192*96 + 9*96*128 + 192*16 + 25*16*32 + 192*32"
weights_stem = r"7^2 \cdot 3 \cdot 64"
products_stem = r"112^2 \cdot 7^2 \cdot 3 \cdot 64"
products_a = "28^2 * 163328"
# %% numbers as they are typed
weights_b = 388_096
weights_second = 114688.0
what_is_k = 1024
