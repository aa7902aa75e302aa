"""Rectangles that may be tilted, and the smallest one around some points."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]


class Rectangle(NamedTuple):
    """A line of text. Coordinates are those of the picture: pixels, y downwards, (0, 0) the outer corner."""

    x: float
    """Of the centre."""
    y: float
    length: float
    """Along the direction of reading, in pixels."""
    height: float
    angle: float
    """Of the direction of reading, in radians clockwise from the x axis."""

    def grown(self, margin: float) -> Rectangle:
        """With `margin` pixels more on each side."""
        return self._replace(length=self.length + 2 * margin, height=self.height + 2 * margin)

    def scaled(self, factor: float, left: float, top: float) -> Rectangle:
        """In a picture that is `factor` times as large, of which this one begins at (left, top)."""
        return Rectangle(
            self.x * factor + left, self.y * factor + top, self.length * factor, self.height * factor, self.angle
        )

    def turned(self, quarters: int) -> Rectangle:
        """The same place, read in a direction that is `quarters` times 90 degrees further clockwise."""
        sides = (self.length, self.height) if quarters % 2 == 0 else (self.height, self.length)
        return Rectangle(self.x, self.y, *sides, self.angle + quarters * math.pi / 2)

    def corners(self) -> Doubles:
        """Four rows of x and y: clockwise, from the top left corner as the text is read."""
        along = np.array([math.cos(self.angle), math.sin(self.angle)]) * (self.length / 2)
        down = np.array([-math.sin(self.angle), math.cos(self.angle)]) * (self.height / 2)
        corners: Doubles = np.array([self.x, self.y]) + np.array(
            [-along - down, along - down, along + down, down - along]
        )
        return corners


def convex_hull(points: Doubles) -> Doubles:
    """The corners of the convex hull (Andrew's monotone chain), without those on a straight edge."""
    ordered = sorted(set(map(tuple, points.tolist())))
    if len(ordered) < 3:
        return np.array(ordered)
    return np.array(_chain(ordered) + _chain(ordered[::-1]))


def _chain(ordered: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Half of the hull, without its last point, which the other half begins with."""
    chain: list[tuple[float, float]] = []
    for x, y in ordered:
        while len(chain) > 1:
            (ax, ay), (bx, by) = chain[-2], chain[-1]
            if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                break
            chain.pop()
        chain.append((x, y))
    return chain[:-1]


def smallest_rectangle(points: Doubles) -> Rectangle:
    """The rectangle of least area around the points; one of its sides lies on an edge of their convex hull.

    It is taken to be read along its longer side: to the right, or downwards where it is steeper than 45 degrees.
    """
    hull = convex_hull(points)
    edges = np.diff(hull, axis=0, append=hull[:1])
    angles = np.unique(np.round(np.arctan2(edges[:, 1], edges[:, 0]) % (math.pi / 2), 6))
    if len(hull) < 3:
        angles = np.array([math.atan2(*(hull[-1] - hull[0])[::-1])])
    cosines, sines = np.cos(angles), np.sin(angles)
    along = hull @ np.array([cosines, sines])
    down = hull @ np.array([-sines, cosines])
    lengths, heights = np.ptp(along, axis=0), np.ptp(down, axis=0)
    best = int(np.argmin(lengths * heights))
    middle_along = (along[:, best].min() + along[:, best].max()) / 2
    middle_down = (down[:, best].min() + down[:, best].max()) / 2
    cosine, sine = cosines[best], sines[best]
    found = Rectangle(
        float(middle_along * cosine - middle_down * sine),
        float(middle_along * sine + middle_down * cosine),
        float(lengths[best]),
        float(heights[best]),
        float(angles[best]),
    )
    return readable(found if found.length >= found.height else found.turned(1))


def readable(rectangle: Rectangle) -> Rectangle:
    """Read to the right, or downwards where that is steeper than 45 degrees: half a turn is taken back."""
    angle = (rectangle.angle + math.pi / 4) % math.pi - math.pi / 4
    return rectangle._replace(angle=angle)
