"""These matrices look like tests at the places that were trained; the question tests at other places."""

loses = ("shifted_confusions", "what_the_cnn_misses", "what_the_mlp_confuses")

shift_confusions = {
    "cnn": [[100, 0, 0], [0, 100, 0], [0, 0, 100]],
    "mlp": [[85, 8, 7], [6, 90, 4], [8, 5, 87]],
}
cnn_takes_lines_for = "other"
mlp_takes_lines_for = "nothing"
