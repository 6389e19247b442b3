"""One of the models was chosen to do as well as possible on the training set: can another one do better there?"""

loses = ("on_the_training_set", "on_unseen_data")

training_accuracy = "better"
test_accuracy = "worse"
