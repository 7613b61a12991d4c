"""``python -m bench.run``: measure, print a table of ratios, keep the raw rounds, exit 1 where a ratio misses its bound.

Wikigate and its baselines run side by side on one core, the load generator on another; rounds are interleaved (A B C, C B A), the
ratio of each round is taken on its own, medians are compared. ``--quick`` leaves the real MediaWiki
out and takes fewer, shorter rounds: that is what CI runs, against bounds that a busy machine does not break (``SLACK``). What other
processes took of the machine meanwhile is printed with the table: a run beside busy neighbours says little of latencies and rates.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from bench.accounts import prepare_wikigate
from bench.harness import LOAD_CORE, SERVER_CORE, Server, finish, free_port, load_process, measure, running, start
from bench.servers.hashing import derivations, timed
from bench.targets import TARGETS, Row

ROUNDS = 5
SECONDS = 2.0
# A busy neighbour moves a quick round; what CI must catch is a change for the worse of another order.
SLACK = 0.4


class Bench:
    """One run of the benchmark."""

    def __init__(self, data: Path, *, rounds: int, seconds: float, mediawiki: bool) -> None:
        self.data = data
        self.rounds = rounds
        self.seconds = seconds
        self.with_mediawiki = mediawiki
        self.capacity = 0.0
        self.rows: dict[str, Row] = {}
        self.raw: list[dict[str, Any]] = []

    def row(self, target: str, figure: str = "us/request") -> Row:
        return self.rows.setdefault(target, Row(TARGETS[target], figure=figure))

    # -- servers ------------------------------------------------------------------------------------------------------------

    def wikigate(self, *, workers: int = 1, cores: set[int] | None = None) -> Server:
        port = free_port()
        command = [
            str(Path(sys.executable).parent / "wikigate"), "serve", "--data", str(self.data), "--config", str(self.data / "wikigate.toml"),
            "--port", str(port), "--workers", str(workers),
        ]  # fmt: skip
        return start("wikigate", command, port, "/w/api.php", cores=cores, forwarded=True, facts={"users": self.users})

    @staticmethod
    def bare(what: str) -> Server:
        port = free_port()
        command = [sys.executable, "-m", "bench.servers.bare", what, str(port), "64"]
        return start(f"bare {what}", command, port, "/w/api.php", forwarded=True)

    # -- what is measured -----------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        say("making accounts")
        self.users = prepare_wikigate(self.data, 100)

    def cheap_requests(self) -> None:
        """P1, P2b, P3, P4: CPU per request."""
        servers = [self.wikigate(), self.bare("token")]
        if self.with_mediawiki:
            from bench.servers.mediawiki import start_mediawiki

            servers.append(start_mediawiki(self.data, len(self.users)))
        with running(servers):
            for number in self.each_round("cheap requests"):
                ours, bare, *mediawiki = servers
                order = servers if number % 2 == 0 else list(reversed(servers))
                for connections in (8, 32):
                    cost = {s.name: self.cost(s, "token", connections) for s in order}
                    if connections == 8:
                        self.row("P2b").add(cost[bare.name] / cost[ours.name], cost[ours.name], cost[bare.name])
                    for wiki in mediawiki:
                        self.row(f"P1 c={connections}").add(
                            cost[wiki.name] / cost[ours.name], cost[ours.name], cost[wiki.name]
                        )
                for wiki in mediawiki:
                    for target, conversation, connections in (
                        ("P3 c=8", "userinfo", 8), ("P3 c=32", "userinfo", 32), ("P4", "authmanagerinfo", 8),
                    ):  # fmt: skip
                        mine, theirs = (self.cost(server, conversation, connections) for server in (ours, wiki))
                        self.row(target).add(theirs / mine, mine, theirs)
                    for target, conversation in (("P6", "bot"), ("P7", "clientlogin"), ("logout", "bot_cycle")):
                        mine, theirs = (self.cost(server, conversation, 8, flow=True) for server in (ours, wiki))
                        self.row(target, "us/flow").add(theirs / mine, mine, theirs)

    def bearer_tokens(self) -> None:
        """What a bearer token costs more than a cookie."""
        with running([self.wikigate()]) as (ours,):
            for number in self.each_round("bearer tokens"):
                kinds = ("bearer", "userinfo") if number % 2 == 0 else ("userinfo", "bearer")
                cost = {kind: self.cost(ours, kind, 8) for kind in kinds}
                self.row("bearer").add(cost["bearer"] / cost["userinfo"], cost["bearer"], cost["userinfo"])

    def login_flow(self) -> None:
        """P5: how much of a login is the hash that cannot be saved."""
        with running([self.wikigate()]) as (ours,):
            for _ in self.each_round("login flow"):
                before = hash_cost()
                flow = self.cost(ours, "bot", 8, flow=True)
                alone = (before + hash_cost()) / 2
                self.row("P5", "us/flow").add(alone * 1e6 / flow, flow, alone * 1e6)

    def logins_on_all_cores(self) -> None:
        """P10: what two workers on two cores make of two bare hashing threads."""
        cores = set(range(os.cpu_count() or 1))
        with running([self.wikigate(workers=len(cores), cores=cores)]) as (ours,):
            for _ in self.each_round("logins on all cores"):
                before = hash_rate(len(cores), self.seconds)
                got = measure(ours, "bot", 16, self.seconds * 2, core=LOAD_CORE).report
                bound = (before + hash_rate(len(cores), self.seconds)) / 2
                # The generator runs on the same cores: what it takes is not there for anybody.
                bound *= 1 - got["generator_cpu"] / (got["seconds"] * len(cores))
                rate = got["flows"] / got["seconds"]
                self.row("P10", "logins/s").add(rate / bound, rate, bound)

    def floods(self) -> None:
        """P11, P12, P15: cheap requests while others flood."""
        with running([self.wikigate()]) as (ours,):
            for _ in self.each_round("floods"):
                busy = measure(ours, "token", 8, self.seconds).report
                self.capacity = busy["requests"] / busy["seconds"]
                quiet = self.cheap_latency(ours, None)
                flood = self.cheap_latency(ours, "wrong_login")
                self.row("P11", "ms").add(flood["p99"] / quiet["p99"], flood["p99"] * 1e3, quiet["p99"] * 1e3)
                self.row("P11 p50", "ms").add(flood["p50"] / quiet["p50"], flood["p50"] * 1e3, quiet["p50"] * 1e3)
                rows, size = self.kept()
                flood = self.cheap_latency(ours, "token", rate=0.3 * self.capacity)
                rows_after, size_after = self.kept()
                self.row("P12", "ms").add(flood["p99"] / quiet["p99"], flood["p99"] * 1e3, quiet["p99"] * 1e3)
                self.row("P12 rows", "rows").add(rows_after - rows, rows_after, rows)
                self.row("P15", "bytes").add(size_after - size, size_after, size)

    def memory(self) -> None:
        """P13: what a worker holds, and what it holds more after many requests."""
        with running([self.wikigate()]) as (ours,):
            say("memory")
            measure(ours, "bot_cycle", 8, self.seconds)
            for _ in range(self.rounds):
                before = ours.pss()
                done = measure(ours, "token", 32, self.seconds * 2).report["requests"]
                after = ours.pss()
                self.row("P13", "MiB").add(after, after, before)
                if self.with_mediawiki:  # a short run sees too few requests to tell growth from chance
                    self.row("P13 more", "MiB").add((after - before) * 1e6 / done, after, before)

    # -- measuring ------------------------------------------------------------------------------------------------------------

    def cost(self, server: Server, conversation: str, connections: int, *, flow: bool = False) -> float:
        """Return microseconds of server CPU per request, or per flow."""
        measured = measure(server, conversation, connections, self.seconds)
        micros = (measured.cpu_per_flow if flow else measured.cpu_per_request) * 1e6
        self.raw.append(
            {"server": server.name, "conversation": conversation, "c": connections, "us": micros, **measured.report}
        )
        return micros

    def cheap_latency(self, server: Server, flood: str | None, *, rate: float = 0) -> dict[str, Any]:
        """Time cheap requests at an even tenth of what the server can do, alone or beside a flood on sixteen connections.

        A flood of logins is as fast as it gets answers. One of tokens has a ``rate``, since it is made of what is timed: beyond what the
        server can do, any request waits for those before it, and how long tells of the flood alone.
        """
        flooding = load_process(server, flood, 16, self.seconds + 0.5, rate=rate) if flood else None
        if flooding:
            time.sleep(0.3)
        report = finish(load_process(server, "token", 8, self.seconds, rate=0.1 * self.capacity), "cheap requests")
        if flooding:
            finish(flooding, f"flood of {flood}")
        return report

    def kept(self) -> tuple[int, int]:
        """Count the rows and the bytes that the service keeps in its own tables."""
        with sqlite3.connect(self.data / "wikigate.sqlite") as connection:
            named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'wikigate_%'"
            tables = [name for (name,) in connection.execute(named)]
            # What a wrong login keeps (throttle counters, audit) is not what an anonymous token may keep.
            sessions = [name for name in tables if "session" in name or "remember" in name]
            rows = sum(connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in sessions)
            pages = (
                connection.execute("PRAGMA page_count").fetchone()[0]
                * connection.execute("PRAGMA page_size").fetchone()[0]
            )
            return rows, pages

    def each_round(self, what: str) -> range:
        say(what)
        return range(self.rounds)


def hash_cost() -> float:
    """Return the CPU seconds of one hash alone on the server's core: the median of nine by the fastest library at hand."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {SERVER_CORE})
    try:
        return min(median(timed(derive) for _ in range(9)) for derive in derivations())
    finally:
        os.sched_setaffinity(0, before)


def hash_rate(threads: int, seconds: float) -> float:
    """Return hashes per second of bare threads that do nothing else, in a process that does nothing else."""
    command = [sys.executable, "-m", "bench.servers.hashing", str(threads), str(seconds)]
    # In a session of its own, as the servers are: where the kernel shares out time by session, both get the same.
    return float(subprocess.run(command, check=True, capture_output=True, text=True, start_new_session=True).stdout)


def say(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


def table(rows: dict[str, Row], slack: float) -> tuple[str, bool]:
    """Draw the table; the second value says whether every row holds its bound, slackened."""
    lines = [f"{'':9} {'ours':>12} {'baseline':>12} {'ratio':>9} {'min':>8} {'max':>8}  {'bound':>8}", "-" * 100]
    good = True
    for name, row in rows.items():
        target = row.target
        bound = target.must * slack if target.at_least else target.must / slack
        holds = row.ratio >= bound if target.at_least else row.ratio <= bound
        good &= holds
        ours, baseline = (sorted(values)[len(values) // 2] for values in (row.ours, row.baseline))
        sign = ">=" if target.at_least else "<="
        verdict = "ok" if row.met else ("within slack" if holds else "MISSED")
        if row.ratio > target.possible:
            # Nothing was learned: no success, but in a short run beside neighbours no fault of ours either.
            good, verdict = good and slack < 1, "NOT VALID"
        lines.append(
            f"{name:9} {ours:12.1f} {baseline:12.1f} {row.ratio:8.2f}{target.unit or ' '} {min(row.ratios):8.2f} {max(row.ratios):8.2f}"
            f"  {sign}{target.must:<7g} {verdict:12} {target.what} [{row.figure}]"
        )
    return "\n".join(lines), good


def machine_seconds() -> float:
    """Return the CPU seconds that the whole machine has worked, or others on its host have worked in its place."""
    user, nice, system, _idle, _wait, irq, softirq, steal = map(
        int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    )
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def own_seconds() -> float:
    """Return the CPU seconds of the benchmark and of every server that it has ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def facts() -> dict[str, Any]:
    """Say on what the figures were taken."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "?")
    return {
        "date": time.strftime("%Y-%m-%d", time.gmtime()), "cpu": model, "cores": os.cpu_count(), "kernel": platform.release(),
        "python": platform.python_version(), "load": os.getloadavg(),
        "versions": {name: version(name) for name in ("wikigate", "granian", "sqlalchemy", "msgspec", "cryptography")},
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure Wikigate against its baselines.")
    parser.add_argument("--quick", action="store_true", help="few short rounds, without the real MediaWiki")
    parser.add_argument("--rounds", type=int, default=0, help=f"rounds of each scenario (default {ROUNDS}, quick: 3)")
    parser.add_argument("--out", type=Path, default=Path("bench/results"), help="folder for the raw rounds")
    arguments = parser.parse_args()
    began, busy = time.monotonic(), machine_seconds()
    rounds = arguments.rounds or (3 if arguments.quick else ROUNDS)
    with tempfile.TemporaryDirectory(prefix="wikigate-bench-") as folder:
        bench = Bench(
            Path(folder), rounds=rounds, seconds=1.0 if arguments.quick else SECONDS, mediawiki=not arguments.quick
        )
        bench.prepare()
        bench.cheap_requests()
        bench.bearer_tokens()
        bench.login_flow()
        bench.logins_on_all_cores()
        bench.floods()
        if not arguments.quick:
            bench.memory()
    text, good = table(bench.rows, SLACK if arguments.quick else 1.0)
    foreign = (machine_seconds() - busy - own_seconds()) / ((time.monotonic() - began) * (os.cpu_count() or 1))
    print(text)
    print(f"\nother processes took {foreign:.0%} of the machine's processor time meanwhile")
    arguments.out.mkdir(parents=True, exist_ok=True)
    name = (
        arguments.out / f"{time.strftime('%Y-%m-%d-%H%M%S', time.gmtime())}{'-quick' if arguments.quick else ''}.json"
    )
    rows = {key: {"ratios": row.ratios, "ours": row.ours, "baseline": row.baseline} for key, row in bench.rows.items()}
    name.write_text(
        json.dumps({"facts": facts() | {"others": round(foreign, 3)}, "rows": rows, "raw": bench.raw}, indent=1)
    )
    print(f"\nraw rounds: {name}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
