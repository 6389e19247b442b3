"""What an l2 penalty does to the minimiser, and to training and test results."""

from grader import Choice, Expression, Problem, Relation, RubricItem, Text
from grader.assertions import assert_choice, assert_equivalent

VALUES = {
    "a": "theta = 0",
    "b": "theta = 1",
    "c": "theta = 1000000",
    "d": "theta = theta*, the minimiser without penalty",
}
THETA_STAR = {r"\theta^*": "theta_star", r"\theta^{*}": "theta_star", r"\theta^{\star}": "theta_star"}
COMPARED = {"worse": "a little worse", "same": "exactly the same", "better": "better"}

problem = Problem(
    title="An l2 penalty",
    statement=r"""
        A classifier is trained by minimising its cross-entropy on the training set, and $\theta^*$ is the minimiser.
        With a penalty, $\theta$ minimises

        $$ \ell_{ce}(h_\theta(X), y) + \lambda \lVert \theta \rVert_2^2, \qquad \lambda > 0 . $$

        1. `huge_penalty`: which of the values is the likely result when $\lambda$ is very large?
        2. `tiny_penalty`: and when $\lambda$ is very small, say $10^{-7}$?
        3. For a moderate $\lambda$ let $r = \lVert \theta \rVert_2$ and $s = \lVert \theta^* \rVert_2$, with
           $\theta^* \ne 0$. `norm_relation`: the relation between $r$ and $s$ to be expected (or between the norms).
        4. `training_accuracy` and `test_accuracy`: how is the penalised model expected, or hoped, to do on the training
           set and on unseen data, compared with the model without penalty?
        5. A single parameter has the loss $\frac{a}{2} (\theta - \theta^*)^2$ with $a > 0$ and the penalty
           $\lambda \theta^2$. `shrunken_parameter`: the minimiser in $a$, $\lambda$ and $\theta^*$ (written
           `theta_star` in plain text).
        6. `why_regularise`: why might one accept the effect on the training set?
    """,
    answers={
        "huge_penalty": Choice(VALUES),
        "tiny_penalty": Choice(VALUES),
        "norm_relation": Relation(
            r="positive",
            s="positive",
            theta="vector n",
            theta_star="vector n",
            aliases=THETA_STAR,
        ),
        "training_accuracy": Choice(COMPARED),
        "test_accuracy": Choice(COMPARED),
        "shrunken_parameter": Expression(
            symbols={"lambda": "positive"},
            a="positive",
            theta_star="real",
            aliases=THETA_STAR,
            sealed=True,
        ),
        "why_regularise": Text(
            rubric={
                "overfitting": RubricItem(
                    1, "says that smaller parameters fit the noise of the training set less, so unseen data fare better"
                ),
            }
        ),
    },
    source="seed 003, question 5",
)


@problem.check(points=1)
def very_large(student, reference):
    """The minimiser for a very large penalty is found."""
    assert_choice(student.huge_penalty, reference.huge_penalty)


@problem.check(points=1)
def very_small(student, reference):
    """The minimiser for a very small penalty is found."""
    assert_choice(student.tiny_penalty, reference.tiny_penalty)


@problem.check(points=1)
def norms(student, reference):
    """The two norms are related in the right way."""
    assert_equivalent(
        student.norm_relation,
        reference.norm_relation,
        reference.norm_relation_weak,
        reference.norm_relation_of_vectors,
        reference.norm_relation_of_vectors_weak,
        mode="same-solutions",
    )


@problem.check(points=1)
def on_the_training_set(student, reference):
    """The effect on the training set is right."""
    assert_choice(student.training_accuracy, reference.training_accuracy)


@problem.check(points=1)
def on_unseen_data(student, reference):
    """The effect that is hoped for on unseen data is right."""
    assert_choice(student.test_accuracy, reference.test_accuracy)


@problem.check(points=2)
def one_parameter(student, reference):
    """The minimiser for a single parameter is right."""
    assert_equivalent(student.shrunken_parameter, reference.shrunken_parameter)
