"""Loads the demonstration trust into an empty store: `python -m infra.demo.load --state .local`.

Everything goes through the application's own services, at the time it tells of, from one seed: the
same day gives the same trust. Two processes share the schools. Ends by writing `demo.json`.
"""

import argparse
import json
import multiprocessing
import os
import random
import sys
import traceback
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from chalicelib import clock, observability
from chalicelib.identity import service as identity
from chalicelib.ids import TrustId
from chalicelib.tenancy import calendar
from chalicelib.tenancy import service as tenancy
from infra.demo import (
    access,
    describe,
    history,
    names,
    planned,
    reports,
    sign_in,
    world,
)
from infra.demo.history import Step
from infra.demo.schools import BY, Opened, open_school
from infra.demo.time_travel import Past, in_the_past

SEED = 2026
WORKERS = 2


@dataclass
class Progress:
    """How far the loading is: a bar on a terminal, a line now and then elsewhere."""

    total: int
    done: int = 0
    shown: int = -1

    def step(self, by: int = 1) -> None:
        self.done = min(self.done + by, self.total)
        percent = 100 * self.done // max(self.total, 1)
        if sys.stdout.isatty():
            bar = "#" * (percent // 4)
            print(f"\r  [{bar:<25}] {percent:3d}%", end="", flush=True)
        elif percent // 20 > self.shown // 20 or self.shown < 0:
            print(f"  {percent}%", flush=True)
        self.shown = percent


def main() -> None:
    parser = argparse.ArgumentParser(description="Load the demonstration trust")
    parser.add_argument("--state", type=Path, default=Path(".local"))
    asked = parser.parse_args()
    began = monotonic()
    trust, opened, webhooks = load()
    described = describe.demo(trust, opened, webhooks)
    asked.state.mkdir(parents=True, exist_ok=True)
    unfinished = asked.state / "demo.json.new"
    unfinished.write_text(json.dumps(described, indent=1))
    unfinished.rename(asked.state / "demo.json")
    print(f"\n  {world.TRUST_NAME} is ready ({monotonic() - began:.0f} s)", flush=True)


def load() -> tuple[TrustId, list[Opened], dict[str, list[dict[str, Any]]]]:
    """Make the trust and its history; gives what `describe.demo` writes down."""
    today = clock.today()
    years = _years(today)
    progress = Progress(total=sum(history.steps(plan) for plan in world.SCHOOLS) + 20)
    past = Past()
    past.go_to(datetime.combine(history.begins(today), time(9), clock.LONDON) - timedelta(days=30))
    with in_the_past(past):
        trust = tenancy.open_trust(world.TRUST_NAME, by=BY)
        for post in world.TRUST_POSTS:
            address = names.address(post.first, post.last, world.TRUST_DOMAIN)
            name = f"{post.first} {post.last}"
            identity.add_member(trust, name=name, email=address, roles=post.roles, by=BY)
        opened = []
        for number, plan in enumerate(world.SCHOOLS):
            opened.append(open_school(plan, trust, random.Random(SEED + number), years))
            progress.step(5)
    sign_in.prepare(trust, opened)
    webhooks = _histories(opened, progress, today)
    reports.ask_for_past_terms(trust)
    reports.for_governors(opened)
    access.of_schools(opened)
    planned.look_at_schools(trust)
    planned.plan(trust)
    return trust, opened, webhooks


def _histories(
    opened: list[Opened], progress: Progress, today: date
) -> dict[str, list[dict[str, Any]]]:
    """Live the schools' two years in a few processes, the longest first."""
    context = multiprocessing.get_context("spawn")
    steps: Any = context.Queue()
    order = sorted(range(len(opened)), key=lambda n: -history.steps(opened[n].plan))
    shares = [order[n::WORKERS] for n in range(WORKERS)]
    workers = [
        context.Process(
            target=_live,
            args=([(SEED + 100 + n, opened[n]) for n in share], today, steps, dict(os.environ)),
        )
        for share in shares
    ]
    for worker in workers:
        worker.start()
    webhooks: dict[str, list[dict[str, Any]]] = {}
    ended = 0
    while ended < len(workers):
        said = steps.get()
        if isinstance(said, Step):
            progress.step()
        elif said is None:
            ended += 1
        elif isinstance(said, str):
            for worker in workers:
                worker.terminate()
            raise SystemExit(f"The demo did not load: {said}")
        else:
            webhooks.update(said)
    for worker in workers:
        worker.join()
    return webhooks


def _live(
    share: list[tuple[int, Opened]], today: date, steps: Any, environment: dict[str, str]
) -> None:
    os.environ.update(environment)
    living = ""
    try:
        for seed, opened in share:
            living = opened.plan.name
            made = history.live(opened, random.Random(seed), today, lambda: _lived(steps))
            steps.put({opened.school: made})
    except Exception:  # noqa: BLE001  # said by the parent, which ends the load
        steps.put(f"{living}\n{traceback.format_exc()}")
    finally:
        steps.put(None)


def _lived(steps: Any) -> None:
    observability.metrics.clear_metrics()  # a hundred of them are printed, whatever is switched off
    steps.put(Step())


def _years(today: date) -> list[str]:
    """The academic years the demo lives through: this one, the two before, and the next."""
    return sorted({calendar.academic_year(today + timedelta(days=365 * n)) for n in (-2, -1, 0, 1)})


if __name__ == "__main__":
    main()
