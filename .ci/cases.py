"""Holds the program against the published 19-region matrix, straight from the folder of cases.

usage: cases.py ISOCHRONE CASES

Turns the ping files of the case into a matrix CSV and a scenario, runs the ordinary command and compares.
"""
import json
import os
import subprocess
import sys
import tempfile

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


def main():
    program, cases = sys.argv[1:]
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
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
