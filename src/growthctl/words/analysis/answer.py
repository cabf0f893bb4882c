"""What is broken now and the widest bottleneck, as the first screen says it, and in the one sentence to post."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from growthctl.diagnosis.codes import CONFIRMED_GAP, CONFIRMED_WIDEST
from growthctl.report.analysis import Analysis
from growthctl.report.bottleneck import BrokenNowFacts, Ranked, RecoverableFacts
from growthctl.words.analysis import verdict
from growthctl.words.analysis.segments import holds_most
from growthctl.words.dates import Clocks
from growthctl.words.known_changes import nearest
from growthctl.words.labels import before, label, net, rate, reference_word, segment, stage
from growthctl.words.numbers import chance, declared, estimate, money, percent, printable, utilisation

FAULTS_SHOWN = 2
_MORE_WOULD_TELL = (None, "no_gap_seen", "nothing_ripe_at_reference")
_RANGE = "95% range "
"""What the brackets hold, said once."""


class Statement(NamedTuple):
    """One finding: what it is, whose, and the sentences that it rests on."""

    text: str
    owner: str
    sentences: Sequence[str]


class Findings(NamedTuple):
    """What is broken now and the bottleneck."""

    broken: Sequence[Statement]
    """The dearest first."""
    more_broken: int
    """How many are left out."""
    bottleneck: Statement
    is_bottleneck_first: bool
    """Does it cost more?"""


def findings(analysis: Analysis, most: int | None = None) -> Findings:
    """What costs most, at most so many faults; where brackets come first, they say what they hold."""
    is_first = costs_most(analysis)
    shown = analysis.broken_now[:most]
    faults = [broken(fault, analysis, "" if is_first or number else _RANGE) for number, fault in enumerate(shown)]
    lasting = bottleneck(analysis, "" if shown and not is_first else _RANGE)
    return Findings(faults, len(analysis.broken_now) - len(shown), lasting, is_first)


def headline(analysis: Analysis) -> str:
    """What costs most, in one sentence that can be posted as it is."""
    name = printable(analysis.funnel.name)
    if analysis.broken_now and not costs_most(analysis):
        fault = analysis.broken_now[0]
        price = _price(fault.recoverable, analysis, _to_the_end(analysis))
        return f"{name}: {_posted(fault, analysis)}: {price}{_owned(fault.owner)}."
    lead = analysis.bottleneck
    if lead.verdict in ("confirmed", "suspect") and lead.recoverable is not None:
        what = "is the widest bottleneck" if lead.verdict == "confirmed" else "may be the widest bottleneck"
        rates = _held_against(analysis, verdict.ranked(analysis, lead.stage))
        price = _price(lead.recoverable, analysis, _to_the_end(analysis))
        return f"{name}: {label(analysis, lead.stage or '')} {what}: {rates}; {price}{_owned(lead.owner)}."
    return f"{name}: {_undecided(analysis)}"


def brief(analysis: Analysis) -> str:
    """What costs most, in a line beside those of other funnels."""
    name = printable(analysis.funnel.name)
    if analysis.broken_now and not costs_most(analysis):
        fault = analysis.broken_now[0]
        return f"{name}: broken now, {broken(fault, analysis).text}{_addressed(fault.owner)}"
    statement = bottleneck(analysis)
    return f"{name}: bottleneck: {statement.text}{_addressed(statement.owner)}"


def costs_most(analysis: Analysis) -> bool:
    """Does the bottleneck that the verdict names cost more than anything that is broken now?"""
    worth = analysis.bottleneck.recoverable
    if any(fault.stage == analysis.bottleneck.stage for fault in analysis.broken_now):
        return False
    if worth is None or analysis.bottleneck.verdict not in ("confirmed", "tie", "suspect"):
        return False
    dearest = max((fault.recoverable.conversions_per_30_days for fault in analysis.broken_now), default=0.0)
    return worth.conversions_per_30_days > dearest


def broken(fault: BrokenNowFacts, analysis: Analysis, bounds: str = "") -> Statement:
    """What is broken now: where, since when, how it was and is, what that costs."""
    throughout = "in the whole log" if fault.silent else "week after week"
    since = f"since {Clocks.of(analysis).day(fault.since_at)}" if fault.since_at else throughout
    what = "silent " if fault.silent else "" if fault.since_at else "sinking "
    came = label(analysis, fault.from_stage)
    then, now = ("before", "since") if fault.since_at else ("at first", "of late")
    if fault.silent and not fault.since_at:
        then, now = "elsewhere", "here"
    sure = chance(fault.probability)
    return Statement(
        f"{_place(fault, analysis)}, {what}{since}",
        printable(fault.owner or ""),
        [
            f"{percent(fault.usual_rate)} of {came} went on {then}, about {percent(fault.rate)} {now} ({sure} sure).",
            _cost(fault.recoverable, analysis, bounds, _once_there_is_room(fault, analysis)),
            *nearest(fault.near, Clocks.of(analysis)),
        ],
    )


def bottleneck(analysis: Analysis, bounds: str = "") -> Statement:
    """The verdict, and what it rests on."""
    tell: dict[str | None, Callable[[Analysis, str], tuple[str, list[str]]]] = {
        None: lambda analysis, _: (
            "None is named: in any order no stage is to blame",
            verdict.in_any_order(analysis)[1:],
        ),
        "confirmed": _named,
        "suspect": _named,
        "tie": _tie,
        "none_below_reference": _none_below,
        "cannot_tell": _cannot_tell,
        "no_reference": _leak,
        "no_data": lambda analysis, _: ("No data yet", verdict.no_data(analysis)),
    }
    text, sentences = tell[analysis.bottleneck.verdict](analysis, bounds)
    named = analysis.bottleneck.contenders if analysis.bottleneck.verdict in ("confirmed", "suspect", "tie") else []
    owners = dict.fromkeys(stage(analysis, name).owner for name in named)
    whose = " and ".join(printable(owner) for owner in owners if owner)
    return Statement(text, whose, [*sentences, *_queue_elsewhere(analysis)])


def _place(fault: BrokenNowFacts, analysis: Analysis) -> str:
    name = label(analysis, fault.stage)
    return name if fault.segment is None else f"{name} for {segment(fault.segment)}"


def _posted(fault: BrokenNowFacts, analysis: Analysis) -> str:
    """'Signup for device mobile fell from 13.2% to 4.1% on 6 Mar and has not come back'."""
    rates = f"from {percent(fault.usual_rate)} to {percent(fault.rate)}"
    if fault.since_at is None and fault.silent:
        return f"{_place(fault, analysis)} is silent in the whole log"
    if fault.since_at is None:
        return f"{_place(fault, analysis)} sinks week after week, {rates} so far"
    day = Clocks.of(analysis).day(fault.since_at)
    if fault.silent:
        return f"{_place(fault, analysis)} has gone silent since {day}"
    return f"{_place(fault, analysis)} fell {rates} on {day} and has not come back"


def _addressed(owner: str | None) -> str:
    return f" → {printable(owner)}" if owner else ""


def _undecided(analysis: Analysis) -> str:
    """Why no stage is named, as the end of a sentence."""
    statement = bottleneck(analysis)
    first = f"; {statement.sentences[0][:1].lower()}{statement.sentences[0][1:]}" if statement.sentences else "."
    match analysis.bottleneck.verdict:
        case "tie":
            return f"{statement.text}."
        case "none_below_reference":
            return f"no bottleneck, every rate is at its {reference_word(analysis)} or close to it."
        case "no_reference":
            return f"no bottleneck is named, for no stage has a target{first}"
        case "cannot_tell":
            return f"{statement.text[0].lower()}{statement.text[1:]} which bottleneck is the widest{first}"
        case "no_data":
            return f"no data yet{first}"
        case _:
            return "no bottleneck is named, for in any order no stage is to blame."


def _owned(owner: str | None) -> str:
    return f"; {printable(owner)} owns it" if owner else ""


def _named(analysis: Analysis, bounds: str) -> tuple[str, list[str]]:
    lead = analysis.bottleneck
    assert lead.stage is not None
    ranked = verdict.ranked(analysis, lead.stage)
    is_queue = lead.queue == lead.stage
    doubt = "" if lead.verdict == "confirmed" else f", probably{_why_only_probably(ranked)}"
    full = _full(analysis) if is_queue else ""
    below, widest = chance(ranked.probability_gap), chance(ranked.probability_widest)
    sentences = [f"{_held_against(analysis, ranked)} ({below} sure): the largest lasting gap ({widest})."]
    if ranked.recoverable is not None:
        sentences.append(_cost(ranked.recoverable, analysis, bounds))
    return f"{label(analysis, lead.stage)}{doubt}{full}", [*sentences, *holds_most(analysis)]


def _why_only_probably(ranked: Ranked) -> str:
    """What keeps a suspicion from being confirmed, where that is not how sure it is."""
    if ranked.reference is None or ranked.reference.source != "target":
        return " (only a target can confirm it)"
    if ranked.reference.doubted:
        return " (all its history is against this target)"
    below, widest = ranked.probability_gap or 0.0, ranked.probability_widest or 0.0
    is_sure = below >= CONFIRMED_GAP and widest >= CONFIRMED_WIDEST
    return " (too few weeks to confirm it)" if is_sure else ""


def _tie(analysis: Analysis, bounds: str) -> tuple[str, list[str]]:
    names = analysis.bottleneck.contenders
    sentences = []
    for name in names:
        ranked = verdict.ranked(analysis, name)
        cost = f", {_price(ranked.recoverable, analysis, bounds=bounds)}" if ranked.recoverable else ""
        bounds = ""
        sentences.append(f"{label(analysis, name)}: {_held_against(analysis, ranked)}{cost}.")
    text = " or ".join(label(analysis, name) for name in names)
    return f"{text}: which one costs more is open", [*sentences, "Fix the cheaper one."]


def _none_below(analysis: Analysis, _: str) -> tuple[str, list[str]]:
    goal = reference_word(analysis)
    return f"None: every rate is at its {goal} or close to it", [f"To go further, set a higher {goal}."]


def _cannot_tell(analysis: Analysis, _: str) -> tuple[str, list[str]]:
    lead = analysis.bottleneck
    sentences = []
    if lead.stage is not None and lead.unresolvable != "no_gap_seen":
        ranked = verdict.ranked(analysis, lead.stage)
        sure = (
            f"{chance(ranked.probability_gap)} sure it is below, {chance(ranked.probability_widest)} that it costs most"
        )
        doubt = "as logged" if lead.unresolvable == "data_in_doubt" else sure
        suspect = f"First suspect {label(analysis, lead.stage)}"
        sentences.append(f"{suspect}: {_held_against(analysis, ranked)} ({doubt}).")
    when = "yet" if lead.unresolvable in _MORE_WOULD_TELL else "from this log"
    return f"Cannot tell {when}", [*sentences, verdict.what_would_tell(analysis)]


def _leak(analysis: Analysis, _: str) -> tuple[str, list[str]]:
    text = "Not judged: no stage has a target"
    if analysis.bottleneck.stage is None:
        return text, [verdict.NOTHING_TO_GAIN]
    lead = verdict.ranked(analysis, analysis.bottleneck.stage)
    return text, [
        f"Most is to be gained at {label(analysis, lead.stage)}: {_held_against(analysis, lead)}.",
        "Whether that is low for you only a target can say.",
        verdict.example_of_target(lead),
    ]


def _held_against(analysis: Analysis, ranked: Ranked) -> str:
    """'26.9% of Signup go on, target 35%'."""
    names = [item.name for item in analysis.stages]
    position = names.index(ranked.stage)
    came = label(analysis, names[before(analysis.stages, position)])
    ripe = analysis.stages[position].ripe
    is_of_all = ripe is not None and ripe.conversion_rate == ranked.conversion_rate
    against = f", {verdict.reference(ranked.reference)}" if ranked.reference else ""
    if ripe is None or not is_of_all:
        return f"{percent(ranked.conversion_rate)} of {came} go on{verdict.when(analysis, ranked)}{against}"
    converts = rate(ripe.converted, ripe.entered)
    goes_on = f"{converts} of {came} go on" if converts.endswith("%") else f"{converts} at {came} went on"
    return f"{goes_on}{against}"


def _cost(worth: RecoverableFacts, analysis: Analysis, bounds: str, if_: str = "") -> str:
    return f"Costs {_price(worth, analysis, bounds=bounds)}{if_}."


def _price(worth: RecoverableFacts, analysis: Analysis, of: str = "", bounds: str = "") -> str:
    """'about 9.2 conversions per 30 days (2.5–15.6), EUR 8,850'; `of`: to which stage, where nothing else says that."""
    many, low, high = (estimate(each) for each in (worth.conversions_per_30_days, worth.low, worth.high))
    value = "" if worth.value is None else f", worth {money(worth.value, worth.currency)}{net(analysis.funnel)}"
    return f"about {many} conversions{of} per 30 days ({bounds}{low}–{high}){value}"


def _to_the_end(analysis: Analysis) -> str:
    last = [item for item in analysis.stages if not item.optional][-1]
    return f" to {printable(last.label)}"


def _full(analysis: Analysis) -> str:
    """': its 8 places a working day are full', or how much of them is taken."""
    capacity = stage(analysis, analysis.bottleneck.queue or "").capacity
    if capacity is None or capacity.utilisation is None:
        return ""
    day = "day" if capacity.days_per_week in (None, 7) else "working day"
    taken = utilisation(capacity.utilisation)
    return f": its {declared(capacity.per_day)} places a {day} are {'full' if taken == '100%' else f'{taken} taken'}"


def _once_there_is_room(fault: BrokenNowFacts, analysis: Analysis) -> str:
    """Whoever is regained before a stage that is full must wait there."""
    names, queue = [item.name for item in analysis.stages], analysis.bottleneck.queue
    if queue is None or names.index(queue) <= names.index(fault.stage):
        return ""
    return f", once {label(analysis, queue)} has room"


def _queue_elsewhere(analysis: Analysis) -> list[str]:
    queue = analysis.bottleneck.queue
    if queue is None or queue in analysis.bottleneck.contenders:
        return []
    return [f"Besides, {label(analysis, queue)}{_full(analysis)}."]
