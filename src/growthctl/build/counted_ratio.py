"""What stands beside the journeys where the first stage is counted: how many entered for so many counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any, NamedTuple

from growthctl.build.bottleneck import plain
from growthctl.clock import DAY, TimeRange, at_clock, iso
from growthctl.diagnosis.bottleneck.judgement import judgement_of_ratio
from growthctl.errors import Notice
from growthctl.events.sources.counted_days import CountedDays
from growthctl.funnel.sections.model import CountedStage
from growthctl.kernel.daily_entries import days_inside, entries_per_day
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.segment_values import Segments
from growthctl.kernel.tally.segment_counts import MOST_SEGMENTS, OTHER
from growthctl.report.comparison import CountedComparison
from growthctl.report.stages import CountedFacts, CountedPeriod, CountedSegment, UnmatchedFacts
from growthctl.stats.count_ratio import CountRatio, difference

_EXPECTED = 6.9
"""Where so many should have come, that nobody did is no chance: e^−6.9 = .001."""


Compared = tuple[Sequence[Journeys], TimeRange]
"""A range, and its journeys before it."""


class CountedLog(NamedTuple):
    """A counted stage, what its source has, and of which time the log of the others can be held against that."""

    stage: CountedStage
    table: CountedDays
    held: TimeRange
    timezone: str

    def days(self, span: TimeRange) -> range:
        """The local days, from 1970, that lie wholly in a range and in the log."""
        common = TimeRange(max(span.since, self.held.since), min(span.until, self.held.until))
        return days_inside(common, self.timezone) if common.since < common.until else range(0)

    def ratio(self, journeys: Sequence[Journeys], span: TimeRange) -> tuple[CountRatio, CountedPeriod]:
        """Of a range, whose `journeys` these are."""
        return self.ratios(journeys, [span])[0]

    def ratios(
        self, journeys: Sequence[Journeys], spans: Sequence[TimeRange]
    ) -> list[tuple[CountRatio, CountedPeriod]]:
        """Of ranges that follow each other; `journeys`: of each of them."""
        totals = Counter[int]()
        for (day, _), count in self.table.counts.items():
            totals[day] += count
        days = self.days(TimeRange(spans[0].since, spans[-1].until))
        entered = _by_day(entries_per_day(journeys, days, self.timezone)[0], days)
        return [self._ratio(self.days(span), totals, entered) for span in spans]

    def compared(self, this: Compared, against: Compared) -> CountedComparison:
        """Two ranges, each with its journeys."""
        (now, this_period), (then, against_period) = (self.ratio(*side) for side in (this, against))
        interval, stage = difference(now, then), self.stage.stage
        both = None if now.ratio is None or then.ratio is None else now.ratio - then.ratio
        return CountedComparison(
            stage=stage.name,
            label=stage.label,
            owner=stage.owner,
            source=self.stage.name,
            this=this_period,
            against=against_period,
            difference=both if this_period.days and against_period.days else None,
            low=interval.low if interval else None,
            high=interval.high if interval else None,
        )

    def facts(
        self, journeys: Sequence[Journeys], span: TimeRange, segments: Mapping[str, Segments]
    ) -> tuple[CountedFacts, list[Notice]]:
        """The counted stage of an analysis; `segments`: of the journeys by each property that counts are split by."""
        ratio, period = self.ratio(journeys, span)
        splits = [self._split(name, parts, journeys, self.days(span)) for name, parts in segments.items()]
        stage, spread = self.stage.stage, ratio.spread
        facts = CountedFacts(
            **dict(period),
            stage=stage.name,
            label=stage.label,
            kind=stage.kind,
            phase=stage.phase,
            owner=stage.owner,
            runbook=stage.runbook,
            source=self.stage.name,
            spread=spread.factor if spread else None,
            degrees_of_freedom=spread.degrees if spread and isfinite(spread.degrees) else None,
            target=self.stage.target,
            judgement=judgement_of_ratio(ratio, self.stage.target),
            segments=[segment for split in splits for segment in split.segments()],
            unmatched=[split.unmatched() for split in splits],
        )
        return facts, [notice for split in splits for notice in split.notices(ratio.ratio or 0.0)]

    def _ratio(
        self, days: range, counts: Mapping[int, int], entered: Mapping[int, int]
    ) -> tuple[CountRatio, CountedPeriod]:
        known = [day for day in self.table.days if day in days]
        ratio = CountRatio.of_days([counts.get(day, 0) for day in known], [entered.get(day, 0) for day in known])
        ends = (known[0], known[-1] + 1) if known else None
        period = CountedPeriod(
            **_facts(ratio) if known else dict.fromkeys(("count", "entered", "ratio", "low", "high")),
            since=iso(at_clock(ends[0] * DAY, self.timezone)) if ends else None,
            until=iso(at_clock(ends[1] * DAY, self.timezone)) if ends else None,
            days=len(known),
        )
        return ratio, period

    def _split(self, name: str, parts: Segments, journeys: Sequence[Journeys], days: range) -> _Split:
        """Both sides by the values of a property, which are compared as texts."""
        position = self.stage.properties.index(name)
        known = [day for day in self.table.days if day in days]
        counts, entered, values = dict[str | None, Counter[int]](), dict[str | None, Counter[int]](), {}
        for (day, row), count in self.table.counts.items():
            text = _text(row[position])
            if day in days:
                counts.setdefault(text, Counter())[day] += count
        per_day = entries_per_day(journeys, days, self.timezone, parts.numbers, len(parts.sizes))
        for (value,), row in zip(parts.values, per_day, strict=True):
            text = _text(value)
            values[text] = plain(value)
            entered.setdefault(text, Counter()).update(_by_day(row, days))
        texts = sorted({*counts, *entered}, key=lambda text: (text is None, text or ""))
        ratios = {
            text: CountRatio.of_days(*([by.get(text, Counter())[day] for day in known] for by in (counts, entered)))
            for text in texts
        }
        return _Split(name, {text: ratio for text, ratio in ratios.items() if ratio.counted or ratio.came}, values)


class _Split(NamedTuple):
    """The ratios of the values of a property."""

    by: str
    ratios: Mapping[str | None, CountRatio]
    """By the text of the value."""
    values: Mapping[str | None, Any]
    """As the log has them."""

    def segments(self) -> Iterator[CountedSegment]:
        """The largest count first; all beyond MOST_SEGMENTS are one."""
        ranked = sorted(self.ratios.items(), key=lambda item: (-item[1].counted, -item[1].came, item[0] or ""))
        for text, ratio in ranked[:MOST_SEGMENTS]:
            yield CountedSegment(by=[self.by], values=[self.values.get(text, text)], **_facts(ratio))
        rest = [ratio for _, ratio in ranked[MOST_SEGMENTS:]]
        if rest:
            together = CountRatio(sum(ratio.counted for ratio in rest), sum(ratio.came for ratio in rest), None)
            yield CountedSegment(by=[self.by], values=[OTHER], **_facts(together))

    def unmatched(self) -> UnmatchedFacts:
        """What occurs on one side alone."""
        counted = [ratio.counted for text, ratio in self.ratios.items() if text is not None and not ratio.came]
        entered = [ratio.came for text, ratio in self.ratios.items() if text is not None and not ratio.counted]
        return UnmatchedFacts(
            by=self.by,
            counted_values=len(counted),
            count=sum(counted),
            entered_values=len(entered),
            entered=sum(entered),
        )

    def notices(self, usual: float) -> Iterator[Notice]:
        """Values of which so many were counted that somebody should have come at the usual ratio, and nobody did."""
        silent = {
            text: ratio.counted
            for text, ratio in self.ratios.items()
            if text is not None and not ratio.came and ratio.counted * usual >= _EXPECTED
        }
        if silent:
            numbers = {"by": str(self.by), "values": silent, "count": sum(silent.values())}
            yield Notice("counted_nobody_came", numbers=numbers)


def _facts(ratio: CountRatio) -> dict[str, Any]:
    interval = ratio.interval
    return {
        "count": ratio.counted,
        "entered": ratio.came,
        "ratio": ratio.ratio,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
    }


def _by_day(entered: Any, days: range) -> dict[int, int]:
    return dict(zip(days, entered.tolist(), strict=True))


def _text(value: object) -> str | None:
    """A value as both a log of text and one with types have it: 17.0 is 17, True is true."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return None if value is None or value == "" else str(value)
