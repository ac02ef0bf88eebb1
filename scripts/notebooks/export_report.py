"""Exports executed notebooks as HTML files that need nothing else: python export_report.py a.ipynb a.html [b.ipynb b.html …]"""

import base64
import hashlib
import html
import json
import re
import sys
from pathlib import Path

import mistune
import nbformat
from latex2mathml.converter import convert as mathml
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments.formatters import HtmlFormatter
from traitlets.config import Config

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "scripts" / "template" / "movie-recs"
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


class Renderer(IPythonRenderer):
    """Markdown with its formulas as MathML, which browsers draw without a script."""

    def __init__(self):
        super().__init__(escape=False, anchor_link_text="#")

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


def markdown(source: str) -> str:
    text = MarkdownWithMath(renderer=Renderer()).render(source)
    return re.sub(r"(<table>.*?</table>)", r'<div class="table-box" tabindex="0">\1</div>', text, flags=re.DOTALL)


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


def title_and_description(nb) -> tuple[str, str]:
    text = "\n\n".join(cell.source for cell in nb.cells if cell.cell_type == "markdown")
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
    light = HtmlFormatter(style="vs").get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    drop = re.compile(r"^(pre|td\.linenos|span\.linenos|\.highlight +\{|\.highlight \.hll).*$\n?", re.MULTILINE)
    return f"{drop.sub('', light)}\n@media screen and (prefers-color-scheme: dark) {{\n{drop.sub('', dark)}\n}}"


def source_hash(script: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() + "'"


def export(source: Path, target: Path) -> None:
    nb = nbformat.read(source, as_version=4)
    title, description = title_and_description(nb)
    script = (TEMPLATE / "report.js").read_text(encoding="utf-8")
    has_figures = any(FIGURE in o.get("data", {}) for c in nb.cells for o in c.get("outputs", []))
    plotly = PLOTLY.read_text(encoding="utf-8") if has_figures else ""
    report = {
        "title": title,
        "description": description,
        "script": script,
        "style": (TEMPLATE / "report.css").read_text(encoding="utf-8") + code_colours(),
        "plotly": plotly,
        # Only these scripts run, whatever an output holds, and no request leaves the page.
        "policy": "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; font-src data:; "
        "base-uri 'none'; form-action 'none'; script-src " + f"{source_hash(script)} {source_hash(plotly)}",
    }
    exporter = HTMLExporter(
        template_name="movie-recs",
        extra_template_basedirs=[str(TEMPLATE.parent)],
        config=Config(NbConvertBase={"display_data_priority": SHOWN_FIRST}),
        filters={
            "markdown2html": markdown,
            "text_alternative": text_alternative,
            "as_json": as_json,
            "as_base64": lambda text: base64.b64encode("".join(text).encode()).decode(),
        },
    )
    body, _ = exporter.from_notebook_node(nb, resources={"report": report})
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(body.replace("<!--contents-->", contents(body), 1), encoding="utf-8")


def main() -> None:
    files = sys.argv[1:]
    for source, target in zip(files[::2], files[1::2], strict=True):
        print(Path(target).stem, flush=True)
        export(Path(source), Path(target))


if __name__ == "__main__":
    main()
