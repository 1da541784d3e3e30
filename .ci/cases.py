"""Holds the program against published cases, straight from the folder of cases.

usage: cases.py ISOCHRONE CASES [--all] [--rows FILE | --page FILE]

Turns the files of a case into CSVs and a scenario, runs the ordinary command and compares: a 19-region matrix of
pings, graphs and a warehouse problem of OR-Library, and a large graph made in the same way, whose best set nobody
has published. Graphs are pmed1 to pmed10; with --all all of pmed1 to pmed40 that the folder has.

What came of OR-Library is a table of docs/validation.md: --rows writes it to FILE, --page fails where the page has
another.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time

# Published: objective, number of regions, the best set (None: several tie), its value in ms.
EXPECTED = [
    ("mean", 1, {"eu-west-2"}, 107.5263),
    ("mean", 2, {"ap-southeast-1", "eu-west-1"}, 68.2632),
    ("mean", 3, {"ap-southeast-1", "eu-west-2", "us-east-2"}, 43.8421),
    ("mean", 4, {"af-south-1", "ap-southeast-1", "eu-central-1", "us-east-2"}, 36.0),
    ("mean", 5, {"af-south-1", "ap-southeast-1", "eu-central-1", "us-east-2", "sa-east-1"}, 29.4737),
    ("worst-group", 1, {"ca-central-1"}, 223.0),
    ("worst-group", 2, None, 180.0),
    ("worst-group", 3, {"af-south-1", "ap-southeast-1", "us-east-1"}, 113.0),
    ("worst-group", 4, {"af-south-1", "ap-southeast-1", "us-east-1", "sa-east-1"}, 105.0),
]


# Optima of pmed1 to pmed40 (sum of ways to the nearest of p open vertices), and of cap71, as OR-Library has them.
MEDIANS = [
    5819, 4093, 4250, 3034, 1355, 7824, 5631, 4445, 2734, 1255,
    7696, 6634, 4374, 2968, 1729, 8162, 6999, 4809, 2845, 1789,
    9138, 8579, 4619, 2961, 1828, 9917, 8307, 4498, 3033, 1989,
    10086, 9297, 4700, 3013, 10400, 9934, 5057, 11060, 9423, 5128,
]
CAP71 = 932615.750

# Graphs that every run tries.
USUAL = range(1, 11)


def read_matrix(folder):
    matrix = {}
    for name in sorted(os.listdir(folder)):
        region = name.removesuffix(".dat")
        for line in open(os.path.join(folder, name), encoding="utf-8"):
            figures, to = line.strip().rsplit(":", 1)
            matrix[region, to] = 0 if to == region else int(float(figures.split("/")[1]))
    return matrix


def write_scenario(folder, matrix, objective):
    regions = sorted({a for a, _ in matrix})
    with open(os.path.join(folder, "matrix.csv"), "w", encoding="utf-8") as out:
        out.write("from,to,rtt_ms\n")
        for (a, b), rtt in sorted(matrix.items()):
            out.write(f"aws:{a},aws:{b},{rtt}\n")
    quoted = json.dumps([f"aws:{region}" for region in regions])
    path = os.path.join(folder, "case.toml")
    with open(path, "w", encoding="utf-8") as out:
        out.write(
            f'name = "19 regions"\nruns = 100\nobjective = "{objective}"\n'
            f"[audience]\nat_regions = {quoted}\n"
            f'[regions]\ncandidates = {quoted}\nsizes = "1..5"\n'
            '[request]\nround_trips = 1\nservice = "0ms"\n'
            '[network]\nmatrix = "matrix.csv"\naccess = false\nspread = false\njitter = false\n'
        )
    return path


def write_table(path, header, rows):
    with open(path, "w", encoding="utf-8") as out:
        out.write(",".join(header) + "\n")
        out.writelines(",".join(map(str, row)) + "\n" for row in rows)


def search_sites(program, folder, lines, *flags):
    """The answer to a question of sites, and the seconds it took."""
    path = os.path.join(folder, "sites.toml")
    with open(path, "w", encoding="utf-8") as out:
        out.write("[sites]\n" + "\n".join(lines) + "\n")
    command = [program, "search", path, "--format", "json", "--no-output", "-q", *flags]
    began = time.monotonic()
    report = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert report["complete"] and len(report["answers"]) == 1
    return report["answers"][0], time.monotonic() - began


def search_graph(program, folder, edges, p, *flags):
    write_table(os.path.join(folder, "edges.csv"), ["from", "to", "length"], edges)
    lines = ['graph = "edges.csv"', 'unit = "length"', 'goal = "median"', f"open = {p}"]
    return search_sites(program, folder, lines, *flags)


def ways_from(edges, vertices, sources):
    """The way from each vertex to the nearest source, by a plain label-correcting loop: what the sum is held against."""
    near = {}
    for a, b, length in edges:
        near.setdefault(a, {})[b] = length
        near.setdefault(b, {})[a] = length
    way = {vertex: float("inf") for vertex in vertices}
    way.update(dict.fromkeys(sources, 0))
    waiting = list(sources)
    while waiting:
        vertex = waiting.pop(0)
        for other, length in near.get(vertex, {}).items():
            if way[vertex] + length < way[other]:
                way[other] = way[vertex] + length
                waiting.append(other)
    return way


def read_pmed(path):
    numbers = open(path, encoding="utf-8").read().split()
    vertices, count, p = map(int, numbers[:3])
    rest = list(map(int, numbers[3:]))
    edges = [tuple(rest[at:at + 3]) for at in range(0, len(rest), 3)]
    assert len(edges) == count
    return vertices, edges, p


def check_pmed(program, cases, number):
    vertices, edges, p = read_pmed(os.path.join(cases, "orlib-pmed", f"pmed{number}.txt"))
    with tempfile.TemporaryDirectory() as folder:
        answer, seconds = search_graph(program, folder, edges, p)
    opened = [int(site["site"]) for site in answer["sites"]]
    by_hand = sum(ways_from(edges, range(1, vertices + 1), opened).values())
    optimum = MEDIANS[number - 1]
    good = answer["status"] == "optimal" and answer["value"] == optimum == by_hand and len(opened) == p
    what = f"pmed{number}: {vertices} vertices, {p} of them open"
    row = row_of(what, optimum, answer, 0, good, "length")
    return good, f"pmed{number} p={p}: {answer['value']:.0f} {answer['status']} in {seconds:.2f} s", row


def row_of(what, known, answer, digits, good, unit):
    """A row of docs/validation.md, in the form that the tests write."""
    off = answer["value"] - known
    difference = "0" if abs(off) < 0.5 * 10 ** -digits else f"{off:+.{digits}f} {unit}"
    found = f"{answer['value']:.{digits}f} {unit}, {answer['status']}"
    known = f"{known:.{digits}f} {unit}, optimal"
    return f"| {what} | OR-Library | {known} | {found} | {difference} | exact | {'yes' if good else '**no**'} |"


def check_cap71(program, cases):
    numbers = open(os.path.join(cases, "orlib-ufl", "cap71.txt"), encoding="utf-8").read().split()
    sites, users = int(numbers[0]), int(numbers[1])
    opening = [numbers[2 + 2 * site + 1] for site in range(sites)]
    rest = numbers[2 + 2 * sites:]
    names = [f"w{site}" for site in range(1, sites + 1)]
    # Of each customer the demand, then the cost of serving all of it from each warehouse.
    rows = [[f"c{user}", *rest[user * (sites + 1) + 1:(user + 1) * (sites + 1)]] for user in range(users)]
    with tempfile.TemporaryDirectory() as folder:
        write_table(os.path.join(folder, "costs.csv"), ["user", *names], rows)
        write_table(os.path.join(folder, "sites.csv"), ["site", "opening"], zip(names, opening))
        lines = ['matrix = "costs.csv"', 'unit = "USD"', 'goal = "fixed"', 'opening = "sites.csv"']
        answer, seconds = search_sites(program, folder, lines)
    good = answer["status"] == "optimal" and abs(answer["value"] - CAP71) < 5e-4
    row = row_of(f"cap71: {users} customers, {sites} warehouses to choose from", CAP71, answer, 3, good, "USD")
    return good, f"cap71: {answer['value']:.3f} {answer['status']} in {seconds:.2f} s", row


def check_large(program):
    """A graph as large as pmed40 (900 vertices, p = 200): 16,200 edges drawn evenly, lengths 1 to 100."""
    draws = random.Random(40)
    edges = [(vertex, vertex + 1, draws.randint(1, 100)) for vertex in range(1, 900)]
    while len(edges) < 16_200:
        a, b = draws.sample(range(1, 901), 2)
        edges.append((a, b, draws.randint(1, 100)))
    with tempfile.TemporaryDirectory() as folder:
        answer, seconds = search_graph(program, folder, edges, 200, "--within", "60s")
    opened = [int(site["site"]) for site in answer["sites"]]
    by_hand = sum(ways_from(edges, range(1, 901), opened).values())
    good = answer["value"] == by_hand and answer["gap"] <= 0.005 and seconds < 65 and len(opened) == 200
    found = f"{answer['value']:.0f}, at best {answer['bound']:.0f}, {answer['status']}"
    # How far it gets within a time depends on the machine: nothing for a page.
    return good, f"900 vertices p=200: {found} in {seconds:.2f} s", None


HEAD = """\
| what | source | known | isochrone | difference | band | inside |
| --- | --- | ---: | ---: | ---: | --- | --- |"""


def section(page, name):
    text = open(page, encoding="utf-8").read()
    return text.split(f"<!-- begin {name} -->\n")[1].split(f"<!-- end {name} -->\n")[0].strip("\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("cases")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--rows")
    parser.add_argument("--page")
    args = parser.parse_args()
    program, cases = args.program, args.cases
    matrix = read_matrix(os.path.join(cases, "aws-2020-06-05"))
    assert len(matrix) == 19 * 19, f"the case should have 361 pairs, found {len(matrix)}"
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for objective in ("mean", "worst-group"):
            scenario = write_scenario(folder, matrix, objective)
            command = [program, "search", scenario, "--format", "json", "--no-output"]
            report = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
            best = {entry["size"]: entry for entry in report["search"]["best_by_size"]}
            for what, size, regions, value in EXPECTED:
                if what != objective:
                    continue
                entry = best[size]
                found = {region.removeprefix("aws:") for region in entry["regions"]}
                good = abs(entry["value"] - value) < 5e-5 and regions in (None, found)
                passed, failed = passed + good, failed + (not good)
                print(f"{'ok  ' if good else 'FAIL'} {objective} k={size}: {entry['value']:.4f} ms {sorted(found)}")
    there = lambda number: os.path.exists(os.path.join(cases, "orlib-pmed", f"pmed{number}.txt"))
    numbers = [number for number in range(1, 41) if number in USUAL or (args.all and there(number))]
    checks = [lambda number=number: check_pmed(program, cases, number) for number in numbers]
    checks += [lambda: check_cap71(program, cases), lambda: check_large(program)]
    rows = [HEAD]
    for check in checks:
        good, what, row = check()
        passed, failed = passed + good, failed + (not good)
        print(f"{'ok  ' if good else 'FAIL'} {what}")
        rows += [row] if row else []
    table = "\n".join(rows)
    if args.rows:
        with open(args.rows, "w", encoding="utf-8") as out:
            out.write(table + "\n")
    if args.page and section(args.page, "sites") != table:
        failed += 1
        print(f"FAIL {args.page} has another table of sites than\n{table}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
