"""The page: templates filled from the book.

Templates never print a number of their own: `n(key)` prints one from the book with its key in
the markup, `name(words)` prints words of the scenario, escaped and marked as such.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from reports import sheet
from reports.curves import DAYS
from reports.facts import COVERAGE_HIGH, COVERAGE_LOW, worst_row
from reports.metrics import KPIS
from reports.numbers import Book
from reports.pictures import Picture, pictures
from reports.plan import Plan, plan
from reports.subject import Subject
from reports.values import Findings, gather
from sim.arms import ROADMAP, arms

SCHEMA = "storetwin-report/1"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHOWN_UNITS = {"share": "", "times/year": "times", "count/year": "", "ratio": ""}


@dataclass(frozen=True)
class Report:
    """One report: its numbers and its page."""

    subject: Subject
    findings: Findings
    plan: Plan
    pictures: dict[str, Picture]
    headline: str
    html: str

    @property
    def json(self) -> str:
        """The content of report.json."""
        decision = self.findings.decision
        scenario = self.subject.scenario
        content = {
            "meta": {
                "schema": SCHEMA,
                "scenario": scenario.name,
                "title": scenario.title,
                "currency": scenario.currency,
                "headline": self.headline,
                "instruction": str(decision.instruction),
                "today": scenario.today,
                "best": decision.best.arm if decision.best else None,
                "measure": list(decision.measure),
                "break_even": str(self.findings.crossing.crossing)
                if self.findings.crossing
                else None,
            },
            "values": self.findings.book.listed(),
            "charts": {name: picture.numbers for name, picture in self.pictures.items()},
        }
        return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def report(subject: Subject) -> Report:
    """Numbers, plan, charts and page of *subject*; nothing is written."""
    findings = gather(subject)
    found = plan(subject, findings)
    book = findings.book
    sheet.stress_numbers(subject, book)
    grouped = sheet.groups(subject, book)
    again = sheet.again(subject, book)
    drawn = pictures(subject, findings)
    environment = _environment(book)
    scenario = subject.scenario
    words: dict[str, Any] = {
        "scenario": scenario,
        "setups": subject.setups,
        "order": (scenario.today, *scenario.candidates),
        "decision": findings.decision,
        "crossing": findings.crossing,
        "opening": opening(subject),
        "stripped": findings.stripped,
        "verdicts": findings.verdicts,
        "alike": findings.alike,
        "nothing_differs": all(d.low == d.high == 0 for d in findings.differences),
        "plan": found,
        "pictures": drawn,
        "fit": scenario.fit,
        "fit_warning": fit_warning(subject),
        "worst": worst_row(subject),
        "days": WEEKDAYS,
        "assumed": sheet.guessed(subject),
        "assumptions": grouped,
        "stress": sheet.stress(subject),
        "again": again,
        "weekdays": DAYS,
        "kpis": [
            {"name": k.name, "title": k.title, "shown_unit": _shown_unit(k.unit, scenario.currency)}
            for k in KPIS
        ],
        "roadmap": arms(scenario)[ROADMAP].steps[1:] if scenario.changes else (),
        "title": subject.title,
        "css": Markup(_source(environment, "page.css")),  # noqa: S704 - our own file
    }
    headline_markup = Markup(_rendered(environment, "headline.html", words).strip())  # noqa: S704 - rendered
    words["headline_markup"] = headline_markup
    words["headline"] = plain_text(headline_markup)
    html = _rendered(environment, "report.html", words)
    return Report(subject, findings, found, drawn, words["headline"], _tidy(html))


def opening(subject: Subject) -> tuple[Markup, str]:
    """What the page says it is, first: a few words to be stressed, and the rest.

    A description that begins by saying what it is not (`Not your shop: ...`) says it best itself.
    """
    origin = subject.scenario.origin
    found = re.match(r"(Not [^.:]+[.:])\s*(.*)", origin.describe, re.DOTALL)
    if found:
        return name(found[1]), found[2]
    if origin.panel:
        return Markup("This is not your shop."), origin.describe
    if origin.kind == "fitted":
        return Markup("This is a model, fitted to past sales."), origin.describe
    return Markup("This shop is made up."), origin.describe


def fit_warning(subject: Subject) -> str:
    """How the model's ranges miss held-out days: narrow, wide or not at all (empty)."""
    fit = subject.scenario.fit
    if fit is None:
        return ""
    if fit.coverage_80 < COVERAGE_LOW:
        return "narrow"
    whole = fit.coverage_80 if fit.coverage_whole is None else fit.coverage_whole
    return "wide" if max(whole, fit.coverage_80) > COVERAGE_HIGH else ""


def name(words: str) -> Markup:
    """Words of the scenario, escaped and marked, so that their digits are nobody's numbers."""
    return Markup("<span data-name>{}</span>").format(words)


def plain_text(markup: str) -> str:
    """*markup* without its tags, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", markup)).split())


def _environment(book: Book) -> Environment:
    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    kind: Callable[[str], str] = lambda key: book.values[key].basis  # noqa: E731
    environment.globals.update(
        n=book.shown,
        text=book.shown,
        number=book.number,
        known=lambda key: key in book.values,
        kind=kind,
        name=name,
    )
    return environment


def _rendered(environment: Environment, template: str, words: dict[str, Any]) -> str:
    found = environment.get_template(template)
    if template == "headline.html":
        shared = environment.get_template("macros.html")
        return found.render(**words, m=shared.make_module(words))
    return found.render(**words)


def _source(environment: Environment, template: str) -> str:
    assert environment.loader is not None
    return environment.loader.get_source(environment, template)[0]


def _shown_unit(unit: str, currency: str) -> str:
    if unit == "money/year":
        return currency
    return _SHOWN_UNITS.get(unit, unit.removesuffix("/year"))


def _tidy(html: str) -> str:
    """*html* without the blank lines that templates leave."""
    lines = (line.rstrip() for line in html.splitlines())
    return "\n".join(line for line in lines if line) + "\n"
