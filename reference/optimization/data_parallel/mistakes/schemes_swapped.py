"""The schemes are named after what is split among the machines."""

loses = (
    "data_scheme",
    "model_scheme",
)

splits_data = "model"
splits_model = "data"
