"""With stride 2 the blocks do not overlap: each entry belongs to exactly one of them. Which one is it for i = 1, 2, 3, 4?"""

loses = ("block_of_an_entry", "gradient_of_max_pooling")

block_row = r"\left\{ \frac{i}{2}, \frac{i}{2} + 1 \right\}"
max_pool_gradient = r"M_{i,j} \sum_{a=i/2}^{i/2+1} \sum_{b=j/2}^{j/2+1} dy_{a,b}"
