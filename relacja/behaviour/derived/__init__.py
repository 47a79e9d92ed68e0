"""What this app derives itself, in the order in which it is told. Another app brings its own in its `derived.py`."""

from relacja.behaviour.attributes import add
from relacja.behaviour.derived import habits, orders

add(*orders.ALL, *habits.ALL)
