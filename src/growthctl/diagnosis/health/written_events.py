"""What the events of a stage say, whether or not a journey holds them: is it silent, or does it lack another stage?"""

from __future__ import annotations

import numpy as np

from growthctl.diagnosis.health.counts_over_time import usual_volume
from growthctl.diagnosis.health.inputs import HealthInputs
from growthctl.stats.arrays import Bools
from growthctl.stats.overdispersion import LEAST_EXPECTED

FAR_BELOW = 0.1
_UNEXPLAINED = 2
_STEADY = 0.5
LEAST_EVENTS = 10


def goes_on(inputs: HealthInputs, stage: int, inside: Bools) -> bool:
    """Are events of the stage still written in these bins of `inputs.everybody`?"""
    expected = float(usual_volume(inputs.written[stage], inputs.everybody, ~inside)[inside].sum())
    return int(inputs.written[stage][inside].sum()) > FAR_BELOW * max(expected, LEAST_EXPECTED)


def lack_entries(inputs: HealthInputs, inside: Bools) -> bool:
    """Are events of later stages written in these bins that nobody who entered accounts for?

    At least twice as many as they do; and in the second half of the bins, when who entered before has mostly gone on or
    not, still half as many as usual.
    """
    written, reached = inputs.written[1:].sum(axis=0), inputs.everybody.reached[1:].sum(axis=0)
    explained_share = int(reached[~inside].sum()) / max(1, int(written[~inside].sum()))
    events = int(written[inside].sum())
    late = inside & (np.cumsum(inside) > inside.sum() / 2)
    usually = float(usual_volume(written, inputs.everybody, ~inside)[late].sum())
    return (
        events >= LEAST_EVENTS
        and events * explained_share >= _UNEXPLAINED * int(reached[inside].sum())
        and int(written[late].sum()) >= max(LEAST_EVENTS, _STEADY * usually)
    )
