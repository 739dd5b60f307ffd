"""P14: what a board's report costs to set, beside the fastest PDF writer that sets no tags.

    .venv/bin/pip install reportlab==5.1.0     # the other side; nothing of ours needs it
    .venv/bin/python benchmarks/pdf.py

The same content from both: a title, six bar charts, a table of 2,000 rows by 6 on A4 with its head
repeated. Ours is tagged PDF/UA-1 through the product's own template; reportlab's is not tagged.
Each run is a process of its own, in turns after one to warm up; CPU is the process's, imports
included.
WeasyPrint, which writes PDF/UA too, needs system libraries and is not run here: an earlier
reading had it at eighteen times Typst's CPU.
"""

import json
import random
import resource
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROWS, CHARTS, RUNS = 2000, 6, 5
TARGET, MOST_MB = 1.00, 256
KINDS = ("Online bullying", "Hate material", "Grooming", "Gambling", "Violence", "Copyright")
HEADS = ("School", "Type", "Reported", "Within a day", "Later", "Not yet")


def content() -> tuple[list[list[tuple[str, int]]], list[tuple[str, str, int, int, int, int]]]:
    """The charts' bars and the table's rows: the same for both sides."""
    dice = random.Random(14)
    charts = [[(kind, dice.randint(5, 90)) for kind in KINDS] for _ in range(CHARTS)]
    rows = [
        (f"School {n // 20 + 1}", dice.choice(KINDS), *(dice.randint(0, 99) for _ in range(4)))
        for n in range(ROWS)
    ]
    return charts, rows


def ours() -> bytes:
    sys.path.insert(0, str(ROOT))
    from chalicelib.reports import pdf
    from chalicelib.reports.document import (
        Column,
        Document,
        Kind,
        Section,
        Sentence,
        Table,
        Tile,
    )
    from chalicelib.reports.sections import bars

    charts, rows = content()
    text = {"School", "Type"}
    columns = tuple(Column(head, Kind.TEXT if head in text else Kind.COUNT) for head in HEADS)
    at = datetime(2026, 12, 19, tzinfo=UTC)
    document = Document(
        title="Online safety report",
        owner="Tidewater Learning Trust",
        period="Autumn term 2026/27",
        counted_at=at,
        tiles=(Tile("436", "incidents"),),
        summary=(Sentence("436 incidents were recorded."),),
        sections=(
            Section(
                "all",
                "Incidents",
                charts=tuple(
                    bars(f"Incidents by type, part {n + 1}", values, first="Type")
                    for n, values in enumerate(charts)
                ),
                tables=(Table("Incidents by school and type", columns, tuple(rows)),),
            ),
        ),
        notes=("Made up.",),
    )
    return pdf.pdf(document, made_at=at)


def theirs() -> bytes:
    import io

    from reportlab.graphics.charts.barcharts import HorizontalBarChart
    from reportlab.graphics.shapes import Drawing
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

    charts, rows = content()
    styles = getSampleStyleSheet()
    story: list[object] = [Paragraph("Online safety report", styles["Title"])]
    for n, values in enumerate(charts):
        story.append(Paragraph(f"Incidents by type, part {n + 1}", styles["Heading2"]))
        drawing, chart = Drawing(480, 150), HorizontalBarChart()
        chart.x, chart.y, chart.width, chart.height = 120, 10, 330, 130
        chart.data = [[value for _, value in values]]
        chart.categoryAxis.categoryNames = [kind for kind, _ in values]
        drawing.add(chart)
        story.append(drawing)
    # Names of schools are long: here as there they must wrap in their cell.
    body = styles["BodyText"]
    wrapped = [[Paragraph(row[0], body), Paragraph(row[1], body), *row[2:]] for row in rows]
    table = Table([HEADS, *wrapped], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.lightgrey),
                ("ALIGN", (2, 0), (-1, -1), "RIGHT"),
            ]
        )
    )
    story.append(table)
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4).build(story)
    return out.getvalue()


SIDES = {"ours": ours, "reportlab": theirs}


def once(side: str) -> dict[str, float]:
    """One run in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, side], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{side} failed:\n{done.stderr[-600:]}")
    told: dict[str, float] = json.loads(done.stdout)
    return told


def main() -> None:
    if len(sys.argv) > 1:
        started = time.perf_counter()
        made = SIDES[sys.argv[1]]()
        used = resource.getrusage(resource.RUSAGE_SELF)
        told = {
            "cpu": used.ru_utime + used.ru_stime,
            "wall": time.perf_counter() - started,
            "mb": used.ru_maxrss / 1024,
            "kb": len(made) / 1024,
        }
        print(json.dumps(told))
        return
    runs: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    for turn in range(RUNS + 1):
        for side in SIDES:
            measured = once(side)
            if turn:
                runs[side].append(measured)
    mid = {
        side: {key: statistics.median(run[key] for run in each) for key in each[0]}
        for side, each in runs.items()
    }
    for side, each in mid.items():
        print(
            f"{side:10} CPU {each['cpu']:.2f} s  wall {each['wall']:.2f} s  "
            f"peak {each['mb']:.0f} MB  file {each['kb']:.0f} KB"
        )
    ratio = mid["ours"]["cpu"] / mid["reportlab"]["cpu"]
    print(f"P14: tagged CPU is {ratio:.2f} x untagged reportlab's (at most {TARGET:.2f})")
    print(f"P14: peak memory is {mid['ours']['mb']:.0f} MB (at most {MOST_MB})")
    sys.exit(ratio > TARGET or mid["ours"]["mb"] > MOST_MB)


if __name__ == "__main__":
    main()
