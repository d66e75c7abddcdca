"""PDFs for tests, written directly: each page is a list of its lines."""

Placed = tuple[float, float, float, str]
"""A line: its left end, its bottom, the size of its letters, its text."""


def pdf(*pages: list[Placed], info: dict[str, str] | None = None) -> bytes:
    """Return a PDF."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    objects.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
    kids = []
    for lines in pages:
        content = b"".join(
            b"BT /F1 %d Tf %d %d Td (%s) Tj ET\n" % (size, left, bottom, _escaped(text))
            for left, bottom, size, text in lines
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
        kids.append(len(objects) + 1)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
            b"/Resources<</Font<</F1 3 0 R>>>>>>" % len(objects)
        )
    pointers = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), pointers)
    entries = b"".join(b"/%s(%s)" % (name.encode(), _escaped(text)) for name, text in (info or {}).items())
    objects.append(b"<<%s>>" % entries)
    data = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"<</Size %d/Root 1 0 R/Info %d 0 R>>" % (len(objects) + 1, len(objects))
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return data + head + table + b"trailer" + trailer + b"\nstartxref\n%d\n%%%%EOF" % len(data)


def _escaped(text: str) -> bytes:
    return text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def column(
    *lines: str, top: float = 700, left: float = 72, size: float = 11, lead: float = 14
) -> list[Placed]:
    """Place lines below each other; an empty one leaves a gap."""
    return [(left, top - lead * row, size, line) for row, line in enumerate(lines) if line]
