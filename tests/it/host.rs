//! What the disk can hold: links, pipes, files that cannot be read or written. Each real file counts once, and nothing is passed over in silence.

use crate::support::root;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// An empty folder of a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("host").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder is made");
    folder
}

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn program(at: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_filingc"));
    command.args(arguments).current_dir(at).env_clear().env("NO_COLOR", "1").env("FILINGC_LANG", "en");
    command.env("SOURCE_DATE_EPOCH", "1795392000").stdin(Stdio::null());
    command
}

fn ended(command: &mut Command) -> Ran {
    let output = command.output().expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn run(at: &Path, arguments: &[&str]) -> Ran {
    ended(&mut program(at, arguments))
}

fn put(at: &Path, name: &str, text: &str) {
    let path = at.join(name);
    std::fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the folder is made");
    std::fs::write(path, text).expect("the file is written");
}

/// A filing that is ready.
fn filing() -> String {
    std::fs::read_to_string(root().join("examples/c01-company-complete.toml")).expect("the example is readable")
}

/// A rule file that is not in its canonical form, and what it becomes.
const UNTIDY: (&str, &str) = ("enum a \"a\"   zh \"甲\" { one \"one\" zh \"一\" }\n", "enum a \"a\" zh \"甲\" { one \"one\" zh \"一\" }\n");

fn is_untidy(path: &Path) -> bool {
    std::fs::read_to_string(path).expect("the file is readable") == UNTIDY.0
}

#[test]
fn a_file_named_twice_is_checked_once() {
    let at = folder("twice");
    put(&at, "filings/a.toml", &filing());
    put(&at, "filings/inner/b.toml", &filing());
    for arguments in [["filings", "filings/inner"], ["filings/inner", "filings"], ["filings", "filings/inner/b.toml"]] {
        let ran = run(&at, &[&["check"][..], &arguments].concat());
        assert!(ran.out.contains("2 filings checked") && ran.code == Some(0), "{arguments:?}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn the_walker_of_the_tests_is_that_of_the_program() {
    let rules = crate::support::files(&root().join("regions"), &["filing"]);
    let texts = filingc::regions::add_sources(&mut filingc::SourceMap::default());
    assert_eq!(rules.len(), texts.len(), "what is bundled is what lies in the folder");
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let at = folder("variables");
    put(&at, "a.toml", &filing());
    for name in ["FILINGC_RULES", "FILINGC_OUTPUT_FORMAT", "FILINGC_LANG", "SOURCE_DATE_EPOCH"] {
        let ran = ended(program(&at, &["check", "a.toml"]).env(name, ""));
        assert!(ran.out.contains("verdict: ready") && ran.code == Some(0), "{name}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn a_variable_that_cannot_be_understood_is_told() {
    let at = folder("variables-unknown");
    put(&at, "a.toml", &filing());
    for (name, value, words) in [
        ("FILINGC_LANG", "fr", "error[F7006]: `FILINGC_LANG` does not know `fr`"),
        ("FILINGC_OUTPUT_FORMAT", "jsn", "error[F7006]: `FILINGC_OUTPUT_FORMAT` does not know `jsn`"),
        ("SOURCE_DATE_EPOCH", "yesterday", "error[F7006]: `SOURCE_DATE_EPOCH` expects whole seconds since 1970, found `yesterday`"),
    ] {
        let ran = ended(program(&at, &["check", "a.toml"]).env(name, value));
        assert!(ran.err.contains(words) && ran.code == Some(2), "{name}: {}{}", ran.out, ran.err);
    }
    let ran = ended(program(&at, &["check", "a.toml", "--lang", "zh"]).env("FILINGC_LANG", "fr"));
    assert!(ran.out.contains("结论：") && ran.code == Some(0), "an option goes before its variable: {}", ran.err);
    let ran = ended(program(&at, &["check", "a.toml"]).env("FILINGC_LANG", "zh_CN.UTF-8"));
    assert!(ran.out.contains("结论："), "{}", ran.err);
}

#[test]
fn a_configuration_that_cannot_be_read_is_told() {
    let at = folder("configuration");
    put(&at, "a.toml", &filing());
    std::fs::create_dir(at.join("filingc.toml")).expect("the folder is made");
    let ran = run(&at, &["check", "a.toml"]);
    assert!(
        ran.err.contains("error[F7001]: `filingc.toml` cannot be read: it is a folder") && ran.code == Some(2),
        "{}{}",
        ran.out,
        ran.err
    );
}

#[test]
fn standard_input_has_the_limit_of_files() {
    use std::io::Write;
    let at = folder("too-large");
    let line = format!("# {}\n", "x".repeat(1021));
    let mut big = line.repeat(64 * 1024 + 1);
    big.push_str("nonsense = 1\n");
    put(&at, "big.toml", &big);
    let file = run(&at, &["check", "big.toml"]);
    let mut child =
        program(&at, &["check", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    // The program stops reading at the limit.
    let _ = child.stdin.take().expect("it is piped").write_all(big.as_bytes());
    let output = child.wait_with_output().expect("it ends");
    let piped = String::from_utf8_lossy(&output.stdout);
    assert!(file.out.contains("error[F5014]: `big.toml` is larger than 64 MiB") && file.code == Some(2), "{}", file.out);
    assert!(piped.contains("error[F5014]: `<stdin>` is larger than 64 MiB") && output.status.code() == Some(2), "{piped}");
    std::fs::remove_file(at.join("big.toml")).expect("the file is removed");
}

#[test]
fn what_cannot_be_written_is_told_with_path_and_code() {
    let at = folder("unwritable");
    put(&at, "file", "text\n");
    for (target, en, zh) in [
        ("no/such/folder", "there is no folder `no/such`", "没有文件夹 `no/such`"),
        ("file/x", "there is no folder `file`", "没有文件夹 `file`"),
        (".", "it is a folder", "这是文件夹"),
    ] {
        let ran = run(&at, &["explain", "F5005", "-o", target]);
        assert!(ran.err.contains(&format!("error[F7004]: `{target}` cannot be written: {en}")) && ran.code == Some(2), "{}", ran.err);
        let ran = run(&at, &["explain", "F5005", "-o", target, "--lang", "zh"]);
        assert!(ran.err.contains(&format!("[F7004]: 无法写入 `{target}`：{zh}")) && ran.code == Some(2), "{}", ran.err);
    }
    let long = "n".repeat(300);
    let ran = run(&at, &["explain", "F5005", "-o", &long]);
    assert!(ran.err.contains("error[F7004]") && ran.err.contains("its name is too long") && ran.code == Some(2), "{}", ran.err);
    let ran = run(&at, &["man", "file"]);
    assert!(ran.err.contains("error[F7004]: `file`") && ran.code == Some(2), "{}", ran.err);
}

#[test]
fn a_read_only_file_is_not_formatted_and_not_called_so() {
    let at = folder("read-only");
    put(&at, "a.filing", UNTIDY.0);
    put(&at, "b.filing", UNTIDY.0);
    let file = at.join("a.filing");
    let mut permissions = std::fs::metadata(&file).expect("it is there").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&file, permissions).expect("it is made read-only");
    let ran = run(&at, &["fmt", "."]);
    assert!(ran.err.contains("error[F7004]: `./a.filing` cannot be written: it is read-only"), "{}", ran.err);
    assert_eq!(ran.out, "reformatted: ./b.filing\n1 reformatted, 0 in canonical form, 1 could not be written\n");
    assert_eq!(ran.code, Some(2));
    assert!(is_untidy(&file) && !is_untidy(&at.join("b.filing")));
    let ran = run(&at, &["fmt", ".", "--output-format", "json"]);
    assert!(ran.out.contains("\"not-written\"") && ran.out.contains("\"unchanged\"") && ran.code == Some(2), "{}", ran.out);
}

#[test]
fn a_long_name_can_be_written() {
    let at = folder("long");
    let name = format!("{}.filing", "n".repeat(248));
    put(&at, &name, UNTIDY.0);
    let ran = run(&at, &["fmt", &name]);
    assert!(ran.code == Some(0) && !is_untidy(&at.join(&name)), "{}", ran.err);
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;

    fn link(at: &Path, target: impl AsRef<Path>, name: &str) {
        symlink(target, at.join(name)).expect("the link is made");
    }

    fn pipe(at: &Path, name: &str) {
        let made = Command::new("mkfifo").arg(at.join(name)).status().expect("mkfifo runs");
        assert!(made.success(), "the pipe is made");
    }

    /// Runs a line of a shell; `$F` is the program.
    fn shell(at: &Path, line: &str) -> Ran {
        let mut command = Command::new("bash");
        command.args(["-c", line]).current_dir(at).env("F", env!("CARGO_BIN_EXE_filingc")).env("FILINGC_LANG", "en").env("NO_COLOR", "1");
        ended(&mut command)
    }

    fn leftovers(at: &Path) -> Vec<PathBuf> {
        let all = std::fs::read_dir(at).expect("the folder is readable").map(|e| e.expect("an entry").path());
        all.filter(|p| p.to_string_lossy().contains("partial")).collect()
    }

    #[test]
    fn rules_behind_links_are_read_once() {
        let at = folder("links-of-rules");
        put(&at, "rules/a.filing", UNTIDY.0);
        put(&at, "elsewhere/b.filing", UNTIDY.0);
        link(&at, ".", "rules/loop");
        link(&at, "..", "rules/up");
        link(&at, "../rules", "rules/again");
        link(&at, "../elsewhere", "rules/elsewhere");
        link(&at, "../rules", "elsewhere/back");
        link(&at, "a.filing", "rules/0-also-a.filing");
        let ran = run(&at, &["fmt", "--check", "rules"]);
        assert_eq!(
            ran.out,
            "would reformat: rules/a.filing\nwould reformat: rules/elsewhere/b.filing\n2 would be reformatted, 0 in canonical form\n",
            "{}",
            ran.err
        );
    }

    #[test]
    fn folders_that_link_to_each_other_have_an_end() {
        let at = folder("links-of-links");
        for i in 0..12 {
            put(&at, &format!("rules/{i}/{i}.filing"), UNTIDY.1);
            for j in (0..12).filter(|j| *j != i) {
                link(&at, format!("../{j}"), &format!("rules/{i}/to-{j}"));
            }
        }
        let ran = run(&at, &["fmt", "--check", "rules"]);
        assert_eq!(ran.out, "0 would be reformatted, 12 in canonical form\n", "{}", ran.err);
    }

    #[test]
    fn manifests_behind_links_are_checked_once() {
        let at = folder("links-of-manifests");
        put(&at, "filings/a.toml", &filing());
        put(&at, "elsewhere/b.toml", &filing());
        link(&at, ".", "filings/loop");
        link(&at, "../elsewhere", "filings/elsewhere");
        link(&at, "a.toml", "filings/0.toml");
        let ran = run(&at, &["check", "filings"]);
        assert!(ran.out.contains("2 filings checked") && ran.code == Some(0), "{}{}", ran.out, ran.err);
        assert!(ran.out.contains("filings/a.toml\n") && ran.out.contains("filings/elsewhere/b.toml\n"), "{}", ran.out);
        let ran = run(&at, &["check", "filings/a.toml", "filings/0.toml"]);
        assert!(!ran.out.contains("filings checked") && ran.out.contains("filings/a.toml\n"), "{}", ran.out);
    }

    #[test]
    fn cases_behind_links_run_once() {
        let at = folder("links-of-cases");
        let from = root().join("tests/cases/test/folder_without_expectation");
        for file in crate::support::files(&from, &["filing", "toml"]) {
            let inside = file.strip_prefix(&from).expect("a file of the case").to_owned();
            put(&at, &inside.to_string_lossy(), &std::fs::read_to_string(&file).expect("it is readable"));
        }
        let before = run(&at, &["test", "--rules", "rules"]);
        assert!(before.out.contains("failed") && before.code == Some(1), "{}{}", before.out, before.err);
        link(&at, ".", "rules/loop");
        link(&at, ".", "rules/second-loop");
        let ran = run(&at, &["test", "--rules", "rules"]);
        assert_eq!(ran.out, before.out);
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_an_error() {
        let at = folder("unreadable");
        put(&at, "filings/a.toml", &filing());
        put(&at, "rules/a.filing", UNTIDY.1);
        for (name, target, why) in [
            ("dangling", "nowhere", "it is a link to something that does not exist"),
            ("circle", "circle", "its links lead in a circle"),
            ("through-a-file", "a.toml/inner", "it is a link to something that does not exist"),
        ] {
            link(&at, target, &format!("filings/{name}"));
            let ran = run(&at, &["check", "filings"]);
            assert!(ran.out.contains(&format!("error[F5013]: `filings/{name}` cannot be read: {why}")), "{}", ran.out);
            assert!(ran.out.contains("verdict: ready") && ran.code == Some(2), "what can be read is checked: {}", ran.out);
            let ran = run(&at, &["plan", "filings"]);
            assert!(ran.err.contains(&format!("error[F5013]: `filings/{name}`")) && ran.code == Some(2), "{}", ran.err);
            std::fs::remove_file(at.join("filings").join(name)).expect("the link is removed");

            link(&at, target, &format!("rules/{name}"));
            let words = format!("error[F1012]: `rules/{name}` cannot be read: ");
            for command in [["fmt", "rules"], ["lint", "rules"], ["test", "--rules=rules"], ["rules", "--rules=rules"]] {
                let ran = run(&at, &command);
                assert!(ran.err.contains(&words) && ran.code == Some(2), "{command:?}: {}{}", ran.out, ran.err);
            }
            std::fs::remove_file(at.join("rules").join(name)).expect("the link is removed");
        }
        let ran = run(&at, &["check", "filings", "filings/b.toml"]);
        assert!(ran.out.contains("error[F5013]: `filings/b.toml` cannot be read: no such file") && ran.code == Some(2), "{}", ran.out);
    }

    #[test]
    fn a_folder_that_holds_only_what_cannot_be_read_says_so() {
        let at = folder("only-unreadable");
        std::fs::create_dir(at.join("filings")).expect("the folder is made");
        link(&at, "nowhere", "filings/a.toml");
        let ran = run(&at, &["check", "filings"]);
        assert!(ran.out.contains("error[F5013]: `filings/a.toml`") && !ran.out.contains("F7003") && ran.code == Some(2), "{}", ran.out);
    }

    #[test]
    fn pipes_sockets_and_devices_are_never_opened() {
        let at = folder("special");
        put(&at, "rules/a.filing", UNTIDY.1);
        put(&at, "filings/a.toml", &filing());
        pipe(&at, "rules/b.filing");
        pipe(&at, "rules/notes");
        pipe(&at, "filings/b.toml");
        let _socket = UnixListener::bind(at.join("filings/c.json")).expect("the socket is made");
        let ran = run(&at, &["fmt", "rules"]);
        assert!(ran.err.contains("error[F1012]: `rules/b.filing` cannot be read: it is a pipe, not a file"), "{}", ran.err);
        assert!(!ran.err.contains("notes") && ran.code == Some(2), "{}", ran.err);
        let ran = run(&at, &["check", "filings"]);
        assert!(ran.out.contains("`filings/b.toml` cannot be read: it is a pipe") && ran.code == Some(2), "{}", ran.out);
        assert!(ran.out.contains("`filings/c.json` cannot be read: it is a socket"), "{}", ran.out);
        let ran = run(&at, &["check", "filings/b.toml"]);
        assert!(ran.out.contains("error[F5013]: `filings/b.toml` cannot be read: it is a pipe, not a file"), "{}", ran.out);
        assert_eq!(ran.code, Some(2));
        let ran = run(&at, &["lint", "rules/b.filing"]);
        assert!(ran.err.contains("`rules/b.filing` cannot be read: it is a pipe") && ran.code == Some(2), "{}", ran.err);
        let ran = run(&at, &["check", "filings/a.toml", "--config", "/dev/zero"]);
        assert!(ran.err.contains("error[F7001]: `/dev/zero` cannot be read: it is a device") && ran.code == Some(2), "{}", ran.err);
        let ran = run(&at, &["check", "filings/a.toml", "--config", "/dev/null"]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
    }

    #[test]
    fn streams_of_a_shell_are_read_and_written() {
        let at = folder("streams");
        put(&at, "a.toml", &filing());
        let ran = shell(&at, "\"$F\" check <(cat a.toml)");
        assert!(ran.out.contains("verdict: ready") && ran.code == Some(0), "{}{}", ran.out, ran.err);
        let ran = shell(&at, "cat a.toml | \"$F\" check /dev/stdin");
        assert!(ran.out.contains("verdict: ready") && ran.code == Some(0), "{}{}", ran.out, ran.err);
        let ran = shell(&at, "\"$F\" explain F7006 -o >(cat >copy); wait $!; head -c 7 copy");
        assert!(ran.out == "# F7006" && ran.code == Some(0), "{}{}", ran.out, ran.err);
        let ran = shell(&at, "\"$F\" explain F7006 -o /dev/stdout | head -c 7");
        assert!(ran.out == "# F7006", "{}{}", ran.out, ran.err);
        let ran =
            shell(&at, "echo before >log; \"$F\" explain F7006 -o /dev/stdout >>log; \"$F\" explain F7005 -o /dev/stderr 2>>log; cat log");
        assert!(ran.out.starts_with("before\n# F7006") && ran.out.contains("# F7005"), "{}{}", ran.out, ran.err);
        let ran = shell(&at, "exec 3>third; \"$F\" explain F7006 -o /dev/fd/3; \"$F\" explain F7005 -o /dev/fd/3; cat third");
        assert!(ran.out.starts_with("# F7006") && ran.out.contains("# F7005"), "{}{}", ran.out, ran.err);
    }

    #[test]
    fn a_pipe_is_written_through() {
        let at = folder("pipe");
        pipe(&at, "out");
        let ran = shell(&at, "cat out >copy & \"$F\" explain F7006 -o out; code=$?; wait; head -c 7 copy; exit $code");
        assert!(ran.out == "# F7006" && ran.code == Some(0), "{}{}", ran.out, ran.err);
        let kind = std::fs::symlink_metadata(at.join("out")).expect("it is there").file_type();
        assert!(std::os::unix::fs::FileTypeExt::is_fifo(&kind), "a pipe stays a pipe");
        assert!(leftovers(&at).is_empty());
    }

    #[test]
    fn a_device_stays_a_device() {
        let at = folder("device");
        // A link keeps the device of the machine out of reach of a program that would replace it.
        link(&at, "/dev/null", "null");
        link(&at, "/dev/full", "full");
        let ran = run(&at, &["explain", "F5005", "-o", "null"]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        let ran = run(&at, &["explain", "F5005", "-o", "full"]);
        assert!(ran.err.contains("error[F7004]: `full` cannot be written: no space is left") && ran.code == Some(2), "{}", ran.err);
        for device in ["/dev/null", "/dev/full"] {
            let kind = std::fs::metadata(device).expect("it is there").file_type();
            assert!(std::os::unix::fs::FileTypeExt::is_char_device(&kind), "{device}");
        }
        assert!(std::fs::symlink_metadata(at.join("null")).expect("it is there").is_symlink());
    }

    #[test]
    fn a_full_disk_is_told_everywhere() {
        let at = folder("full");
        put(&at, "a.filing", UNTIDY.1);
        for arguments in ["--help", "--version", "check --help", "explain F5005", "rules", "fmt a.filing", "completions bash", "man"] {
            let ran = shell(&at, &format!("\"$F\" {arguments} >/dev/full"));
            assert!(ran.err.contains("error[F7004]: `<stdout>` cannot be written: no space is left"), "{arguments}: {}", ran.err);
            assert_eq!(ran.code, Some(2), "{arguments}");
        }
        let ran = shell(&at, "\"$F\" explain F5005 --lang zh >/dev/full");
        assert!(ran.err.contains("[F7004]: 无法写入 `<stdout>`：空间已满"), "{}", ran.err);
        let ran = shell(&at, "set -o pipefail; \"$F\" --help | true; \"$F\" rules | true");
        assert_eq!(ran.code, Some(0), "a reader that has gone away is no failure: {}", ran.err);
    }

    #[test]
    fn a_link_is_followed_to_what_is_written() {
        let at = folder("links-of-output");
        std::fs::create_dir(at.join("inner")).expect("the folder is made");
        link(&at, "inner/made", "dangling");
        link(&at, "dangling", "second");
        let ran = run(&at, &["explain", "F5005", "-o", "second"]);
        assert!(ran.code == Some(0) && at.join("inner/made").is_file(), "{}", ran.err);
        assert!(std::fs::symlink_metadata(at.join("dangling")).expect("it is there").is_symlink(), "a link stays a link");
        let ran = run(&at, &["explain", "F7006", "-o", "second"]);
        let text = std::fs::read_to_string(at.join("inner/made")).expect("it is readable");
        assert!(text.starts_with("# F7006") && ran.code == Some(0), "{}", ran.err);
        link(&at, "circle", "circle");
        let ran = run(&at, &["explain", "F7006", "-o", "circle"]);
        assert!(ran.err.contains("`circle` cannot be written: its links lead in a circle") && ran.code == Some(2), "{}", ran.err);
        assert!(leftovers(&at).is_empty() && leftovers(&at.join("inner")).is_empty());
    }

    #[test]
    fn a_file_keeps_its_permissions_owner_and_names() {
        let at = folder("kept");
        for name in ["private", "named", "owned"] {
            put(&at, &format!("{name}.filing"), UNTIDY.0);
        }
        let mode = |name: &str| std::fs::metadata(at.join(name)).expect("it is there").permissions().mode() & 0o777;
        std::fs::set_permissions(at.join("private.filing"), std::fs::Permissions::from_mode(0o600)).expect("they are set");
        std::fs::hard_link(at.join("named.filing"), at.join("other")).expect("the second name is made");
        // Only who may do everything can give files away.
        let is_given = std::os::unix::fs::chown(at.join("owned.filing"), Some(12_345), Some(12_345)).is_ok();
        let ran = run(&at, &["fmt", "."]);
        assert!(ran.out.contains("3 reformatted") && ran.code == Some(0), "{}{}", ran.out, ran.err);
        assert_eq!(mode("private.filing"), 0o600);
        assert!(!is_untidy(&at.join("other")), "both names still lead to one file");
        if is_given {
            let owned = std::fs::metadata(at.join("owned.filing")).expect("it is there");
            assert_eq!((owned.uid(), owned.gid()), (12_345, 12_345));
        }
        assert!(leftovers(&at).is_empty());
    }

    #[test]
    fn a_file_that_does_not_fit_leaves_the_old_one() {
        let at = folder("does-not-fit");
        put(&at, "page", "before\n");
        let ran = shell(&at, "trap '' XFSZ; ulimit -f 1; \"$F\" rules -o page");
        assert!(ran.err.contains("error[F7004]: `page` cannot be written: files may not become that large here"), "{}", ran.err);
        assert_eq!(ran.code, Some(2));
        assert_eq!(std::fs::read_to_string(at.join("page")).expect("it is readable"), "before\n");
        assert!(leftovers(&at).is_empty());
    }
}
