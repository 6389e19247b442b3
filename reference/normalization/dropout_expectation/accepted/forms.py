# %% other forms
mean_dropped = "y - p y"
variance_corrected = r"S\left(\frac{1}{1-p} - 1\right)"
error_corrected = r"px + (1-p)\left(\frac{x}{1-p} - x\right)"
# %% labels
mean_dropped = r"\operatorname{E}[y_{drop}] = (1-p)\,y"
error_dropped = "x p"
