import pytest
from hypothesis import given
from hypothesis import strategies as st

from relacja.lib import globe
from relacja.lib.globe import Point

KRAKOW, WARSZAWA, SYDNEY = Point(50.0614, 19.9366), Point(52.2298, 21.0118), Point(-33.8679, 151.2073)
points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))


def test_distances_are_those_on_the_map():
    assert globe.distance(KRAKOW, WARSZAWA) == pytest.approx(252.5, abs=1)
    assert globe.distance(KRAKOW, SYDNEY) == pytest.approx(15_696, abs=30)
    assert globe.distance(KRAKOW, KRAKOW) == 0


@given(one=points, other=points, km=st.floats(0.1, 5_000))
def test_whoever_is_near_stands_in_the_box(one, other, km):
    box = globe.around(one, km)

    is_near = globe.haversine(one, other) <= globe.haversine_of(km)

    inside = box.south <= other.lat <= box.north and box.west <= other.lon <= box.east
    assert inside or not is_near or globe.distance(one, other) == pytest.approx(km, rel=1e-6)


def test_nothing_lies_beyond_the_poles():
    with pytest.raises(ValueError, match="globe"):
        Point(90.1, 0)
