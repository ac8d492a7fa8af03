//! Shell completions, manual pages, hooks.

use crate::support::root;
use std::process::Command;

fn run(arguments: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_filingc")).args(arguments).current_dir(root()).output().expect("the program runs")
}

/// The commands of the help.
fn commands() -> Vec<String> {
    let help = String::from_utf8(run(&["--help"]).stdout).expect("the help is UTF-8");
    let listed = help.split("Commands:\n").nth(1).expect("the help lists commands").lines().take_while(|l| !l.is_empty());
    let names: Vec<String> = listed.filter_map(|l| l.split_whitespace().next()).filter(|c| *c != "help").map(str::to_owned).collect();
    assert!(names.len() > 5, "{names:?}");
    names
}

#[test]
fn each_shell_completes_each_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = run(&["completions", shell]);
        assert!(output.status.success(), "{shell}");
        let script = String::from_utf8(output.stdout).expect("a script is UTF-8");
        for command in commands() {
            assert!(script.contains(&command), "{shell} completes {command}");
        }
        assert!(script.contains("output-format"), "{shell} completes options");
        if ["bash", "zsh", "fish"].contains(&shell) {
            assert!(script.contains("sarif"), "{shell} completes values of options");
        }
    }
    assert_eq!(run(&["completions", "no-such-shell"]).status.code(), Some(2));
}

#[test]
fn bash_reads_its_script() {
    let script = run(&["completions", "bash"]).stdout;
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("filingc.bash");
    std::fs::write(&file, script).expect("the script is written");
    let ask = "source \"$1\"; COMP_WORDS=(filingc che); COMP_CWORD=1; _filingc filingc che filingc; echo \"${COMPREPLY[@]}\"";
    let output = Command::new("bash").args(["-c", ask, "bash"]).arg(&file).output().expect("bash runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "check", "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn each_command_has_a_manual_page() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("man");
    let _ = std::fs::remove_dir_all(&folder);
    assert!(run(&["man", &folder.display().to_string()]).status.success());
    let page = |name: &str| std::fs::read_to_string(folder.join(format!("{name}.1"))).unwrap_or_else(|e| panic!("{name}.1: {e}"));
    let main = page("filingc");
    assert!(main.starts_with(".ie"), "roff");
    for command in commands() {
        assert!(main.contains(&format!("filingc\\-{command}(1)")), "the page of the program points to {command}");
        let text = page(&format!("filingc-{command}"));
        assert!(text.contains(&format!(".TH filingc-{command} 1")) && text.contains(".SH SYNOPSIS"), "{text}");
        assert!(text.contains(&format!("\\fBfilingc {command}\\fR")), "{text}");
    }
    let n = std::fs::read_dir(&folder).expect("the folder is there").count();
    assert_eq!(n, commands().len() + 1, "one page per command and one for the program");
    assert_eq!(String::from_utf8_lossy(&run(&["man"]).stdout), main);
}

/// What the program prints in Chinese.
fn in_chinese(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_filingc"));
    let output = command.args(arguments).env("FILINGC_LANG", "zh").current_dir(root()).output().expect("the program runs");
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).expect("the output is UTF-8")
}

/// Words of English that are no option, value, id, path or name of a form.
fn english(text: &str) -> Vec<String> {
    let names = [
        "ICP", "JSON", "Schema", "GitHub", "SARIF", "JUnit", "XML", "XLSX", "Markdown", "Mermaid", "Graphviz", "DOT", "TOML", "CSV",
        "Lines",
    ];
    let lines = text.lines().flat_map(|l| l.split(|c: char| !c.is_ascii_graphic()));
    let is_prose = |w: &&str| w.len() > 2 && w.chars().all(|c| c.is_ascii_alphabetic()) && w.chars().next().is_some_and(char::is_uppercase);
    lines.filter(is_prose).filter(|w| !names.contains(w) && w.chars().any(char::is_lowercase)).map(str::to_owned).collect()
}

#[test]
fn the_help_of_every_command_is_in_chinese_where_that_is_asked_for() {
    let main = in_chinese(&["--help"]);
    assert!(main.starts_with("在提交之前，按各省的规则检查 ICP 备案\n\n用法： filingc [选项] <命令>"), "{main}");
    for command in commands() {
        for ask in ["--help", "-h"] {
            let text = in_chinese(&[command.as_str(), ask]);
            assert!(text.contains("用法：") && text.contains("\n选项：\n"), "{text}");
            assert!(!text.contains("possible values") && !text.contains("[default"), "{text}");
            assert_eq!(english(&text), Vec::<String>::new(), "{text}");
        }
    }
    let asked = run(&["check", "--help", "--lang", "zh"]);
    assert_eq!(String::from_utf8_lossy(&asked.stdout), in_chinese(&["check", "--help"]));
    let other = run(&["check", "--help", "--lang=en"]);
    assert!(String::from_utf8_lossy(&other.stdout).starts_with("Checks filing manifests\n\nUsage: filingc check"));
}

#[test]
fn manual_pages_and_completions_are_in_chinese_where_that_is_asked_for() {
    let page = in_chinese(&["man"]);
    assert!(page.contains(".SH 名称\n") && page.contains(".SH 用法\n") && page.contains("检查备案清单"), "{page}");
    assert!(!page.contains(".SH NAME") && !page.contains("Checks filing manifests"), "{page}");
    assert!(in_chinese(&["completions", "fish"]).contains("检查备案清单"));
    assert!(in_chinese(&["completions", "zsh"]).contains("按这一天"));
}

#[test]
fn hooks_name_commands_that_take_files() {
    let text = std::fs::read_to_string(root().join(".pre-commit-hooks.yaml")).expect("the hooks are readable");
    let hooks: Vec<&str> = text.split("- id: ").skip(1).collect();
    assert_eq!(hooks.len(), 3);
    for hook in hooks {
        let id = hook.lines().next().unwrap_or("");
        let field = |name: &str| hook.lines().find_map(|l| l.trim().strip_prefix(&format!("{name}: "))).unwrap_or("");
        let entry: Vec<&str> = field("entry").split(' ').collect();
        assert_eq!(format!("{}-{}", entry[0], entry[1]), id);
        let file = match id {
            "filingc-check" => "examples/c01-company-complete.toml",
            _ => "tests/cases/cli/sarif/rules.filing",
        };
        let mut arguments = entry[1..].to_vec();
        arguments.push(file);
        let output = run(&arguments);
        assert_ne!(output.status.code(), Some(2), "{id}: {}", String::from_utf8_lossy(&output.stderr));
        let pattern = regex_lite::Regex::new(field("files").trim_matches('\'')).expect("a pattern");
        assert!(pattern.is_match(file) || id == "filingc-check", "{id} is about {file}");
    }
    let check = text.split("- id: filingc-check").nth(1).expect("the hook is there");
    let pattern = check.lines().find_map(|l| l.trim().strip_prefix("files: ")).expect("a pattern").trim_matches('\'');
    let pattern = regex_lite::Regex::new(pattern).expect("a pattern");
    assert!(pattern.is_match("filing.toml") && pattern.is_match("sites/a/filing.json") && pattern.is_match("filings/a.toml"));
    assert!(!pattern.is_match("Cargo.toml") && !pattern.is_match("src/filing.rs") && !pattern.is_match("filingc.toml"));
}

#[test]
fn the_action_calls_the_program_as_it_is() {
    let text = std::fs::read_to_string(root().join("action.yml")).expect("the action is readable");
    let inputs: Vec<&str> =
        text.split("inputs:\n").nth(1).and_then(|t| t.split("\noutputs:").next()).expect("it has inputs").lines().collect();
    let names = inputs.iter().filter(|l| l.starts_with("  ") && !l.starts_with("   ")).map(|l| l.trim().trim_end_matches(':'));
    for name in names {
        assert!(text.contains(&format!("${{{{ inputs.{name} }}}}")), "the input `{name}` is used");
    }
    let calls: Vec<&str> = text.lines().map(str::trim).filter(|l| l.starts_with("filingc check")).collect();
    assert_eq!(calls.len(), 2, "{calls:?}");
    for call in calls {
        let call = call.replace("$PATHS $ARGUMENTS", "examples/c01-company-complete.toml").replace("\"$SARIF\"", "/dev/stdout");
        let output = run(&call.split(' ').skip(1).collect::<Vec<_>>());
        assert_ne!(output.status.code(), Some(2), "{call}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn every_package_of_the_licence_list_is_locked_and_allowed() {
    let read = |name: &str| std::fs::read_to_string(root().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let (list, lock, deny) = (read("THIRD-PARTY.md"), read("Cargo.lock"), read("deny.toml"));
    let allowed: Vec<&str> = deny.split("allow = [").nth(1).and_then(|t| t.split(']').next()).expect("a list").split('"').collect();
    let rows: Vec<Vec<&str>> =
        list.lines().filter(|l| l.starts_with("| `")).map(|l| l.trim_matches('|').split('|').map(str::trim).collect()).collect();
    assert!(rows.len() > 100, "{}", rows.len());
    for row in &rows {
        let (name, version, licence) = (row[0].trim_matches('`'), row[1], row[2]);
        assert!(
            lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\"\n")),
            "{name} {version} is not locked: run .ci/licences"
        );
        // One licence of each choice is enough; of those joined by AND each counts.
        let is_allowed = |one: &str| allowed.contains(&one.trim_matches(['(', ')', ' ']));
        let is_fine = licence.split(" AND ").all(|part| part.replace('/', " OR ").split(" OR ").any(is_allowed));
        assert!(is_fine, "{name}: {licence}");
    }
    let direct = read("Cargo.toml");
    let direct = direct.split("[dependencies]").nth(1).and_then(|t| t.split("\n[").next()).expect("it has dependencies");
    for name in direct.lines().filter_map(|l| l.split_once(" = ")).map(|(n, _)| n).filter(|n| !n.starts_with("filingc")) {
        assert!(rows.iter().any(|r| r[0].trim_matches('`') == name), "{name} is not in THIRD-PARTY.md: run .ci/licences");
    }
}
