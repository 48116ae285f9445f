#!/usr/bin/env python3
"""Whole processes side by side: cewen and what people use instead.

    cargo build --release --bin cewen --example generate
    benches/compare.py [--bytes 5MB,50MB] [--query 算力券] [FOLDER]...

Each FOLDER of UTF-8 .txt files, the sample corpus and a generated corpus of
each size are indexed by every peer found here, then each answers the query
`--rounds` times in turn, warm. The table goes to stdout, talk to stderr; a
peer that is not installed is left out and named.
"""

import argparse
import os
import platform
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent


def say(*words):
    print(*words, file=sys.stderr)


def run(command, **more):
    return subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more
    ).returncode


def cpu(work):
    """CPU seconds of this process and its children while `work` is done."""

    def spent():
        kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        used = [resource.getrusage(kind) for kind in kinds]
        return sum(one.ru_utime + one.ru_stime for one in used)

    before = spent()
    work()
    return spent() - before


def size(path):
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def version(command):
    out = subprocess.run(command, capture_output=True, text=True)
    return (out.stdout or out.stderr).splitlines()[0]


class Cewen:
    def __init__(self, program):
        self.program, self.name = program, version([program, "--version"])

    def index(self, folder, place):
        self.place = place
        run([self.program, "--index", place, "index", folder], check=False)

    def command(self, query, _folder):
        return [self.program, "--index", self.place, "search", query, "--json"]


class Ripgrep:
    name = "ripgrep, a scan"

    def index(self, folder, place):
        place.mkdir()

    def command(self, query, folder):
        return ["rg", "-c", "-F", query, folder]


class Sqlite:
    name = f"SQLite {sqlite3.sqlite_version} FTS5 trigram"

    def index(self, folder, place):
        place.mkdir()
        self.file = place / "index.db"
        table = sqlite3.connect(self.file)
        table.execute("create virtual table t using fts5(path, text, tokenize='trigram')")
        rows = ((str(f), f.read_text(errors="replace")) for f in sorted(folder.rglob("*.txt")))
        table.executemany("insert into t values (?, ?)", rows)
        table.commit()
        table.close()

    def command(self, query, _folder):
        text = query.replace("'", "''")
        order = f"select path from t where t match '\"{text}\"' order by rank limit 10"
        return ["sqlite3", self.file, order]


class Xapian:
    name = "Xapian quest, CJK n-grams"

    def index(self, folder, place):
        rule = place.with_suffix(".rule")
        rule.write_text("path : field=path\ntext : unhtml index field=text truncate=500 field\n")
        texts = []
        for file in sorted(folder.rglob("*.txt")):
            text = file.read_text(errors="replace").replace("\n", "\n=")
            texts.append(f"path={file}\ntext={text}\n\n")
        feed = subprocess.run(
            ["scriptindex", place, rule],
            input="".join(texts),
            text=True,
            env=dict(os.environ, XAPIAN_CJK_NGRAM="1"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if feed.returncode:
            raise RuntimeError("scriptindex failed")
        self.place = place

    def command(self, query, _folder):
        return ["env", "XAPIAN_CJK_NGRAM=1", "quest", "-d", self.place, "-m", "10", query]


def peers(program):
    found = [Cewen(program)]
    for peer, needs in (
        (Ripgrep, ["rg"]),
        (Sqlite, ["sqlite3"]),
        (Xapian, ["quest", "scriptindex"]),
    ):
        missing = [need for need in needs if not shutil.which(need)]
        if missing:
            say(f"left out: {peer.name}: {', '.join(missing)} not installed")
        else:
            found.append(peer())
    say("left out: Lucene, tantivy + jieba: no driver here yet")
    return found


def compare(label, folder, options, work):
    text = sum(file.stat().st_size for file in folder.rglob("*.txt"))
    rows = []
    for number, peer in enumerate(peers(options.cewen)):
        place = work / f"{label}-{number}".replace(" ", "-")
        say(f"{label}: {peer.name}")
        try:
            spent = cpu(lambda: peer.index(folder, place))
        except (RuntimeError, sqlite3.Error) as error:
            say(f"left out: {peer.name}: {error}")
            continue
        rows.append((peer, spent, size(place), []))
    for _ in range(options.rounds):
        for peer, _, _, times in rows:
            command = peer.command(options.query, folder)
            before = time.perf_counter()
            run(command)
            times.append((time.perf_counter() - before) * 1000)
    own = min(rows[0][3])
    for peer, spent, bytes_, times in rows:
        print(
            f"| {label}, {text / 1e6:.1f} MB | {peer.name} | {spent:.1f} | {text / 1e6 / max(spent, 0.01):.1f} "
            f"| {bytes_ / max(text, 1):.2f} | {min(times):.1f} | {statistics.median(times):.1f} "
            f"| {min(times) / own:.2f} |",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    release = HERE / "target" / "release"
    parser.add_argument("--cewen", type=Path, default=release / "cewen")
    parser.add_argument("--generate", type=Path, default=release / "examples" / "generate")
    parser.add_argument("--bytes", default="5MB", help="sizes of generated corpora, with commas")
    parser.add_argument("--query", default="算力券")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("folders", nargs="*", type=Path)
    options = parser.parse_args()
    if not options.cewen.is_file():
        sys.exit(f"{options.cewen} is missing: cargo build --release --bin cewen")
    print(f"Query {options.query}; {os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.0f}.\n")
    print("| corpus | program | index, CPU s | MB per CPU s | index/text | one-shot ms, least | median | of cewen's |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        compare("sample", HERE / "corpus", options, work)
        for folder in options.folders:
            compare("given", folder, options, work)
        for bytes_ in filter(None, options.bytes.split(",")):
            if not options.generate.is_file():
                say("left out: generated corpora: cargo build --release --example generate")
                break
            folder = work / f"made-{bytes_}"
            subprocess.run([options.generate, "--bytes", bytes_, folder], check=True)
            compare(f"made {bytes_}", folder, options, work)


main()
