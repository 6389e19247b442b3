"""Write down the shapes: with the examples as rows, which index of w meets the features?"""

loses = ("form_for_a_batch",)

batch_form = "b"
