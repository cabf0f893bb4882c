"""Generate the sample log: 90 days of a B2B SaaS, with faults planted where README.md says.

Run `python sample_data/make.py [FOLDER]`; the files land beside this script unless a folder is named.
The same seed gives the same bytes. Draws are uniforms looked up in small tables (no logarithms or
exponentials), so the numbers do not depend on a processor's mathematics library.

Times are whole seconds since START. One row of `people` is a person, of `visits` a click on an ad, of
`customers` a person who signed up.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

SEED = 8
START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
MINUTE, HOUR, DAY = 60, 3_600, 86_400
DAYS = 90
PEOPLE = 19_800

CAMPAIGNS = ["brand", "search", "linkedin", "retarget", "newsletter", "display"]
CAMPAIGN_SHARES = [0.17, 0.30, 0.14, 0.10, 0.14, 0.15]
SOURCES = ["google", "google", "linkedin", "meta", "email", "adnet"]
CENTS_PER_CLICK = [90, 190, 420, 120, 30, 140]
SALES_CENTS_PER_WEEKDAY = 42_000
DEVICES, DEVICE_SHARES = ["desktop", "mobile", "tablet"], [0.50, 0.43, 0.07]
COUNTRIES, COUNTRY_SHARES = ["DE", "US", "IN"], [0.44, 0.44, 0.12]
PLANS, PLAN_SHARES, PLAN_PRICES = ["starter", "team", "business"], [0.45, 0.40, 0.15], [480, 1_200, 3_600]
WEEKDAY_WEIGHTS = [1.10, 1.20, 1.15, 1.10, 0.95, 0.50, 0.55]
HOUR_WEIGHTS = [1, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 9, 8, 9, 9, 9, 8, 7, 6, 6, 5, 4, 3, 2]

LANDING_RATE = 0.79
SIGNUP_RATES = [0.175, 0.165, 0.06]  # by country
MOBILE_FACTOR = 0.9

FORM_BREAKS, BROKEN_FACTOR = 60 * DAY, 0.33  # fault 1, on mobile
DEMO_HOURS = [8, 9, 10, 11, 13, 14, 15, 16]  # fault 2: one demo in each, Monday to Friday
DEAD_CAMPAIGN, DEAD_FACTOR = "display", 0.15  # fault 3
OUTAGE_START, OUTAGE_END = 45 * DAY + 12 * HOUR, 45 * DAY + 18 * HOUR  # fault 4
OUTAGE_CAMPAIGN, OUTAGE_CROWD, OUTAGE_LANDING_RATE = "search", 190, 0.02
MIX_MOVES, MOVED_SHARES, MOVED_FACTOR = 30 * DAY, [0.20, 0.20, 0.60], 1.3  # fault 5, on desktop
DUPLICATES, BAD_TIMES, NULL_PEOPLE = 60, ["n/a", "2026-02-30T09:15:00Z", "13:61"] * 12, 45  # fault 6

# The first one is fault 1; the others lie near it, and are not to blame.
KNOWN_CHANGES = [
    ("2026-03-05", "signup form v42", "signup", None, "product", "https://wiki.example/signup-form-v42", "+15%"),
    ("2026-02-27", "search ads with prices", "ad", "campaign = 'search'", "marketing", None, None),
    ("2026-03-06", "reminder before each demo", "demo", None, "sales", None, "+10%"),
]

WEB_EVENTS = ["ad_click", "landing_view", "page_view", "signup"]  # these carry the visit's campaign
COLUMNS = ["event_id", "timestamp", "anonymous_id", "user_id", "event", "campaign", "utm_source", "device"]
COLUMNS += ["country", "plan", "account_id", "amount", "session_id"]

Ints = npt.NDArray[np.int64]


def main(folder: Path) -> None:
    """Write `events.parquet`, `events.csv` (the same rows), `changes.csv` and `costs.csv` into the folder."""
    log, visits = write_log(folder)
    log.write_csv(folder / "events.csv")
    make_costs(visits).write_csv(folder / "costs.csv", float_precision=2)


def write_log(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Write `events.parquet` and `changes.csv` into the folder, which is what `growthctl demo` has.

    Returns the log, and the visits in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    people = make_people(rng)
    visits = make_visits(rng, people)
    customers = make_customers(rng, visits, people)
    log = spoil(rng, make_log(rng, people, visits, customers))
    log.write_parquet(folder / "events.parquet", compression="zstd", compression_level=15)
    changes = pl.DataFrame(KNOWN_CHANGES, ["at", "what", "stage", "where", "owner", "url", "hoped"], orient="row")
    changes.write_csv(folder / "changes.csv")
    return log, visits


def make_people(rng: np.random.Generator) -> pl.DataFrame:
    """Who clicks first when: `person`, `clicked_at`, `campaign`, `device`, `country`."""
    day_weights = np.tile(WEEKDAY_WEIGHTS, DAYS // 7 + 1)[:DAYS]
    days = pick(rng, day_weights, PEOPLE)
    hours = pick(rng, HOUR_WEIGHTS, PEOPLE)
    clicked_at = days * DAY + hours * HOUR + rng.integers(0, HOUR, PEOPLE)
    campaign = np.array(CAMPAIGNS)[pick(rng, CAMPAIGN_SHARES, PEOPLE)]

    clicked_at = np.append(clicked_at, rng.integers(OUTAGE_START, OUTAGE_END, OUTAGE_CROWD))
    campaign = np.append(campaign, [OUTAGE_CAMPAIGN] * OUTAGE_CROWD)

    size = len(clicked_at)
    device = np.array(DEVICES)[pick(rng, DEVICE_SHARES, size)]
    moved = (device == "desktop") & (clicked_at >= MIX_MOVES)
    usual, after_move = (pick(rng, shares, size) for shares in (COUNTRY_SHARES, MOVED_SHARES))
    country = np.array(COUNTRIES)[np.where(moved, after_move, usual)]
    people = pl.DataFrame({"clicked_at": clicked_at, "campaign": campaign, "device": device, "country": country})
    return people.sort("clicked_at", maintain_order=True).with_row_index("person")


def make_visits(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    """Every click on an ad: the columns of `people`, `landed_at` and `signed_at` (null: did not).

    Some people come back, four in ten of them through the retargeting campaign.
    """
    returns = pick(rng, [0.88, 0.09, 0.03], len(people))
    again = people[np.repeat(np.arange(len(people)), returns)]
    pause = delays(rng, len(again), [0, 0.3, 0.8, 1], [30 * MINUTE, DAY, 6 * DAY, 20 * DAY])
    retargeted = (rng.random(len(again)) < 0.4) & (again["campaign"] != DEAD_CAMPAIGN).to_numpy()
    again = again.with_columns(
        clicked_at=pl.col("clicked_at") + pl.Series(pause),
        campaign=pl.when(pl.Series(retargeted)).then(pl.lit("retarget")).otherwise("campaign"),
    )
    visits = pl.concat([people, again])

    size = len(visits)
    clicked_at = visits["clicked_at"].to_numpy()
    down = (clicked_at >= OUTAGE_START) & (clicked_at < OUTAGE_END)
    landed = rng.random(size) < np.where(down, OUTAGE_LANDING_RATE, LANDING_RATE)
    landed_at = clicked_at + delays(rng, size, [0, 0.1, 0.9, 1], [0, 1, 7, 20])
    signed = landed & (rng.random(size) < signup_chance(visits))
    signed_at = landed_at + delays(rng, size, [0, 0.6, 0.9, 1], [40, 8 * MINUTE, HOUR, 2 * DAY])
    return visits.with_columns(landed_at=known_where(landed, landed_at), signed_at=known_where(signed, signed_at))


def signup_chance(visits: pl.DataFrame) -> npt.NDArray[np.float64]:
    """How likely each visit that lands is to end in a signup."""
    device, campaign = visits["device"].to_numpy(), visits["campaign"].to_numpy()
    clicked_at = visits["clicked_at"].to_numpy()
    base = visits["country"].replace_strict(COUNTRIES, SIGNUP_RATES).to_numpy()
    mobile = np.where(clicked_at >= FORM_BREAKS, MOBILE_FACTOR * BROKEN_FACTOR, MOBILE_FACTOR)
    desktop = np.where(clicked_at >= MIX_MOVES, MOVED_FACTOR, 1.0)
    by_device = np.select([device == "mobile", device == "desktop"], [mobile, desktop], 1.0)
    chance: npt.NDArray[np.float64] = base * by_device * np.where(campaign == DEAD_CAMPAIGN, DEAD_FACTOR, 1.0)
    return chance


def make_customers(rng: np.random.Generator, visits: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """People who signed up, earliest first: account, plan, and when they did what came next (null: never)."""
    signed = visits.drop_nulls("signed_at").sort("signed_at", maintain_order=True)
    signed = signed.unique("person", keep="first", maintain_order=True)
    size = len(signed)

    founds = rng.random(size) < 0.65  # the others join one of the latest forty accounts
    newest = np.cumsum(founds) - 1
    account = np.where(founds, newest, np.maximum(0, newest - rng.integers(0, 40, size)))
    plan = pick(rng, PLAN_SHARES, size)[account]
    first_campaign = people["campaign"].to_numpy()[signed["person"].to_numpy()]
    customers = signed.select(
        "person",
        "campaign",
        "signed_at",
        account=pl.Series(account),
        plan=pl.Series(np.array(PLANS)[plan]),
        price=pl.Series(np.array(PLAN_PRICES)[plan]),
    ).with_columns(**sales_times(rng, signed["signed_at"].to_numpy(), first_campaign))
    pays_first = pl.col("paid_at") == pl.col("paid_at").min().over("account")  # an account pays once
    customers = customers.with_columns(paid_at=pl.when(pays_first).then("paid_at"))
    return customers.with_columns(refunded_at=pl.when(pl.col("paid_at").is_not_null()).then("refunded_at"))


def sales_times(
    rng: np.random.Generator, signed_at: Ints, first_campaign: npt.NDArray[np.str_]
) -> dict[str, pl.Series]:
    """When each customer did what comes after the signup (null: never)."""
    size = len(signed_at)
    trains = rng.random(size) < 0.5
    trained_at = signed_at + delays(rng, size, [0, 0.5, 0.9, 1], [20 * MINUTE, 8 * HOUR, 3 * DAY, 8 * DAY])
    demo_at = hold_demos(rng, signed_at, trains)
    met = demo_at > 0
    pays = met & (rng.random(size) < 0.24) & (first_campaign != DEAD_CAMPAIGN)
    looks = pays | (rng.random(size) < np.where(met, 0.65, 0.3))
    opens = pays | (met & looks & (rng.random(size) < 0.3))
    pause = delays(rng, size, [0, 0.7, 1], [10 * MINUTE, 5 * HOUR, 2 * DAY])
    looked_at = np.where(met, demo_at, signed_at) + pause
    opened_at = looked_at + delays(rng, size, [0, 0.7, 1], [MINUTE, 2 * HOUR, DAY])
    paid_at = opened_at + delays(rng, size, [0, 0.6, 1], [MINUTE, HOUR, 2 * DAY])
    refunded_at = paid_at + delays(rng, size, [0, 1], [2 * DAY, 20 * DAY])
    return {
        "trained_at": known_where(trains, trained_at),
        "demo_at": known_where(met, demo_at),
        "looked_at": known_where(looks, looked_at),
        "opened_at": known_where(opens, opened_at),
        "paid_at": known_where(pays, paid_at),
        "refunded_at": known_where(rng.random(size) < 0.08, refunded_at),
    }


def hold_demos(rng: np.random.Generator, signed_at: Ints, trained: npt.NDArray[np.bool_]) -> Ints:
    """When each customer had a demo (0: never): first come, first served, and nobody waits for ever."""
    size = len(signed_at)
    asks = rng.random(size) < np.where(trained, 0.75, 0.35)
    asked_at = signed_at + delays(rng, size, [0, 0.6, 1], [10 * MINUTE, 6 * HOUR, 2 * DAY])
    gives_up_at = asked_at + delays(rng, size, [0, 1], [2 * DAY, 9 * DAY])
    demo_at = np.zeros(size, dtype=np.int64)
    for slot in (day * DAY + hour * HOUR for day in range(DAYS) if day % 7 < 5 for hour in DEMO_HOURS):
        waiting = np.flatnonzero(asks & (demo_at == 0) & (asked_at <= slot) & (slot <= gives_up_at))
        if len(waiting):
            demo_at[waiting[asked_at[waiting].argmin()]] = slot + rng.integers(0, 10 * MINUTE)
    return demo_at


def make_log(
    rng: np.random.Generator, people: pl.DataFrame, visits: pl.DataFrame, customers: pl.DataFrame
) -> pl.DataFrame:
    """All events in order of time, in the columns of the files; events of one second come in any order."""
    strolls = visits.filter(pl.Series(rng.random(len(visits)) < 0.25))
    strolls = strolls.with_columns(strolled_at=pl.col("landed_at") + pl.Series(rng.integers(5, 300, len(strolls))))
    readers = customers[np.repeat(np.arange(len(customers)), rng.integers(0, 3, len(customers)))]
    readers = readers.with_columns(
        read_at=pl.col("signed_at") + pl.Series(rng.integers(MINUTE, 12 * DAY, len(readers)))
    )
    log = pl.concat(
        frame.select("person", "campaign", at=at, event=pl.lit(event)).drop_nulls("at")
        for event, frame, at in [
            ("ad_click", visits, "clicked_at"),
            ("landing_view", visits, "landed_at"),
            ("page_view", strolls, "strolled_at"),
            ("signup", customers, "signed_at"),
            ("docs_view", readers, "read_at"),
            ("training_done", customers, "trained_at"),
            ("demo_attended", customers, "demo_at"),
            ("pricing_view", customers, "looked_at"),
            ("checkout_started", customers, "opened_at"),
            ("payment", customers, "paid_at"),
            ("refund", customers, "refunded_at"),
        ]
    )
    log = log.filter(pl.col("at") < DAYS * DAY)
    log = log[rng.permutation(len(log))].sort("at", maintain_order=True)
    return with_columns_of_the_files(log, people, customers)


def with_columns_of_the_files(log: pl.DataFrame, people: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """Name people, users, accounts, sessions (a new one after 30 quiet minutes) and times; order is kept."""
    users = customers.select("person", "signed_at", "account", "plan", "price").with_row_index("user")
    homes = people.select("person", "device", "country")
    log = log.join(homes, on="person", how="left", maintain_order="left")
    log = log.join(users, on="person", how="left", maintain_order="left").with_row_index("row")
    known = pl.col("at") >= pl.col("signed_at")
    quiet = pl.col("at").diff().over("person").fill_null(DAY) > 30 * MINUTE
    visit = quiet.cast(pl.Int64).cum_sum().over("person")
    time = pl.lit(START.replace(tzinfo=None)) + pl.duration(seconds="at")
    event, campaign = pl.col("event"), pl.when(pl.col("event").is_in(WEB_EVENTS)).then("campaign")
    return log.with_columns(
        event_id=pl.format("e{}", "row"),
        timestamp=time.dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        anonymous_id=pl.format("p{}", "person"),
        user_id=pl.when(known).then(pl.format("u{}", "user")),
        campaign=campaign,
        utm_source=campaign.replace_strict(CAMPAIGNS, SOURCES),
        account_id=pl.when(known).then(pl.format("a{}", "account")),
        plan=pl.when(known).then("plan"),
        amount=pl.when(event == "payment").then("price").when(event == "refund").then(-pl.col("price")),
        session_id=pl.format("s{}.{}", "person", visit),
    ).select(COLUMNS)


def spoil(rng: np.random.Generator, log: pl.DataFrame) -> pl.DataFrame:
    """Repeat some rows, make some times unreadable and lose some people, as real logs do (fault 6)."""
    early = np.flatnonzero(log["event"].is_in(["ad_click", "landing_view", "page_view"]).to_numpy())
    repeated, untimed, lost = np.split(
        rng.permutation(early)[: DUPLICATES + len(BAD_TIMES) + NULL_PEOPLE],
        [DUPLICATES, DUPLICATES + len(BAD_TIMES)],
    )
    copies = np.ones(len(log), dtype=np.int64)
    copies[repeated] = 2
    timestamp, anonymous_id = log["timestamp"].to_list(), log["anonymous_id"].to_list()
    for row, text in zip(untimed, BAD_TIMES, strict=True):
        timestamp[row] = text
    for row in lost:
        anonymous_id[row] = None
    log = log.with_columns(pl.Series("timestamp", timestamp), pl.Series("anonymous_id", anonymous_id))
    return log[np.repeat(np.arange(len(log)), copies)]


def make_costs(visits: pl.DataFrame) -> pl.DataFrame:
    """What each campaign's clicks cost a day (EUR), and what the demo team costs a weekday."""
    cents = pl.col("campaign").replace_strict(CAMPAIGNS, CENTS_PER_CLICK)
    ads = visits.select("campaign", day=pl.col("clicked_at") // DAY, cents=cents)
    ads = ads.group_by("day", "campaign").agg(pl.col("cents").sum()).with_columns(phase=pl.lit("acquisition"))
    weekdays = [day for day in range(DAYS) if day % 7 < 5]
    sales = pl.DataFrame({"day": weekdays}).select(
        "day",
        campaign=pl.lit(None, pl.String),
        cents=pl.lit(SALES_CENTS_PER_WEEKDAY, pl.Int64),
        phase=pl.lit("sales"),
    )
    costs = pl.concat([ads.select(sales.columns), sales]).filter(pl.col("day") < DAYS)
    return costs.sort("day", "phase", "campaign").select(
        (pl.lit(START.date()) + pl.duration(days="day")).alias("day"),
        "campaign",
        pl.col("cents").alias("amount") / 100,
        "phase",
    )


def pick(rng: np.random.Generator, weights: npt.ArrayLike, size: int) -> Ints:
    """`size` positions, each drawn as often as its weight says."""
    shares = np.asarray(weights, dtype=np.float64)
    return rng.choice(len(shares), size=size, p=shares / shares.sum())


def delays(rng: np.random.Generator, size: int, quantiles: list[float], seconds: list[int]) -> Ints:
    """`size` durations in whole seconds, from a distribution given by a few of its quantiles."""
    return np.interp(rng.random(size), quantiles, seconds).astype(np.int64)


def known_where(mask: npt.NDArray[np.bool_], values: Ints) -> pl.Series:
    """The values where the mask holds, null elsewhere."""
    return pl.select(pl.when(pl.Series(mask)).then(pl.Series(values))).to_series()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
