"""An SVG is written anew with its shapes alone; what would act, load or never end is not (10.8)."""

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import clock
from chalicelib.documents import typeset
from chalicelib.journeys import logo_svg
from chalicelib.journeys.branding import TEMPLATE, opened

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'viewBox="0 0 200 100">'
)
SHAPE = '<rect width="200" height="100" fill="#7a1f3d"/>'


def an_svg(inside: str = SHAPE, *, before: str = "") -> bytes:
    return f"{before}{HEAD}{inside}</svg>".encode()


def drawn(body: bytes) -> bytes:
    sent = opened(body)
    return typeset.redrawn(TEMPLATE, sent.body, sent.form, sent.ratio, made_at=clock.now())


_USED_TEN_TIMES = "".join(
    f'<g id="u{n}">{f"""<use href="#u{n - 1}"/>""" * 10}</g>' for n in range(1, 12)
)
_MASKED = "".join(
    f'<mask id="m{n}">{f"""<rect class="k{n + 1}" width="9" height="9"/>""" * 2}</mask>'
    for n in range(28)
)
_MASKS = "".join(f".k{n}{{mask:url(#m{n})}}" for n in range(28))
_LAUGHS = '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
REFUSED = {
    "billion laughs": (an_svg("<title>&c;</title>" + SHAPE, before=_LAUGHS), "entities"),
    "entity of a file": (
        an_svg(SHAPE, before='<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
        "entities",
    ),
    "picture of this machine": (an_svg('<image href="file:///etc/passwd"/>'), "another kind"),
    "picture from the web": (an_svg('<image xlink:href="http://x.example/a.png"/>'), "another"),
    "picture inside": (an_svg('<image href="data:image/png;base64,AAAA"/>'), "another kind"),
    "shape from the web": (an_svg(f'{SHAPE}<use href="http://x.example/a.svg#b"/>'), "elsewhere"),
    "colour from the web": (an_svg('<rect fill="url(http://x.example/a)"/>'), "elsewhere"),
    "colour in other letters": (an_svg(r'<rect style="fill:u\72l(http://x)"/>'), "elsewhere"),
    "sheet from the web": (an_svg(f'<style>@import "//x.example";</style>{SHAPE}'), "kept else"),
    "no more than a script": (an_svg("<script>alert(1)</script>"), "nothing to draw"),
    "other letters": (an_svg("<text>Elm</text>"), "letters that are not outlines"),
    "a filter": (an_svg(f'<filter id="f"><feFlood/></filter>{SHAPE}'), "a shadow"),
    "a filter by style": (an_svg('<rect style="filter : blur(1000px)"/>'), "a shadow"),
    "a filter behind a comment": (
        an_svg(f"<style>.a{{filter/* */:blur(9px)}}</style>{SHAPE}"),
        "a shadow",
    ),
    "a million dashes": (an_svg('<path d="M0 0h9" stroke-dasharray="0.0001"/>'), "dashed"),
    "a pattern of gigabytes": (an_svg('<pattern id="p" width="9e9" height="9e9"/>'), "pattern"),
    "numbers without end": (an_svg('<path d="M0 0L1e30 1e30" stroke-width="1e30"/>'), "numbers"),
    "used ten times, eleven times over": (
        an_svg(f'<g id="u0">{SHAPE}</g>{_USED_TEN_TIMES}'),
        "too many parts",
    ),
    "masked by masks of a sheet": (
        an_svg(f'<style>{_MASKS}</style>{_MASKED}<rect class="k0"/>'),
        "too many parts",
    ),
    "masked by a sheet for all": (
        an_svg(f'<style>*{{mask:url(#m)}}</style><mask id="m">{SHAPE}</mask>{SHAPE}'),
        "hard to follow",
    ),
    "drawn inside itself": (
        an_svg(f'<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>{SHAPE}'),
        "too many parts",
    ),
    "layers without end": (an_svg("<g>" * 5000 + SHAPE + "</g>" * 5000), "too many parts"),
    "parts without end": (an_svg("<g/>" * 20_000 + SHAPE), "too many parts"),
    "cut off": (an_svg()[:-20], "broken or cut off"),
    "no XML": (b"<svg and then nothing like it", "broken or cut off"),
    "another kind of XML": (b"<html><svg/></html>", "no picture in SVG"),
    "packed": (gzip.compress(an_svg()), "plain SVG"),
    "too heavy": (an_svg(SHAPE * 5000), "200 kB or less"),
    "no size": (b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>', "how large"),
    "a size that is none": (an_svg().replace(b"0 0 200 100", b"nan 0 -1 inf"), "how large"),
    "a thin strip": (an_svg().replace(b"0 0 200 100", b"0 0 100000 1"), "thin strip"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_drawn_in_safety_is_refused_in_words(name: str) -> None:
    """R42: at once, with a sentence, and before anything draws it."""
    body, words = REFUSED[name]

    with pytest.raises(ValueError, match=words):
        opened(body)


@pytest.mark.parametrize(
    "inside",
    [
        f"<script>alert(1)</script>{SHAPE}",
        f"<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>{SHAPE}",
        f"<switch><foreignObject requiredExtensions='x'/><g>{SHAPE}</g></switch>",
        SHAPE.replace("<rect", '<rect onload="alert(1)" onclick="alert(1)"'),
        f'<a href="javascript:alert(1)"/><animate attributeName="x"/><set to="1"/>{SHAPE}',
        f'<metadata><x xmlns="urn:x" href="http://x.example">R. Sparrow</x></metadata>{SHAPE}',
        f"<style>/* url(http://x.example) */</style>{SHAPE}",
        '<defs><rect id="r" width="200" height="100"/></defs><use xlink:href="#r" fill="#7a1f3d"/>',
    ],
    ids=["script", "html", "illustrator", "handlers", "links", "metadata", "comment", "use"],
)
def test_what_acts_is_left_out_and_the_shapes_are_drawn(inside: str) -> None:
    """The picture is to the byte that of the shape alone."""
    sent = opened(an_svg(inside))

    for word in (b"script", b"alert", b"oreign", b"Sparrow", b"x.example", b"onload"):
        assert word not in sent.body
    assert drawn(an_svg(inside)) == drawn(an_svg())
    assert opened(sent.body).body == sent.body


def test_one_as_large_as_a_house_is_drawn_as_small_as_any() -> None:
    """Its sides say only how many times it is as wide as high."""
    large = (
        an_svg()
        .replace(b'viewBox="0 0 200 100"', b'width="100000" height="50000"')
        .replace(b'width="200" height="100"', b'width="100000" height="50000"')
    )

    assert drawn(large) == drawn(an_svg())


def test_the_heaviest_that_is_let_in_is_drawn() -> None:
    """Layers, masks and repeated shapes up to what is allowed."""
    mask = '<mask id="m"><rect width="200" height="100" fill="#fff"/></mask>'
    layers = '<g mask="url(#m)" opacity=".9"><path d="M0 0h200v100z"/></g>' * 1500

    assert drawn(an_svg(mask + layers)).startswith(b"\x89PNG")


def test_what_the_drawing_breaks_off_at_is_an_error_like_any_other() -> None:
    """A panic of the library ends the job, with its page and its tries, not the function."""
    inside = '<path d="M0 0L1e30 1e30 5 5z" stroke="#000" stroke-width="1e30"/><circle r="1e38"/>'

    with pytest.raises(typeset.Undrawable):
        typeset.redrawn(TEMPLATE, an_svg(inside), "svg", 2, made_at=clock.now())


def test_words_between_the_shapes_are_left_out() -> None:
    """They are never drawn, and what a cut-off declaration leaves behind is nothing but words."""
    words = b'!ENTITY a SYSTEM "file:///etc/passwd"&gt;'

    assert b"file:" not in _made(an_svg().replace(SHAPE.encode(), words + SHAPE.encode() + words))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_file_made_of_such_pieces_does_anything_but_be_drawn_or_refused(
    data: st.DataObject,
) -> None:
    """Whatever is cut, doubled or nested: a sentence, or an SVG with nothing but what is kept."""
    pieces = [inside for inside, _ in REFUSED.values() if len(inside) < 2_000]
    whole = b"".join(data.draw(st.lists(st.sampled_from([*pieces, an_svg()]), max_size=3)))
    inner = whole.replace(HEAD.encode(), b"<g>").replace(b"</svg>", b"</g>")
    start = data.draw(st.integers(0, len(inner)))
    body = an_svg().replace(SHAPE.encode(), SHAPE.encode() + inner[start:])
    made = _made(body)
    for word in (b"<script", b"<image", b"<foreign", b"http://x", b"file:", b"<filter", b"url(h"):
        assert word not in made


def _made(body: bytes) -> bytes:
    """The clean SVG; nothing where it is refused, which is in a sentence."""
    try:
        return logo_svg.drawing(body).svg
    except ValueError as e:
        said = str(e)
    assert said.startswith(("The picture", "This picture", "There is", "This is"))
    return b""
