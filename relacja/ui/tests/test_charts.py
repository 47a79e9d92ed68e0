from math import pi

import pytest

from relacja.ui import charts


def test_a_line_stands_on_its_scale_and_is_broken_by_gaps():
    drawn = charts.area([0, 100, None, 50], width=136, height=120, marks=[(1, "here")])

    assert drawn.line == "M0.0 100.0L33.3 16.0 M100.0 58.0L100.0 58.0"
    assert [tick.label for tick in drawn.ticks] == ["0", "50", "100"]
    assert drawn.last == (100.0, 58.0)
    assert drawn.marks == [(pytest.approx(33.3, abs=0.1), "here")]


def test_nothing_known_draws_nothing():
    drawn = charts.area([None, None], width=100, height=100)

    assert (drawn.line, drawn.fill) == ("", "")


@pytest.mark.parametrize(
    ("value", "top"), [(0, "2"), (3, "4"), (5, "6"), (7, "10"), (11, "20"), (401, "600"), (1000, "1000")]
)
def test_the_scale_ends_at_a_round_number(value, top):
    assert charts.area([value], width=100, height=100).ticks[-1].label == top


@pytest.mark.parametrize(
    ("one", "other", "both"), [(100, 100, 50), (100, 25, 25), (300, 100, 1), (100, 80, 79), (10, 10, 0)]
)
def test_the_area_that_circles_share_is_in_proportion(one, other, both):
    drawn = charts.venn(one, other, both)
    (left, first), (right, second) = drawn.left, drawn.right

    assert first**2 / second**2 == pytest.approx(one / other)
    assert charts.lens(first, second, right - left) / (pi * first**2) == pytest.approx(both / one, abs=0.002)
    assert min(left - first, right - second) == pytest.approx(0)
    assert max(left + first, right + second) == pytest.approx(drawn.width)


def test_a_spark_is_stretched_between_its_least_and_greatest():
    drawn = charts.spark([10, None, 30, 20], width=34, height=24)

    assert drawn.line == "M2.0 22.0L2.0 22.0 M22.0 2.0L32.0 12.0"
    assert drawn.last == (32.0, 12.0)


def test_a_spark_of_what_never_changes_runs_through_the_middle():
    assert charts.spark([7, 7], width=24, height=24).line == "M2.0 12.0L22.0 12.0"
