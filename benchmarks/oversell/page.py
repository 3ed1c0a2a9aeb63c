"""The outcome as one HTML page that needs nothing else: the picture, the table, every history."""

from html import escape

from benchmarks.oversell.lab import Catch, Lab, Verdict
from benchmarks.oversell.picture import consequence, draw, panels
from benchmarks.oversell.words import outcome, summary

STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #1f2328; background: #fff;
       max-width: 1040px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0 0 .3rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .4rem; }
h3 { font-size: 1rem; margin: 1.6rem 0 .2rem; }
p { margin: .3rem 0 .8rem; max-width: 46rem; }
svg { width: 100%; height: auto; font-family: inherit; }
.scroll { overflow-x: auto; }
.scroll svg { min-width: 820px; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0;
         border-bottom: 1px solid #e3e6ea; }
pre { font: .85rem/1.45 ui-monospace, monospace; background: #f6f7f9; padding: .7rem .9rem;
      overflow-x: auto; margin: .3rem 0 1rem; }
pre b { color: #a33c00; }
a { color: #0b5cad; }
.quiet { color: #5b636d; }
"""


def page(lab: Lab) -> str:
    """The whole page."""
    shown = panels(lab)
    right = [verdict for verdict in lab.verdicts if verdict.entry.sound]
    lost = [v for v in lab.verdicts if not v.entry.sound and not v.catches]
    rows = "".join(_row(verdict) for verdict in (*right, *lost, *(v for v in shown)))
    stories = "".join(_story(verdict) for verdict in shown)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The oversell lab</title>
<style>{STYLE}</style>
</head>
<body>
<h1>The oversell lab</h1>
<p>{escape(summary(lab))}. One set of properties was put to the engine and to shops that each carry
one mistake known from production. No property knows which mistake it is looking for.</p>
<div class="scroll">{draw(lab)}</div>
<h2>Which property caught which shop</h2>
<table>
<thead><tr><th>Shop</th><th>What comes of it</th><th>Outcome</th></tr></thead>
<tbody>{rows}</tbody>
</table>
<h2>The shortest history that breaks each shop</h2>
<p class="quiet">Buyers are clients; A and B are skus. Indented lines are the steps of
clients at once, in the order in which they were made.</p>
{stories}
</body>
</html>
"""


def _row(verdict: Verdict) -> str:
    title = escape(verdict.entry.title)
    came = ""
    if verdict.films is not None:
        title = f'<a href="#{escape(verdict.entry.name)}">{title}</a>'
        came = escape(consequence(verdict.films)[1])
    return f"<tr><td>{title}</td><td>{came}</td><td>{escape(outcome(verdict))}</td></tr>\n"


def _story(verdict: Verdict) -> str:
    entry = verdict.entry
    histories = "".join(_history(catch) for catch in ordered(verdict))
    return (
        f'<h3 id="{escape(entry.name)}">{escape(entry.title)}</h3>\n'
        f"<p>{escape(entry.story)}</p>\n{histories}"
    )


def ordered(verdict: Verdict) -> list[Catch]:
    """What caught a shop, the history of the picture first."""
    assert verdict.films is not None
    pictured = verdict.films.history
    return sorted(verdict.catches, key=lambda catch: (catch.history != pictured, catch.examples))


def _history(catch: Catch) -> str:
    steps = [escape(step) for step in catch.history]
    steps[-1:] = [f"<b>{step}</b>" for step in steps[-1:]]
    held = f"{escape(catch.property)}: {escape(catch.holds)}"
    return f'<p class="quiet">{held}</p>\n<pre>{chr(10).join(steps)}</pre>\n'
