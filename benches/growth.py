#!/usr/bin/env python3
"""Plots how queries grow with an index, from what `latency` printed.

    for n in 10MB 106MB 1060MB; do latency INDEX_$n benches/queries.tsv > $n.txt; done
    benches/growth.py 9399:10MB.txt 99681:106MB.txt 997144:1060MB.txt > benches/growth.svg

Each argument is PASSAGES:FILE. Both axes are logarithmic; a line is the median
of a kind of query, the dashed one the 99th of a hundred of all kinds.
"""

import math
import sys

WIDTH, HEIGHT = 640, 420
LEFT, RIGHT, TOP, BOTTOM = 60, 150, 20, 50
COLOURS = ["#1b6ca8", "#b4472e", "#3c7d3c", "#7a4fa3", "#8a6d1b", "#2f8f8f", "#555555", "#c0397b"]


def read(argument):
    """Passages, and of each kind its median and 99th of a hundred in ms."""
    passages, _, name = argument.partition(":")
    kinds = {}
    with open(name, encoding="utf-8") as lines:
        for line in lines:
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if line.startswith("| ") and len(cells) == 6 and cells[0] not in ("kind", "worst"):
                kinds[cells[0].lstrip("~ ")] = (float(cells[2]), float(cells[3]))
    return int(passages), kinds


def main():
    measured = sorted(read(argument) for argument in sys.argv[1:])
    if len(measured) < 2:
        sys.exit(__doc__)
    values = [value for _, kinds in measured for pair in kinds.values() for value in pair]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    first, last = math.log10(measured[0][0]), math.log10(measured[-1][0])

    def x(passages):
        share = (math.log10(passages) - first) / (last - first)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(ms):
        share = (math.log10(ms) - low) / (high - low)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for decade in range(low, high + 1):
        at = y(10.0**decade)
        out.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{10.0**decade:g} ms</text>')
    for passages, _ in measured:
        at = x(passages)
        out.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        out.append(f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{passages:,}</text>')
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">passages</text>')
    lines = [(kind, kind, 0, "") for kind in sorted(measured[-1][1]) if kind != "all"]
    lines.append(("all, p99", "all", 1, ' stroke-dasharray="5 3"'))
    ends = sorted(((y(measured[-1][1][kind][which]), at) for at, (_, kind, which, _) in enumerate(lines)))
    beside, least = {}, TOP
    for at, number in ends:
        least = max(at, least + 14)
        beside[number] = least
    for number, (label, kind, which, dashes) in enumerate(lines):
        colour = COLOURS[number % len(COLOURS)]
        points = [(x(passages), y(kinds[kind][which])) for passages, kinds in measured if kind in kinds]
        path = " ".join(f"{at:.1f},{up:.1f}" for at, up in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>')
        out.extend(f'<circle cx="{at:.1f}" cy="{up:.1f}" r="3" fill="{colour}"/>' for at, up in points)
        out.append(f'<text x="{WIDTH - RIGHT + 10}" y="{beside[number] + 4:.1f}" fill="{colour}">{label}</text>')
    out.append("</svg>")
    print("\n".join(out))


if __name__ == "__main__":
    main()
