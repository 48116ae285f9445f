#!/usr/bin/env python3
"""Whole processes side by side: cewen and what people use instead.

    cargo build --release --bin cewen --example generate --example plain_tantivy
    benches/compare.py [--bytes 5MB,50MB] [--query 算力券] [--keep] [FOLDER]...

Each FOLDER of UTF-8 .txt files, the sample corpus and a generated corpus of
each size are indexed by every peer found here; then each answers the query
`--rounds` times, warm, in turn with cewen, and is asked for each of some texts
cut from the corpus, as a quotation, all files. The table goes to stdout, a row
as soon as it is known, and with `--keep` into RESULTS.md; talk goes to stderr.
A peer that is not installed, or takes longer than `--patience` to index a
corpus, is left out and named.

`--peers cewen,ripgrep,xapian` takes only these. `--work DIR` keeps corpora and
indexes there, with what they cost, and uses what it finds: to go on after a
run that was stopped, and to search again without indexing.

Peers: rg; sqlite3; python's jieba (pip install jieba); quest and scriptindex
(Debian's xapian-tools, xapian-omega); java, javac and Lucene's jar files, from
$LUCENE or Debian's liblucene8-java.
"""

import argparse
import os
import platform
import random
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

try:
    import jieba
except ImportError:
    jieba = None

HERE = Path(__file__).resolve().parent
RELEASE = HERE.parent / "target" / "release"
BEGIN, END = "<!-- compare.py -->\n", "<!-- /compare.py -->\n"
ALL = 10_000_000
HEAD = (
    "| corpus | program | index, CPU s | MB per CPU s | index/text | one-shot, least ms | of cewen's | CPU ms "
    "| of cewen's | peak MB | found, % | besides, % |\n|---|---|---|---|---|---|---|---|---|---|---|---|"
)
NOTE = (
    "*Of cewen's*: over what cewen took in the same rounds, in turns. *Found*: of the files that hold one of {texts} texts of 2 to 8 Han characters cut from the corpus, how many"
    " a quotation of it finds; *besides*: how many of those found do not hold it (files that are not UTF-8 count as holding none). *Peak*: resident memory of one search."
)


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def run(command, **more):
    try:
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **more)
    except subprocess.TimeoutExpired:
        raise RuntimeError("out of patience") from None
    if done.returncode:
        raise RuntimeError((done.stderr.splitlines() or [f"exit {done.returncode}"])[-1])


def lines(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return done.stdout.decode(errors="replace").splitlines()


def cpu(work, kinds=(resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)):
    """CPU seconds of this process and its children while `work` is done."""

    def spent():
        used = [resource.getrusage(kind) for kind in kinds]
        return sum(one.ru_utime + one.ru_stime for one in used)

    before = spent()
    work()
    return spent() - before


def milliseconds(command):
    """What a process took: wall time, which a busy machine makes longer, and CPU time."""

    def work():
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

    before = time.perf_counter()
    spent = cpu(work, [resource.RUSAGE_CHILDREN])
    return (time.perf_counter() - before) * 1000, spent * 1000


def peak(command):
    """Resident MB, as GNU time tells them: a child of this process starts with its size."""
    if not Path("/usr/bin/time").is_file():
        return ""
    said = subprocess.run(["/usr/bin/time", "-f", "%M", *command], capture_output=True, check=False).stderr
    return f"{int(said.splitlines()[-1]) / 1000:.0f}"


def texts_of(folder):
    for file in sorted(folder.rglob("*.txt")):
        yield str(file), file.read_text(errors="replace")


def size(path):
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


class Cewen:
    needs = []

    def __init__(self, options):
        self.program = options.cewen
        self.name = lines([self.program, "--version"])[0]

    def index(self):
        run([self.program, "--index", self.place, "index", self.folder], timeout=self.patience)

    def search(self, query):
        return [self.program, "--index", self.place, "search", query, "--json"]

    def files(self, text):
        paths = r'"path":"((?:[^"\\]|\\.)*)"'
        found = lines([*self.search(text), "-e", "-n", "0", "--all-text"])
        return {str(self.folder / path) for line in found for path in re.findall(paths, line)}


class Ripgrep:
    needs = ["rg"]

    def __init__(self, _options):
        self.name = f"{lines(['rg', '--version'])[0]}, a scan"

    def index(self):
        self.place.mkdir()

    def search(self, query):
        return ["rg", "-c", "-F", query, self.folder]

    def files(self, text):
        return set(lines(["rg", "-l", "-F", text, self.folder]))


class Sqlite:
    """FTS5 over trigrams of characters."""

    needs = ["sqlite3"]
    tokens, kind = "trigram", "trigram"

    def __init__(self, _options):
        self.name = f"SQLite {sqlite3.sqlite_version} FTS5, {self.kind}"

    def cut(self, text):
        return text

    @property
    def file(self):
        return self.place / "index.db"

    def index(self):
        self.place.mkdir()
        end = time.monotonic() + self.patience
        table = sqlite3.connect(self.file)
        table.execute(f"create virtual table t using fts5(path unindexed, text, tokenize='{self.tokens}')")
        for path, text in texts_of(self.folder):
            table.execute("insert into t values (?, ?)", (path, self.cut(text)))
            if time.monotonic() > end:
                raise RuntimeError("out of patience")
        table.commit()
        table.close()

    def sql(self, query, rest):
        text = self.cut(query).replace("'", "''")
        return ["sqlite3", self.file, f"select path from t where t match '\"{text}\"' {rest}"]

    def search(self, query):
        return self.sql(query, "order by rank limit 10")

    def files(self, text):
        return set(lines(self.sql(text, "")))


class SqliteJieba(Sqlite):
    """FTS5 over words that jieba cut beforehand, the query's too."""

    tokens, kind = "unicode61", "jieba, query cut beforehand"

    def cut(self, text):
        return " ".join(jieba.cut(text, HMM=False))


class Xapian:
    needs = ["quest", "scriptindex"]

    def __init__(self, _options):
        self.name = f"{lines(['quest', '--version'])[0]}, CJK n-grams"

    def index(self):
        with tempfile.TemporaryDirectory(dir=self.place.parent) as folder:
            rule, feed = Path(folder) / "rule", Path(folder) / "feed"
            rule.write_text("path : field=path\ntext : index truncate=500 field=text\n")
            with feed.open("w") as out:
                for path, text in texts_of(self.folder):
                    out.write(f"path={path}\ntext=" + text.replace("\n", "\n=") + "\n\n")
            ngrams = dict(os.environ, XAPIAN_CJK_NGRAM="1")
            run(["scriptindex", self.place, rule, feed], env=ngrams, timeout=self.patience)

    def search(self, query, most=10):
        return ["env", "XAPIAN_CJK_NGRAM=1", "quest", "-d", self.place, "-m", str(most), query]

    def files(self, text):
        found = lines(self.search(f'"{text}"', ALL))
        return {line.removeprefix("path=") for line in found if line.startswith("path=")}


class Tantivy:
    needs = []

    def __init__(self, options):
        self.program = options.tantivy
        if not self.program.is_file():
            raise RuntimeError("cargo build --release --example plain_tantivy")
        locked = (HERE.parent / "Cargo.lock").read_text()
        versions = [re.search(rf'name = "{name}"\nversion = "(.*)"', locked)[1] for name in ("tantivy", "tantivy-jieba")]
        self.name = "tantivy {} + tantivy-jieba {}".format(*versions)

    def index(self):
        run([self.program, "index", self.place, self.folder], timeout=self.patience)

    def search(self, query, most=10):
        return [self.program, "search", self.place, query, str(most)]

    def files(self, text):
        return set(lines(self.search(f'"{text}"', 1_000_000)))


class Lucene:
    needs = ["java", "javac"]
    kind, analyzer = "CJK", "cjk"

    def __init__(self, options):
        jars = []
        for part in ("core", "analyzers-common", "analysis-common", "analyzers-smartcn", "analysis-smartcn", "queryparser"):
            jars += sorted(options.lucene.glob(f"lucene-{part}-[0-9]*.jar"))
        if len(jars) < 4:
            raise RuntimeError(f"no jar files of Lucene in {options.lucene}")
        self.classes = options.work / "classes"
        self.path = ":".join(map(str, [self.classes, *jars]))
        if not self.classes.exists():
            run(["javac", "-cp", self.path, "-d", self.classes, HERE / "Lucene.java"])
        manifest = "\n".join(lines(["unzip", "-p", jars[0], "META-INF/MANIFEST.MF"]))
        version = re.search(r"Specification-Version: (\S+)", manifest)
        self.name = f"Lucene {version[1] if version else jars[0].stem}, {self.kind}"

    def java(self, *arguments):
        return ["java", "-XX:+UseSerialGC", "-cp", self.path, "Lucene", self.analyzer, *arguments]

    def index(self):
        run(self.java("index", self.place, self.folder), timeout=self.patience)

    def search(self, query, most=10):
        return self.java("search", self.place, query, str(most))

    def files(self, text):
        return set(lines(self.search(f'"{text}"', 1_000_000)))


class LuceneSmart(Lucene):
    kind, analyzer = "SmartCN", "smartcn"


class Nothing:
    """What starting any process costs here."""

    name, needs = "an empty process", ["true"]

    def __init__(self, _options):
        pass

    def index(self):
        self.place.mkdir()

    def search(self, _query):
        return ["true"]

    files = None


PEERS = [Cewen, Ripgrep, Sqlite, SqliteJieba, Xapian, Tantivy, Lucene, LuceneSmart, Nothing]


def peers(options):
    found = []
    for peer in PEERS:
        if options.peers and peer is not Cewen and peer.__name__.lower() not in options.peers:
            continue
        missing = [need for need in peer.needs if not shutil.which(need)]
        if peer is SqliteJieba and jieba is None:
            missing.append("python's jieba")
        try:
            if missing:
                raise RuntimeError(f"{', '.join(missing)} not installed")
            found.append(peer(options))
        except RuntimeError as error:
            say(f"left out: {peer.__name__}: {error}")
    return found


def cut_texts(folder, count):
    """Texts of 2 to 8 Han characters from the files, and the files that hold each."""
    chance = random.Random(1)
    files = sorted(folder.rglob("*.txt"))
    texts = set()
    while len(texts) < count:
        text = chance.choice(files).read_text(errors="replace")
        runs = re.findall(r"[\u4e00-\u9fff]{2,}", text)
        if runs:
            line = chance.choice(runs)
            length = min(chance.randint(2, 8), len(line))
            start = chance.randint(0, len(line) - length)
            texts.add(line[start : start + length])
    holders = {text: set() for text in sorted(texts)}
    for path, content in texts_of(folder):
        for text, held in holders.items():
            if text in content:
                held.add(path)
    return holders


def recall(peer, holders):
    if peer.files is None:
        return "|"
    found = {text: {path for path in peer.files(text) if path.endswith(".txt")} for text in holders}
    wanted = sum(map(len, holders.values()))
    hit = sum(len(found[text] & held) for text, held in holders.items())
    besides = sum(len(found[text] - held) for text, held in holders.items())
    return f"{100 * hit / wanted:.1f} | {100 * besides / max(hit + besides, 1):.1f}"


def indexed(peer, place):
    """CPU seconds of indexing, or what it cost when `place` was made."""
    spent = place.with_name(place.name + ".cpu")
    if spent.is_file():
        return float(spent.read_text())
    shutil.rmtree(place, ignore_errors=True)
    seconds = cpu(peer.index)
    spent.write_text(f"{seconds}\n")
    return seconds


def compare(label, folder, options):
    folder = folder.resolve()
    text = sum(file.stat().st_size for file in folder.rglob("*.txt"))
    holders = cut_texts(folder, options.texts)
    table, places = [], []
    cewen, *others = peers(options)
    for peer in [cewen, *others]:
        place = options.work / f"{label}-{type(peer).__name__}".replace(" ", "-").lower()
        peer.folder, peer.place, peer.patience = folder, place, options.patience * 60
        places.append(place)
        say(f"{label}: {peer.name}")
        try:
            spent = indexed(peer, place)
        except (RuntimeError, sqlite3.Error) as error:
            say(f"left out: {peer.name}, {label}: {error}")
            continue
        runs, own = [], []
        for _ in range(options.rounds):
            runs.append(milliseconds(peer.search(options.query)))
            own.append(milliseconds(cewen.search(options.query)) if peer is not cewen else runs[-1])
        (least, least_cpu), (own_least, own_cpu) = (map(min, zip(*each)) for each in (runs, own))
        index = f"{spent:.1f} | {text / 1e6 / spent:.1f} | {size(place) / text:.2f}"
        if size(place) < 1_000:
            index = "| |"
        say(f"{label}: quotations: {peer.name}")
        table.append(
            f"| {label}, {text / 1e6:.1f} MB | {peer.name} | {index} | {least:.1f} | {least / own_least:.2f} "
            f"| {least_cpu:.1f} | {least_cpu / own_cpu:.2f} | {peak(peer.search(options.query))} | {recall(peer, holders)} |"
        )
        print(table[-1], flush=True)
    if not options.kept:
        for place in places:
            shutil.rmtree(place, ignore_errors=True)
    return table


def keep(table):
    file = HERE / "RESULTS.md"
    before, _, rest = file.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    file.write_text(f"{before}{BEGIN}{table}\n{END}{after}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cewen", type=Path, default=RELEASE / "cewen")
    parser.add_argument("--generate", type=Path, default=RELEASE / "examples" / "generate")
    parser.add_argument("--tantivy", type=Path, default=RELEASE / "examples" / "plain_tantivy")
    parser.add_argument("--lucene", type=Path, default=Path(os.environ.get("LUCENE", "/usr/share/java")))
    parser.add_argument("--bytes", default="5MB", help="sizes of generated corpora, with commas")
    parser.add_argument("--query", default="算力券")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--texts", type=int, default=30, help="how many quotations to look for")
    parser.add_argument("--peers", type=lambda names: names.lower().split(","), help=", ".join(peer.__name__.lower() for peer in PEERS))
    parser.add_argument("--patience", type=float, default=60, help="minutes for a peer to index a corpus")
    parser.add_argument("--work", type=Path, help="folder to keep corpora and indexes in")
    parser.add_argument("--keep", action="store_true", help="write the table into RESULTS.md")
    parser.add_argument("folders", nargs="*", type=Path)
    options = parser.parse_args()
    if not options.cewen.is_file():
        sys.exit(f"{options.cewen} is missing: cargo build --release --bin cewen")
    if jieba:
        jieba.setLogLevel("ERROR")
        jieba.initialize()
    load = os.getloadavg()[0]
    head = f"Query {options.query}; {os.cpu_count()} cores, {platform.machine()}, load {load:.0f} at the start."
    table = [f"{head} {NOTE.format(texts=options.texts)}\n", HEAD]
    print("\n".join(table), flush=True)
    options.kept = options.work is not None
    with tempfile.TemporaryDirectory() as passing:
        options.work = (options.work or Path(passing)).resolve()
        options.work.mkdir(parents=True, exist_ok=True)
        table += compare("sample", HERE.parent / "corpus", options)
        for folder in options.folders:
            table += compare(folder.name, folder, options)
        for bytes_ in filter(None, options.bytes.split(",")):
            if not options.generate.is_file():
                say("left out: generated corpora: cargo build --release --example generate")
                break
            folder = options.work / f"made-{bytes_}"
            if not (options.kept and folder.is_dir()):
                run([options.generate, "--bytes", bytes_, folder])
            table += compare(f"made {bytes_}", folder, options)
            if not options.kept:
                shutil.rmtree(folder)
    if options.keep:
        keep("\n".join(table))


if __name__ == "__main__":
    main()
