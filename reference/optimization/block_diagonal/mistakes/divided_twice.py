"""Each block has fewer inputs and fewer outputs, but there are several blocks."""

loses = ("in_equal_blocks",)

products_with_blocks = "d*h/b^2"
