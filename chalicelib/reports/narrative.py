"""What the numbers say, in plain sentences that each name the table they are read from (S91).

A sentence is left out where its number is hidden: never written around it.
"""

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.reports import wording
from chalicelib.reports.document import Sentence
from chalicelib.reports.rates import Rate, rate
from chalicelib.reports.suppression import Hidden
from chalicelib.web import words


def counted(
    thing: str, now: Hidden, before: Hidden, *, period: str, earlier: str, table: str
) -> Iterator[Sentence]:
    """How many, and against the period before."""
    if now is None:
        text = f"So few {thing}s were recorded in {period} that their number is hidden."
        yield Sentence(text, (table,), f"number-{thing}")
        return
    if now == 0:
        yield Sentence(f"No {thing}s were recorded in {period}.", (table,), f"number-{thing}")
        return
    start = f"{words.counted(now, thing)} {_was(now)} recorded in {period}"
    if before is None or not earlier:
        yield Sentence(f"{start}.", (table,), f"number-{thing}")
        return
    yield Sentence(
        f"{start}, {_against(now, before)} in {earlier} ({words.number(before)}).",
        (table,),
        f"number-{thing}",
    )


def _against(now: int, before: int) -> str:
    if now == before:
        return "as many as"
    return f"{words.number(abs(now - before))} {'more' if now > before else 'fewer'} than"


def most_frequent(
    thing: str,
    by_kind: Mapping[str, Hidden],
    total: Hidden,
    labels: Mapping[str, str],
    *,
    table: str,
) -> Iterator[Sentence]:
    """The kinds met most, as a share of the whole."""
    known = [(n, kind) for kind, n in by_kind.items() if n]
    if not known or not total:
        return
    ranked = sorted(known, key=lambda pair: (-pair[0], pair[1]))
    said = [
        f"{_inner(wording.of(labels, kind))} ({words.number(n)}, {share(n, total)})"
        for n, kind in ranked[:3]
    ]
    one = f"kind of {thing} was {said[0]}"
    several = f"kinds of {thing} were {words.listed(said)}"
    text = f"The most frequent {one if len(said) == 1 else several}."
    yield Sentence(text, (table,), f"most-{thing}")


def quick(thing: str, share_: object, still: Hidden, *, table: str) -> Iterator[Sentence]:
    """How many were acknowledged within a day, and how many still wait."""
    if isinstance(share_, int):
        all_ = "All" if share_ == 100 else f"{share_}% of"
        text = f"{all_} {thing}s were acknowledged within a day."
        yield Sentence(text, (table,), f"quick-{thing}")
    if still:
        yield Sentence(
            f"{words.counted(still, thing)} had not been acknowledged when this was counted.",
            (table,),
            f"waiting-{thing}",
        )


def highest_and_lowest(
    names: Sequence[str], numbers: Sequence[Hidden], pupils: Sequence[int], *, table: str
) -> Iterator[Sentence]:
    """The schools with the highest and lowest rates, and whether that need mean anything."""
    rates = [
        (found.each_hundred, name, found)
        for name, n, on_roll in zip(names, numbers, pupils, strict=True)
        if n is not None and (found := rate(n, on_roll))
    ]
    if len(rates) < 2:
        return
    (_, low_name, low), *_, (_, high_name, high) = sorted(rates, key=lambda each: each[:2])
    if _said(low) == _said(high):
        return
    text = (
        f"{high_name} recorded the most for its size ({_said(high)} for each 100 pupils), "
        f"{low_name} the fewest ({_said(low)})"
    )
    if high.overlaps(low):
        text += "; chance alone could make that difference"
    yield Sentence(f"{text}. Recording more can mean that more is noticed.", (table,), "compared")


def signed(sent: int, done: int, *, table: str) -> Iterator[Sentence]:
    """How many of the agreements sent were signed."""
    if not sent:
        yield Sentence("No agreements were sent.", (table,), "signed")
    elif done >= sent:
        text = f"All {words.counted(sent, 'agreement')} sent were signed."
        yield Sentence(text, (table,), "signed")
    else:
        text = f"{words.number(done)} of {words.counted(sent, 'agreement')} sent were signed"
        yield Sentence(f"{text} ({share(done, sent)}).", (table,), "signed")


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%"


def _said(found: Rate) -> str:
    return f"{found.each_hundred:,.1f}"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def _inner(label: str) -> str:
    """A label inside a sentence."""
    return label[:1].lower() + label[1:]
