"""The options, however they are typed."""

# %% as asked
sgdm_dependence = "linear"
adam_dependence = "none"

# %% capitals and blanks
sgdm_dependence = " Linear "
adam_dependence = "None"
