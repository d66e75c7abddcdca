"""Compile the map of the page from Natural Earth's outlines of countries.

Natural Earth is in the public domain; the npm package world-atlas (ISC) contains it as TopoJSON::

    npm pack world-atlas@2.0.2 && tar -xzf world-atlas-2.0.2.tgz
    python -m docs.compile_world_map package

The package is not needed at run time.
"""

from __future__ import annotations

import json
import math
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pycountry

from indexer.countries.country_names import country_names

WIDTH: Final = 720  # units of the drawing
SMALLEST: Final = 3  # the minimum area of an island in square units; a country's largest ring is always drawn
SOUTH: Final = -56.0  # excludes Antarctica
FILE: Final = Path(__file__).parent.parent / "searcher/web/static/world.svg"
UNNUMBERED: Final = {"Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO"}
# Longitude and latitude of territories that Natural Earth draws as a part of another country, or not at all.
POINTS: Final = {
    "BQ": (-68.3, 12.2), "BV": (3.4, -54.4), "CC": (96.8, -12.2), "CX": (105.6, -10.5), "GF": (-53.1, 3.9),
    "GI": (-5.35, 36.14), "GP": (-61.5, 16.2), "MQ": (-61.0, 14.6), "RE": (55.5, -21.1), "SJ": (16.0, 78.0),
    "TK": (-171.8, -9.2), "UM": (166.6, 19.3), "YT": (45.2, -12.8),
}  # fmt: skip
Point = tuple[float, float]


def equal_earth(longitude: float, latitude: float) -> Point:
    """Project a location so that areas keep their proportions (Šavrič, Patterson & Jenny 2018, formula 1).

    Returns:
        x and y in drawing units, y downwards from the north pole.
    """
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    squared, sixth = theta**2, theta**6
    slope = 9 * a4 * theta**8 + 7 * a3 * sixth + 3 * a2 * squared + a1
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(theta) / (3 * slope)
    y = theta * (a4 * theta**8 + a3 * sixth + a2 * squared + a1)
    scale = WIDTH / (2 * 2.706629)  # half the length of the equator
    return x * scale + WIDTH / 2, (1.317362 - y) * scale


def rings_of(atlas: dict[str, Any], geometry: dict[str, Any]) -> list[list[Point]]:
    """Decode the rings of a country: arcs of integers, each the difference from the previous one."""
    (across, up), (west, south) = atlas["transform"]["scale"], atlas["transform"]["translate"]

    def decoded(number: int) -> list[Point]:
        x = y = 0
        points = []
        for dx, dy in atlas["arcs"][number if number >= 0 else ~number]:
            x, y = x + dx, y + dy
            points.append((x * across + west, y * up + south))
        return points if number >= 0 else points[::-1]

    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    rings = []
    for polygon in polygons:
        for arcs in polygon:
            ring: list[Point] = []
            for number in arcs:
                ring += decoded(number)[1 if ring else 0 :]
            rings += split_at_antimeridian(ring)
    return rings


def split_at_antimeridian(ring: list[Point]) -> list[list[Point]]:
    """Split a ring at the 180th meridian, so that each part is on one side."""
    unwrapped = ring[:1]
    for x, y in ring[1:]:
        unwrapped.append((x - 360 * round((x - unwrapped[-1][0]) / 360), y))
    parts = []
    for turn in (-360, 0, 360):
        part = [(x + turn, y) for x, y in unwrapped]
        for side in (1, -1):  # Sutherland and Hodgman's clipping, at each edge of the map
            part = clip(part, side)
        if len(part) > 2:
            parts.append(part)
    return parts


def clip(ring: list[Point], side: int) -> list[Point]:
    """Clip a ring to the west of 180 degrees (side 1), or to the east of -180 (side -1)."""
    kept = []
    for before, after in zip(ring[-1:] + ring[:-1], ring, strict=True):
        was_in, is_in = side * before[0] <= 180, side * after[0] <= 180
        if was_in != is_in:
            share = (side * 180 - before[0]) / (after[0] - before[0])
            kept.append((side * 180.0, before[1] + share * (after[1] - before[1])))
        if is_in:
            kept.append(after)
    return kept


def area(ring: list[Point]) -> float:
    """Return the area of a ring."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def svg_path(rings: list[list[Point]]) -> str:
    """Return rings as an SVG path in integer units, without small islands."""
    projected = [[equal_earth(x, max(y, SOUTH)) for x, y in ring] for ring in rings]
    largest = max(map(area, projected))
    path = ""
    for ring in projected:
        if area(ring) < min(SMALLEST, largest):
            continue
        points = [(round(x), round(y)) for x, y in ring]
        kept = [point for at, point in enumerate(points) if point != points[at - 1]]
        if len(kept) < 3:
            continue
        path += f"M{kept[0][0]} {kept[0][1]}l"
        steps = [f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(kept)]
        path += " ".join(steps).replace(" -", "-") + "z"
    return path


def compile_map(folder: Path) -> str:
    """Return the map of all countries; countries too small for outlines are discs."""
    coarse, fine = (
        json.loads((folder / f"countries-{scale}.json").read_text("utf-8")) for scale in ("110m", "10m")
    )
    numbers = {country.numeric: country.alpha_2 for country in pycountry.countries}
    shapes: dict[str, str] = {}
    for geometry in coarse["objects"]["countries"]["geometries"]:
        code = numbers.get(geometry.get("id"), UNNUMBERED.get(geometry["properties"]["name"]))
        if code and code != "AQ":
            shapes[code] = shapes.get(code, "") + svg_path(rings_of(coarse, geometry))
    points = dict(POINTS)
    for geometry in fine["objects"]["countries"]["geometries"]:
        code = numbers.get(geometry.get("id"))
        if code and "arcs" in geometry:
            ring = max(rings_of(fine, geometry), key=area)
            points.setdefault(
                code, (sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring))
            )
    lines = []
    for code in sorted(country_names()):
        if shapes.get(code):
            lines.append(f'<path id="{code}" d="{shapes[code]}"/>')
        elif code in points:
            x, y = equal_earth(*points[code])
            lines.append(f'<path id="{code}" d="M{round(x) - 4} {round(y)}a4 4 0 1 0 8 0a4 4 0 1 0-8 0z"/>')
    height = round(equal_earth(0, SOUTH)[1]) + 1
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}">',
            "<!-- Compiled, do not edit: docs/compile_world_map.py. Natural Earth 4.1, public domain,",
            "as given by world-atlas 2.0.2 (ISC); Equal Earth projection; small countries are discs. -->",
            *lines,
            '<g id="land">' + "".join([f'<use href="#{code}"/>' for code in sorted(shapes)]) + "</g>",
            "</svg>",
            "",
        ]
    )


if __name__ == "__main__":
    FILE.write_text(compile_map(Path(sys.argv[1])), "utf-8")
