//! What a machine does to a run: full disks, folders that cannot be written, readers that leave, two runs at once.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::bench::{assert_ends, behind, files, folder, timed, told, words};
use crate::support::program::{run, tool};

/// A small file system of its own below `folder`; nothing, with the reason told, where this machine lets nobody mount one.
struct Small(PathBuf);

impl Small {
    fn mounted(folder: &Path, size: &str) -> Option<Small> {
        let at = folder.join("out");
        fs::create_dir_all(&at).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "none"])
            .arg(&at)
            .stderr(Stdio::null())
            .status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Small(at));
        }
        println!("skipped: this machine lets nobody mount a file system");
        None
    }

    fn read_only(&self) {
        let remounted = Command::new("mount")
            .args(["-o", "remount,ro"])
            .arg(&self.0)
            .status();
        assert!(remounted.unwrap().success());
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

fn args(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

#[test]
fn a_full_disk_is_told_and_old_files_stay_whole() {
    let folder = folder();
    let Some(disk) = Small::mounted(folder.path(), "4m") else {
        return;
    };
    let output = run(folder.path(), &args(&words("1")));
    assert_ends(&output, 0, &[]);
    let old = files(&disk.0);
    let used: usize = old.values().map(|bytes| bytes.len().next_multiple_of(4096)).sum();
    // Room is left for one more small file.
    fs::write(disk.0.join("filler"), vec![1; (4 << 20) - used - (64 << 10)]).unwrap();
    let output = run(folder.path(), &args(&words("2")));
    assert_ends(
        &output,
        3,
        &[
            "cannot write `out/",
            "no space left on the device",
            "nothing of this run was written: files in `out` are as they were before",
        ],
    );
    let mut now = files(&disk.0);
    now.remove(Path::new("filler"));
    assert!(now == old, "a mixture: {:?}", now.keys());
    fs::remove_file(disk.0.join("filler")).unwrap();
    assert_ends(&run(folder.path(), &args(&words("2"))), 0, &[]);
}

#[test]
fn a_file_larger_than_the_system_allows_is_told_and_old_files_stay_whole() {
    let folder = folder();
    fs::create_dir(folder.path().join("out")).unwrap();
    assert_ends(&run(folder.path(), &args(&words("1"))), 0, &[]);
    let old = files(&folder.path().join("out"));
    // In blocks of 1024 bytes. Whoever gets the signal may ignore it, and then writing fails.
    let words = words("2");
    let output = behind(folder.path(), "trap '' XFSZ; ulimit -f 8", &args(&words))
        .output()
        .unwrap();
    assert_ends(
        &output,
        3,
        &[
            "cannot write `out/",
            "larger than the system allows",
            "nothing of this run was written",
        ],
    );
    let now = files(&folder.path().join("out"));
    assert!(now == old, "a mixture: {:?}", now.keys());
}

#[test]
fn the_usual_set_is_of_one_run_where_a_file_fails_and_other_folders_are_told() {
    let folder = folder();
    let all = |seed: &'static str| ["simulate", "fixed.toml", "-q", "--seed", seed, "--output", "out"];
    assert_ends(&run(folder.path(), &all("1")), 0, &[]);
    let old = files(&folder.path().join("out"));
    fs::create_dir(folder.path().join("other")).unwrap();
    let words = [all("2").as_slice(), &["--export", "other/a.md"]].concat();
    let output = behind(folder.path(), "trap '' XFSZ; ulimit -f 8", &words)
        .output()
        .unwrap();
    assert_ends(
        &output,
        3,
        &[
            "larger than the system allows",
            "of this run are `other/a.md` and no others: other files in `out/fixed` are as they were before",
        ],
    );
    let now = files(&folder.path().join("out"));
    assert!(now == old, "a mixture: {:?}", now.keys());
    assert_eq!(files(&folder.path().join("other")).len(), 1);
}

#[test]
fn a_sweep_that_cannot_write_leaves_the_earlier_one() {
    let folder = folder();
    let sweep = |seeds: &'static str| {
        [
            "sweep",
            "fixed.toml",
            "-q",
            "--question",
            "simulate",
            "--vary",
            seeds,
        ]
    };
    assert_ends(&run(folder.path(), &sweep("seed=1,2,3")), 0, &[]);
    let old = files(&folder.path().join("output"));
    let output = behind(folder.path(), "trap '' XFSZ; ulimit -f 1", &sweep("seed=4,5"))
        .output()
        .unwrap();
    assert_ends(
        &output,
        3,
        &["larger than the system allows", "nothing of this run was written"],
    );
    assert!(files(&folder.path().join("output")) == old);
    assert_ends(&run(folder.path(), &sweep("seed=4,5")), 0, &[]);
    assert_eq!(files(&folder.path().join("output")).len(), old.len() - 1);
}

#[test]
fn a_scenario_called_by_dots_has_a_folder_of_its_own() {
    for name in ["...toml", "..toml", "....toml"] {
        let folder = folder();
        fs::create_dir(folder.path().join("here")).unwrap();
        fs::copy(
            folder.path().join("fixed.toml"),
            folder.path().join("here").join(name),
        )
        .unwrap();
        let at = folder.path().join("here");
        assert_ends(&run(&at, &["simulate", name, "-q"]), 0, &[]);
        assert_ends(
            &run(&at, &["sweep", name, "-q", "--question", "simulate"]),
            0,
            &[],
        );
        assert!(
            at.join("output").join(name).join("report.json").exists(),
            "{name}"
        );
        assert!(
            at.join(format!("output/{name}-sweep/summary.json")).exists(),
            "{name}"
        );
        assert_eq!(fs::read_dir(at.join("output")).unwrap().count(), 2, "{name}");
        assert_eq!(fs::read_dir(&at).unwrap().count(), 2, "{name}");
    }
}

#[test]
fn a_configuration_without_end_is_refused_and_costs_no_memory() {
    let folder = folder();
    let words = ["--config", "/dev/zero", "simulate", "fixed.toml", "--no-output"];
    // In kilobytes, of addresses: threads and the program itself take most of it.
    let output = behind(folder.path(), "ulimit -v 2000000", &words)
        .output()
        .unwrap();
    assert_ends(
        &output,
        2,
        &["cannot read the configuration `/dev/zero`: it is larger than 1 MB"],
    );
    let words = ["--config", ".", "simulate", "fixed.toml"];
    assert_ends(
        &run(folder.path(), &words),
        2,
        &["cannot read the configuration `.`: it is a folder"],
    );
}

#[test]
fn a_disk_that_may_only_be_read_is_told_before_the_run() {
    let folder = folder();
    let Some(disk) = Small::mounted(folder.path(), "1m") else {
        return;
    };
    disk.read_only();
    let output = run(folder.path(), &args(&words("1")));
    assert_ends(
        &output,
        3,
        &["cannot write `out/r.json`: the file system is read-only"],
    );
    assert!(output.stdout.is_empty(), "it ran first");
    let output = run(folder.path(), &["search", "fixed.toml", "--output", "out/below"]);
    assert_ends(
        &output,
        3,
        &["cannot create the folder `out/below/fixed`: the file system is read-only"],
    );
}

#[test]
fn a_folder_of_somebody_else_is_told_before_the_run() {
    let folder = folder();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    let mode = |path: &Path, mode: u32| {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(folder.path(), 0o755);
    mode(&out, 0o555);
    let words = words("1");
    // To the administrator every folder is open, so somebody else runs.
    let somebody = "command -v setpriv >/dev/null || exit 77; [ $(id -u) = 0 ] && \
                    exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$0\" \"$@\"";
    let output = behind(folder.path(), somebody, &args(&words)).output().unwrap();
    if output.status.code() == Some(77) || told(&output).contains("failed to execute") {
        println!("skipped: nobody else can run the program here");
        return;
    }
    assert_ends(&output, 3, &["cannot write `out/r.json`: permission denied"]);
    assert!(files(&out).is_empty());
}

/// A run whose reader leaves before it says anything.
fn unread(folder: &Path, words: &[&str]) -> (Option<i32>, String) {
    let mut child = tool(folder)
        .args(words)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    (child.wait().unwrap().code(), said)
}

#[test]
fn a_reader_that_leaves_early_costs_no_file_and_changes_no_answer() {
    let folder = folder();
    let (code, said) = unread(
        folder.path(),
        &["simulate", "fixed.toml", "-q", "--export", "a.json"],
    );
    assert_eq!((code, said.as_str()), (Some(0), ""));
    assert!(
        folder.path().join("a.json").exists(),
        "the file is lost with the reader"
    );
    let (code, _) = unread(
        folder.path(),
        &["export", "a.json", "--output", "a.csv", "--format", "json"],
    );
    assert_eq!(code, Some(0));
    assert!(folder.path().join("a.csv").exists());
    let (code, said) = unread(
        folder.path(),
        &[
            "simulate",
            "fixed.toml",
            "-q",
            "--no-output",
            "--gate",
            "--set",
            "targets.p95=1ms",
        ],
    );
    assert_eq!(code, Some(1), "the gate is open because nobody reads: {said}");
}

#[test]
fn two_runs_into_one_folder_leave_the_files_of_one_of_them() {
    race(2);
}

/// Two runs with other seeds begin at once, where there is no folder yet: both end well, and what is there is of one.
fn race(times: usize) {
    let folder = folder();
    let out = folder.path().join("out");
    let words = |seed: &'static str| ["simulate", "fixed.toml", "-q", "--seed", seed, "--output", "out"];
    let alone = |seed: &'static str| {
        let _ = fs::remove_dir_all(&out);
        assert_ends(&run(folder.path(), &words(seed)), 0, &[]);
        files(&out)
    };
    let both = [alone("1"), alone("2")];
    assert!(both[0] != both[1]);
    for _ in 0..times {
        let _ = fs::remove_dir_all(&out);
        let runs = ["1", "2"].map(|seed| {
            let quiet = || Stdio::piped();
            tool(folder.path())
                .args(words(seed))
                .stdout(quiet())
                .stderr(quiet())
                .spawn()
                .unwrap()
        });
        for child in runs {
            assert_ends(&child.wait_with_output().unwrap(), 0, &[]);
        }
        let found = files(&out);
        assert!(both.contains(&found), "a mixture: {:?}", found.keys());
    }
}

#[test]
#[ignore = "takes minutes"]
fn long_races() {
    let ((), took) = timed(|| race(50));
    println!("50 pairs of runs into one folder: the files of one of the two each time, {took:.0?}");
}

#[test]
fn a_file_where_the_folder_should_be_is_told_and_stays() {
    let folder = folder();
    fs::write(folder.path().join("out"), "mine").unwrap();
    let output = run(folder.path(), &["search", "fixed.toml", "--output", "out"]);
    assert_ends(
        &output,
        3,
        &[
            "cannot create the folder `out/fixed`: a file is in the way",
            "--output DIR",
        ],
    );
    assert!(output.stdout.is_empty(), "it ran first");
    assert_eq!(fs::read(folder.path().join("out")).unwrap(), b"mine");
}

#[test]
fn links_are_followed_and_stay() {
    let folder = folder();
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
    fs::create_dir(folder.path().join("real")).unwrap();
    link("real", "out");
    assert_ends(&run(folder.path(), &args(&words("1"))), 0, &[]);
    assert_eq!(files(&folder.path().join("real")).len(), 7);
    link("nowhere.json", "dangling.json");
    let output = run(
        folder.path(),
        &["simulate", "fixed.toml", "-q", "--export", "dangling.json"],
    );
    assert_ends(&output, 0, &[]);
    assert!(
        fs::read(folder.path().join("dangling.json"))
            .unwrap()
            .ends_with(b"}\n")
    );
    link("loop", "loop");
    let output = run(
        folder.path(),
        &["simulate", "fixed.toml", "--export", "loop/a.json"],
    );
    assert_ends(&output, 3, &["cannot write `loop/a.json`"]);
}

#[test]
fn without_a_home_or_any_variable_it_runs() {
    let folder = folder();
    let program = tool(folder.path()).get_program().to_owned();
    let output = Command::new(program)
        .env_clear()
        .current_dir(folder.path())
        .args(["simulate", "fixed.toml", "--output", "out"])
        .output()
        .unwrap();
    assert_ends(&output, 0, &["wrote out/fixed: report.json"]);
}

#[test]
fn closed_streams_are_no_hang_and_no_fault() {
    let folder = folder();
    let (output, took) = timed(|| {
        behind(folder.path(), "exec <&-", &["simulate", "-"])
            .output()
            .unwrap()
    });
    assert_ends(&output, 2, &["error:"]);
    assert!(took < Duration::from_secs(20));
    let all = "exec <&- >&- 2>&-";
    let output = behind(
        folder.path(),
        all,
        &["simulate", "fixed.toml", "--export", "a.json"],
    )
    .output()
    .unwrap();
    assert!(matches!(output.status.code(), Some(0 | 3)), "{}", told(&output));
    assert!(fs::read(folder.path().join("a.json")).unwrap().ends_with(b"}\n"));
}
