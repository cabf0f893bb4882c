"""Generate the second sample: eight weeks of a company in the exports of four systems, with faults planted in them.

Run `python sample_data/make_company.py [FOLDER]`; the files land in `company` beside this script unless a folder is
named. The same seed gives the same bytes. Numbers are uniforms looked up in small tables, as in `make.py`.
"""

import csv
import random
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

SEED = 11
START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
DAYS = 56
CRM_ENDS = datetime(2026, 4, 23, 18, tzinfo=UTC)  # fault 2: a Thursday; the others go on to Sunday
CAMPAIGNS = ["brand", "search", "social", "partner"]
CLICKS_A_DAY, CENTS_PER_CLICK = [14, 30, 16, 20], [60, 190, 130, 150]
DEVICES = ["desktop", "desktop", "desktop", "mobile", "mobile"]
OWNERS = ["north", "south"]
WEEKDAY_FACTORS = [1.1, 1.2, 1.15, 1.1, 0.95, 0.7, 0.8]

DIRECT_A_DAY = 6  # visitors who clicked no ad
LANDING_RATE, DEAL_RATE, DEMO_RATE, WON_RATE, PAID_RATE = 0.82, 0.17, 0.44, 0.36, 0.92
BROKEN_LINK = "partner"  # fault 1: its form does not hand the e-mail over to the site
SKIPPED_RATE = 0.3  # fault 3: sales closes without writing down the demo
PLANS, PRICES = ["team", "team", "business"], [900, 900, 2400]


class Visitor(NamedTuple):
    """Somebody on the site; what did not happen is None."""

    name: str
    campaign: str | None
    device: str
    landed_at: datetime
    left_email_at: datetime | None
    email: str | None
    demo_at: datetime | None
    demo_is_written: bool
    won_at: datetime | None
    customer: str | None
    paid_at: datetime | None
    plan: int


Row = Sequence[object]


def main(folder: Path) -> None:
    """Write `ads.csv`, `site.csv`, `crm.csv`, `billing.csv` and `customers.csv` into the folder."""
    rng = random.Random(SEED)
    folder.mkdir(parents=True, exist_ok=True)
    clicks = {
        (day, campaign): round(CLICKS_A_DAY[number] * WEEKDAY_FACTORS[day % 7] * (0.75 + rng.random() / 2))
        for day in range(DAYS)
        for number, campaign in enumerate(CAMPAIGNS)
    }
    visitors = sorted(make_visitors(rng, clicks), key=lambda visitor: visitor.landed_at)
    end = START + timedelta(days=DAYS)
    write(folder / "ads.csv", ["Day", "Campaign", "Clicks", "Cost"], ads(clicks))
    site = [row for row in site_rows(rng, visitors) if str(row[0]) < written(end)]
    write(folder / "site.csv", ["time", "visitor", "email", "event", "campaign", "device"], sorted(site, key=str))
    write(folder / "crm.csv", ["Email", "Created", "Demo", "Won", "Team"], deals(rng, visitors))
    paid = [visitor for visitor in visitors if visitor.paid_at is not None and visitor.paid_at < end]
    paid.sort(key=lambda visitor: (visitor.paid_at, visitor.name))
    rows = [[visitor.customer, written(visitor.paid_at), PRICES[visitor.plan], PLANS[visitor.plan]] for visitor in paid]
    write(folder / "billing.csv", ["customer", "paid_at", "amount", "plan"], rows)
    write(folder / "customers.csv", ["billing", "crm"], [[visitor.customer, visitor.email] for visitor in paid])


def make_visitors(rng: random.Random, clicks: dict[tuple[int, str], int]) -> Iterable[Visitor]:
    """Those whom an ad brings, and those who come by themselves."""
    arrivals: list[tuple[int, str | None]] = [
        (day, campaign)
        for (day, campaign), count in clicks.items()
        for _ in range(count)
        if rng.random() < LANDING_RATE
    ]
    arrivals += [(day, None) for day in range(DAYS) for _ in range(DIRECT_A_DAY)]
    for number, (day, campaign) in enumerate(arrivals):
        landed_at = START + timedelta(days=day, seconds=rng.randrange(7 * 3_600, 23 * 3_600))
        yield visitor_of(rng, f"v{number}", campaign, landed_at)


def visitor_of(rng: random.Random, name: str, campaign: str | None, landed_at: datetime) -> Visitor:
    """What becomes of a visitor."""
    device, plan = rng.choice(DEVICES), rng.randrange(3)
    left_email_at = later(rng, landed_at, [40, 300, 3 * 3_600]) if rng.random() < DEAL_RATE else None
    demo_at = won_at = paid_at = None
    is_written = rng.random() >= SKIPPED_RATE
    if left_email_at is not None and rng.random() < DEMO_RATE:
        demo_at = in_office(later(rng, left_email_at, [86_400, 3 * 86_400, 9 * 86_400]))
    if demo_at is not None and rng.random() < WON_RATE:
        won_at = in_office(later(rng, demo_at, [86_400, 2 * 86_400, 6 * 86_400]))
    if won_at is not None and rng.random() < PAID_RATE:
        paid_at = later(rng, won_at, [600, 86_400, 4 * 86_400])
    return Visitor(
        name,
        campaign,
        device,
        landed_at,
        left_email_at,
        f"lead-{name[1:]}@mail.example" if left_email_at else None,
        demo_at,
        # Only a deal that is won can do without: without either nobody would know of the demo.
        is_written or won_at is None,
        won_at,
        f"C{1000 + int(name[1:])}" if paid_at else None,
        paid_at,
        plan,
    )


def ads(clicks: dict[tuple[int, str], int]) -> Iterable[Row]:
    """A row for each day and campaign, as an ad system has them: nobody in it."""
    for (day, campaign), count in clicks.items():
        cents = CENTS_PER_CLICK[CAMPAIGNS.index(campaign)] * count
        yield [(START + timedelta(days=day)).date().isoformat(), campaign, count, f"{cents / 100:.2f}"]


def site_rows(rng: random.Random, visitors: Iterable[Visitor]) -> Iterable[Row]:
    """Landings, pages of prices and forms; the e-mail is known from the form on."""
    for visitor in visitors:
        about = [visitor.campaign or "", visitor.device]
        yield [written(visitor.landed_at), visitor.name, "", "landing", *about]
        if rng.random() < 0.4:
            yield [written(later(rng, visitor.landed_at, [20, 120, 600])), visitor.name, "", "pricing", *about]
        if visitor.left_email_at is not None:
            email = "" if visitor.campaign == BROKEN_LINK else visitor.email
            yield [written(visitor.left_email_at), visitor.name, email, "form_sent", *about]


def deals(rng: random.Random, visitors: Iterable[Visitor]) -> Iterable[Row]:
    """A row for each deal up to the export, with a date for each stage."""
    for visitor in sorted(visitors, key=lambda visitor: visitor.left_email_at or START):
        if visitor.left_email_at is not None and visitor.left_email_at < CRM_ENDS:
            demo_at = visitor.demo_at if visitor.demo_is_written else None
            dates = (visitor.left_email_at, demo_at, visitor.won_at)
            yield [
                visitor.email,
                *(written(at) if at is not None and at < CRM_ENDS else "" for at in dates),
                rng.choice(OWNERS),
            ]


def later(rng: random.Random, at: datetime, quantiles: Sequence[int]) -> datetime:
    """Whole seconds later: none, the median or the longest of `quantiles`, and what lies between."""
    share, (shortest, median, longest) = rng.random(), quantiles
    wait = shortest + (median - shortest) * 2 * share if share < 0.5 else median + (longest - median) * (2 * share - 1)
    return at + timedelta(seconds=int(wait))


def in_office(at: datetime) -> datetime:
    """The same time of the next day on which sales works, between 8 and 18 o'clock."""
    at = at.replace(hour=8 + at.hour * 10 // 24)
    return at + timedelta(days=max(0, 7 - at.weekday()) if at.weekday() > 4 else 0)


def written(at: datetime | None) -> str:
    """As the exports write it."""
    return "" if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ")


def write(path: Path, header: Sequence[str], rows: Iterable[Row]) -> None:
    """A CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "company")
