"""With five classes these accuracies are those of guessing; was the network trained on the right labels?"""

loses = ("accuracies_of_both",)

pooled_accuracy = {"per_class": [10, 20, 40], "max": [0.2, 0.19, 0.21], "average": [0.2, 0.22, 0.2]}
