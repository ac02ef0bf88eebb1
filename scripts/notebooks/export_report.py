"""Exports executed notebooks as HTML files that need nothing else.

    python export_report.py JOBS.json

where JOBS.json is a list of {"source": "a.ipynb", "target": "a.html", "run": what is known of the run, see `Run`}. JupyterLab offers the
same as File, Save and Export Notebook As, Report: it finds `Report` by the entry point in the folder *.dist-info beside this file.
"""

import base64
import hashlib
import html
import json
import posixpath
import re
import sys
from datetime import date
from pathlib import Path
from typing import TypedDict

import mistune
import nbformat
from latex2mathml.converter import convert as mathml
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments.formatters import HtmlFormatter
from traitlets.config import Config

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "scripts" / "template" / "movie-recs"
PACKAGE = ROOT / "lib" / "package.json"
PLOTLY = ROOT / "lib" / "dist" / "plotly.min.js"
FIGURE = "application/vnd.plotly.v1+json"
SHOWN_FIRST = [
    FIGURE,
    "text/html",
    "text/markdown",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "text/latex",
    "text/plain",
]


class Run(TypedDict, total=False):
    """What is known of the run that a report shows."""

    dataset: str  # as people call it
    changed: list[str]  # parameters that are not the shipped ones, "K = 20 (shipped: 40)"
    date: str  # ISO
    version: str  # of the library
    seconds: float
    index: str  # the page that lists the reports, seen from this one
    reports: dict[str, str]  # where the reports of other notebooks are, by the name of the notebook's file
    notebooks: str  # the folder of the notebooks


class Renderer(IPythonRenderer):
    """Markdown with its formulas as MathML, which browsers draw without a script."""

    def __init__(self):
        super().__init__(escape=False, anchor_link_text="")

    def block_math(self, body: str) -> str:
        return f'<div class="formula">{formula(body, "block")}</div>'

    def inline_math(self, body: str) -> str:
        return formula(body, "inline")

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")

    def block_html(self, text: str) -> str:
        return html.escape(text) if "<script" in text.lower() else super().block_html(text)

    def inline_html(self, text: str) -> str:
        return html.escape(text) if "<script" in text.lower() else super().inline_html(text)


def formula(latex: str, display: str) -> str:
    try:
        made = mathml(latex.strip(), display=display)
    except Exception:  # a command that the converter does not know: the source is readable too
        return f"<code>{html.escape(latex.strip())}</code>"
    return made.replace("<math ", f'<math aria-label="{html.escape(latex.strip())}" ', 1)


def markdown(source: str, run: Run) -> str:
    text = MarkdownWithMath(renderer=Renderer()).render(source)
    text = re.sub(r'<a href="([^"#:]+)(#[^"]*)?"([^>]*)>(.*?)</a>', lambda link: led(link, run), text, flags=re.DOTALL)
    text = text.replace('<a class="anchor-link" ', '<a class="anchor-link" aria-label="Link to this section" ')
    return re.sub(r"(<table>.*?</table>)", r'<div class="table-box">\1</div>', text, flags=re.DOTALL)


def led(link: re.Match, run: Run) -> str:
    """A link to a file beside the notebook, as it leads from the report: to the other's report; without one it is only text."""
    place, part, more, words = link.groups(default="")
    there = run.get("reports", {}).get(posixpath.basename(place)) if place.endswith(".ipynb") else None
    if there is None and not place.endswith(".ipynb") and "notebooks" in run:
        there = posixpath.normpath(posixpath.join(run["notebooks"], place))
    return words if there is None else f'<a href="{html.escape(there)}{part}"{more}>{words}</a>'


def text_alternative(output) -> str:
    said = output.get("metadata", {}).get("movie-recs", {}).get("alt")
    return (said or output.get("data", {}).get("text/plain") or "Figure").strip()


def as_json(value) -> str:
    """JSON that cannot end the script element around it."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def plain(markdown_text: str) -> str:
    """The words of a piece of Markdown."""
    text = html.unescape(re.sub(r"<[^>]*>", "", mistune.html(markdown_text)))
    return re.sub(r"\s+", " ", text.replace("$", "")).strip()


def prose_of(cell) -> list[str]:
    """What a cell says: its own text, or the Markdown that it puts out."""
    if cell.cell_type == "markdown":
        return [cell.source]
    data = [output.get("data", {}) for output in cell.get("outputs", [])]
    return ["".join(one["text/markdown"]) for one in data if "text/markdown" in one]


def title_and_description(nb) -> tuple[str, str]:
    text = "\n\n".join(prose for cell in nb.cells for prose in prose_of(cell))
    heading = re.search(r"^# +(.+)$", text, re.MULTILINE)
    if not heading:
        return "Notebook", ""
    after = text[heading.end() :].strip().split("\n\n")
    title = html.unescape(heading.group(1).strip())
    return title, plain(after[0]) if after and not after[0].startswith("#") else ""


def contents(body: str) -> str:
    found = re.findall(r'<h([23]) id="([^"]*)">(.*?)</h\1>', body, re.DOTALL)
    items = []
    for level, anchor, inner in found:
        words = re.sub(r'<a class="anchor-link".*?</a>', "", inner, flags=re.DOTALL)
        words = re.sub(r"<(?!/?(?:code|math|m\w+|em|strong)\b)[^>]*>", "", words)
        items.append(f'<li class="level-{level}"><a href="#{anchor}">{words.strip()}</a></li>')
    return "<ol>" + "".join(items) + "</ol>"


def code_colours() -> str:
    # The blue of types in this style is too pale on the grey of the code: contrast 3.4.
    light = HtmlFormatter(style="vs").get_style_defs(".highlight").lower().replace("#2b91af", "#1f6f87")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    drop = re.compile(r"^(pre|td\.linenos|span\.linenos|\.highlight +\{|\.highlight \.hll).*$\n?", re.MULTILINE)
    return f"{drop.sub('', light)}\n@media screen and (prefers-color-scheme: dark) {{\n{drop.sub('', dark)}\n}}"


def source_hash(script: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() + "'"


def run_line(run: Run) -> str:
    """On what, with what, when, by what: the line on top of a report."""
    changed = run.get("changed")
    parts = [run.get("dataset", "")]
    if changed is not None:
        parts.append("changed: " + ", ".join(changed) if changed else "parameters as shipped")
    if "date" in run:
        parts.append(date.fromisoformat(run["date"]).strftime("%d %B %Y").lstrip("0"))
    if "version" in run:
        parts.append(f"movie-recs {run['version']}")
    if "seconds" in run:
        parts.append(f"ran in {run['seconds']:.0f} s")
    return " · ".join(part for part in parts if part)


def known_of(nb) -> Run:
    """What a notebook itself tells of its run, for one that a person ran."""
    run = Run(date=date.today().isoformat(), version=json.loads(PACKAGE.read_text(encoding="utf-8"))["version"])
    tagged = [cell.source for cell in nb.cells if "parameters" in cell.metadata.get("tags", [])]
    named = re.search(r"^const DATASET\b[^=]*= *(['\"`])(.*?)\1", "\n".join(tagged), re.MULTILINE)
    if named:
        run["dataset"] = dataset_name(named.group(2))
    return run


def dataset_name(named: str) -> str:
    """An edition of MovieLens as its publisher writes it; a file by its name."""
    if re.fullmatch(r"latest-small|\d+[mk]", named):
        return "MovieLens " + (named.upper() if named[0].isdigit() else named)
    return Path(named).name


class Report(HTMLExporter):
    """One HTML file with everything in it. `resources["movie-recs"]` is what is known of the run."""

    export_from_notebook = "Report"

    def __init__(self, config=None, **options):
        own = Config(config or {})
        own.NbConvertBase.display_data_priority = SHOWN_FIRST
        # Both from the command line and from the server of JupyterLab, whose own settings name another template.
        own.Report.template_name = "movie-recs"
        own.Report.extra_template_basedirs = [str(TEMPLATE.parent)]
        super().__init__(config=own, **options)

    def default_filters(self):
        yield from super().default_filters()
        yield "text_alternative", text_alternative
        yield "as_json", as_json
        yield "as_base64", lambda text: base64.b64encode("".join(text).encode()).decode()

    def from_notebook_node(self, nb, resources=None, **options):
        resources = dict(resources or {})
        run: Run = resources.pop("movie-recs", None) or known_of(nb)
        self.register_filter("markdown2html", lambda source: markdown(source, run))
        resources["report"] = parts_of(nb, run)
        body, resources = super().from_notebook_node(nb, resources, **options)
        return body.replace("<!--contents-->", contents(body), 1), resources


def parts_of(nb, run: Run) -> dict[str, str]:
    """What the template puts around the cells."""
    title, description = title_and_description(nb)
    script = (TEMPLATE / "report.js").read_text(encoding="utf-8")
    has_figures = any(FIGURE in o.get("data", {}) for c in nb.cells for o in c.get("outputs", []))
    plotly = PLOTLY.read_text(encoding="utf-8") if has_figures else ""
    dark = (TEMPLATE / "figures-dark.css").read_text(encoding="utf-8")
    return {
        "title": title,
        "description": description,
        "run": run_line(run),
        "index": run.get("index", ""),
        "script": script,
        "style": (TEMPLATE / "report.css").read_text(encoding="utf-8")
        + code_colours()
        + f"@media screen and (prefers-color-scheme: dark) {{\n{dark}}}\n",
        "plotly": plotly,
        # Only these scripts run, whatever an output holds, and no request leaves the page.
        "policy": "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; font-src data:; "
        "base-uri 'none'; form-action 'none'; script-src " + f"{source_hash(script)} {source_hash(plotly)}",
    }


def export(source: Path, target: Path, run: Run) -> None:
    body, _ = Report().from_notebook_node(nbformat.read(source, as_version=4), {"movie-recs": run})
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(body, encoding="utf-8")


def main() -> None:
    for job in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        print(Path(job["target"]).stem, flush=True)
        export(Path(job["source"]), Path(job["target"]), job["run"])


if __name__ == "__main__":
    main()
