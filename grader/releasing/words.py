"""Our own words in what is released, in the languages that reports have too."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_READMES: Mapping[str, str] = MappingProxyType(
    {
        "en": """# {title}

1. Fill in `{name}.ipynb`. A formula goes into its Markdown cell as LaTeX, or into a code cell as text
   (`{example} = "..."`).
2. Check it on your own machine: `pip install grader`, then `grader check {name}.ipynb` in this folder. In the notebook
   itself, `%load_ext grader` and then `%check` do the same for the answers so far.
3. Hand in the notebook.

The self-check tells whether every answer is there and can be read, shows what was read, and runs the checks that need
no solution. It is not the grade: {hidden} checks are run only when your notebook is graded.
""",
        "de": """# {title}

1. Füllen Sie `{name}.ipynb` aus. Eine Formel gehört als LaTeX in ihre Markdown-Zelle oder als Text in eine Code-Zelle
   (`{example} = "..."`).
2. Prüfen Sie auf Ihrem eigenen Rechner: `pip install grader`, dann `grader check {name}.ipynb` in diesem Ordner. Im
   Notebook selbst tun `%load_ext grader` und dann `%check` dasselbe für die bisherigen Antworten.
3. Geben Sie das Notebook ab.

Die Selbstprüfung sagt, ob jede Antwort da und lesbar ist, zeigt, was gelesen wurde, und führt die Prüfungen aus, die
keine Lösung brauchen. Sie ist nicht die Note: {hidden} Prüfungen laufen erst, wenn Ihr Notebook bewertet wird.
""",
        "fr": """# {title}

1. Remplissez `{name}.ipynb`. Une formule s'écrit en LaTeX dans sa cellule Markdown, ou comme texte dans une cellule de
   code (`{example} = "..."`).
2. Vérifiez-le sur votre propre machine : `pip install grader`, puis `grader check {name}.ipynb` dans ce dossier. Dans
   le notebook lui-même, `%load_ext grader` puis `%check` font de même pour les réponses données jusque-là.
3. Rendez le notebook.

L'auto-vérification dit si chaque réponse est là et lisible, montre ce qui a été lu, et exécute les vérifications qui
n'ont pas besoin de solution. Ce n'est pas la note : {hidden} vérifications ne sont exécutées qu'à la notation.
""",
    }
)
_POINTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"en": ("point", "points"), "de": ("Punkt", "Punkte"), "fr": ("point", "points")}
)


def readme(language: str, *, title: str, name: str, example: str, hidden: int) -> str:
    """What a student reads first: how to fill in, check and hand in; in English where we do not know the language."""
    text = _READMES.get(language, _READMES["en"])
    return text.format(title=title, name=name, example=example, hidden=hidden)


def points(count: float, language: str) -> str:
    """A number of points with its word."""
    one, many = _POINTS.get(language, _POINTS["en"])
    return f"{count:g} {one if count == 1 else many}"
