"""Checks the files below deploy/ that hand shards to Kubernetes and AWS Batch.

First against the schemas of the two, where a broken copy of each must be refused; then by doing what a cluster would do:
each task's command is run with the variable that its scheduler sets, in a folder that stands for the volume, and the merged
report is held against that of a run in one piece.

usage: manifests.py PROGRAM   (in an environment with kubernetes-validate and botocore)
"""

import copy
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import botocore.loaders
import botocore.model
import botocore.validate
import kubernetes_validate
import yaml

KUBERNETES = "1.34"
DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
PLAN = """
name = "Three countries"
runs = 200
input_replicates = 6
objective = "p95"
[audience]
countries = ["DE", "US", "BR"]
[regions]
candidates = ["eu-west-1", "eu-central-1", "us-east-1", "us-west-2", "sa-east-1", "ap-south-1"]
"""


def fail(message):
    sys.exit(f"error: {message}")


def of_kubernetes(document):
    """What the schema of Kubernetes finds wrong, or None."""
    try:
        kubernetes_validate.validate(document, KUBERNETES, strict=True)
    except kubernetes_validate.ValidationError as error:
        return f"{error.path}: {error.message}"
    return None


BATCH = botocore.model.ServiceModel(botocore.loaders.Loader().load_service_model("batch", "service-2"))


def of_batch(operation):
    """A check of a request to AWS Batch: what is wrong with it, or None."""
    shape = BATCH.operation_model(operation).input_shape

    def check(request):
        found = botocore.validate.ParamValidator().validate(request, shape)
        return found.generate_report() if found.has_errors() else None

    return check


def accepted(name, document, check):
    wrong = check(document)
    if wrong:
        fail(f"{name}: {wrong}")
    print(f"{name}: accepted")


def refused(name, document, check, path, break_it):
    """Breaks a copy at `path` and makes sure that it is noticed."""
    broken = copy.deepcopy(document)
    at = broken
    for key in path:
        at = at[key]
    break_it(at)
    wrong = check(broken)
    if not wrong:
        fail(f"{name}: a broken copy is accepted")
    print(f"{name}: a broken copy is refused: {wrong.splitlines()[0][:110]}")


def misspell(key):
    def change(at):
        at[key + "x"] = at.pop(key)

    return change


def put(key, value):
    def change(at):
        at[key] = value

    return change


def container_of(job):
    return job["spec"]["template"]["spec"]["containers"][0]


def environment(pairs):
    return {pair["name"]: pair["value"] for pair in pairs}


class Cluster:
    """A folder that stands for the volume, and the commands of tasks in it."""

    def __init__(self, program):
        self.folder = Path(tempfile.mkdtemp(prefix="isochrone-manifests."))
        tools = self.folder / "bin"
        tools.mkdir()
        (tools / "isochrone").symlink_to(program)
        (tools / "isochrone-shard").symlink_to(DEPLOY / "shard.sh")
        self.work = self.folder / "work"
        (self.work / "plan").mkdir(parents=True)
        (self.work / "plan" / "plan.toml").write_text(PLAN)
        self.path = f"{tools}:{os.environ['PATH']}"

    def run(self, command, variables, wanted=0):
        """Runs a task to its end; `/work` in its variables is the folder."""
        named = {name: value.replace("/work", str(self.work)) for name, value in variables.items()}
        inherited = {"PATH": self.path, "ISOCHRONE_CONFIG": "none"}
        done = subprocess.run(command, cwd=self.work, env=inherited | named, capture_output=True, text=True)
        if done.returncode != wanted:
            fail(f"{command} with {named} ended with {done.returncode}: {done.stderr}")
        return done

    def whole(self, words):
        self.run(["isochrone", *words, "--output", "whole"], {})

    def expect_same(self, name):
        different = subprocess.run(["diff", "-r", self.work / "whole", self.work / "shards/report"])
        if different.returncode:
            fail(f"{name}: the merged report is not that of the run in one piece")
        files = sum(path.is_file() for path in (self.work / "whole").rglob("*"))
        print(f"{name}: the same bytes in {files} files")


def run_as_a_cluster(name, program, shard, merge, variables, index, count):
    """Shards by the command of each task, one lost and made again, merged by the command of the merging task."""
    cluster = Cluster(program)
    if shard[0] != "isochrone-shard":
        fail(f"{name}: its command is not isochrone-shard")
    task = lambda at: cluster.run(shard, variables | {index: str(at)})
    for at in range(count):
        task(at)
    lost = count // 2
    (cluster.work / f"shards/shard-{lost + 1}-of-{count}.json").unlink()
    told = cluster.run(merge, {}, wanted=2).stderr
    if f"shard {lost + 1} of {count} is missing" not in told:
        fail(f"{name}: a lost shard is not named: {told}")
    task(lost)
    cluster.run(merge, {})
    cluster.whole(shard[1:])
    cluster.expect_same(name)


def kubernetes(program):
    name = "search-job.yaml"
    claim, search = yaml.safe_load_all((DEPLOY / "kubernetes" / name).read_text())
    merge = yaml.safe_load((DEPLOY / "kubernetes/merge-job.yaml").read_text())
    accepted(f"{name}, the claim", claim, of_kubernetes)
    accepted(f"{name}, the job", search, of_kubernetes)
    accepted("merge-job.yaml", merge, of_kubernetes)
    in_container = ["spec", "template", "spec", "containers", 0]
    refused(name, search, of_kubernetes, ["spec"], misspell("completionMode"))
    refused(name, search, of_kubernetes, ["spec"], put("completions", "sixteen"))
    refused(name, search, of_kubernetes, in_container, misspell("volumeMounts"))
    refused(name, claim, of_kubernetes, ["spec"], misspell("accessModes"))
    refused("merge-job.yaml", merge, of_kubernetes, in_container, lambda at: at.pop("name"))
    container, spec = container_of(search), search["spec"]
    variables = environment(container["env"])
    if spec["completionMode"] != "Indexed" or int(variables["SHARDS"]) != spec["completions"]:
        fail(f"{name}: SHARDS is {variables['SHARDS']} and there are {spec['completions']} completions")
    merging = container_of(merge)
    run_as_a_cluster(
        "Kubernetes",
        program,
        container["command"] + container["args"],
        merging["command"] + merging["args"],
        variables,
        "JOB_COMPLETION_INDEX",
        spec["completions"],
    )


def aws_batch(program):
    read = lambda name: json.loads((DEPLOY / "aws-batch" / name).read_text())
    definition, search, merge = map(read, ["job-definition.json", "submit-search.json", "submit-merge.json"])
    register, submit = of_batch("RegisterJobDefinition"), of_batch("SubmitJob")
    accepted("job-definition.json", definition, register)
    accepted("submit-search.json", search, submit)
    accepted("submit-merge.json", merge, submit)
    refused("job-definition.json", definition, register, ["containerProperties"], misspell("mountPoints"))
    refused("job-definition.json", definition, register, [], lambda at: at.pop("type"))
    refused("submit-search.json", search, submit, ["arrayProperties"], put("size", "16"))
    refused("submit-merge.json", merge, submit, ["containerOverrides"], misspell("command"))
    variables = environment(definition["containerProperties"]["environment"])
    variables |= environment(search["containerOverrides"]["environment"])
    size = search["arrayProperties"]["size"]
    if int(variables["SHARDS"]) != size:
        fail(f"submit-search.json: SHARDS is {variables['SHARDS']} and the array has {size} jobs")
    if {search["jobDefinition"], merge["jobDefinition"]} != {definition["jobDefinitionName"]}:
        fail("the jobs that are submitted are not of the job definition")
    command = definition["containerProperties"]["command"]
    merging = merge["containerOverrides"]["command"]
    run_as_a_cluster("AWS Batch", program, command, merging, variables, "AWS_BATCH_JOB_ARRAY_INDEX", size)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    kubernetes(os.path.realpath(sys.argv[1]))
    aws_batch(os.path.realpath(sys.argv[1]))
