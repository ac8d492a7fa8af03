//! The server for assistants, as a client talks to it over standard streams: its answers are those of the program, and it reads nothing outside.

use crate::support::root;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const EPOCH: &str = "1795392000";

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_filingc"));
    command.env("SOURCE_DATE_EPOCH", EPOCH).env("FILINGC_LANG", "en").env("NO_COLOR", "1");
    command
}

/// A client with its server.
struct Client {
    server: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
    last: u64,
    roots: Option<Vec<PathBuf>>,
}

impl Client {
    fn new(options: &[&str], roots: Option<&[&Path]>) -> Client {
        let mut command = program();
        let mut server = command
            .arg("mcp")
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let (to, from) = (server.stdin.take(), BufReader::new(server.stdout.take().expect("it answers")));
        let roots = roots.map(|r| r.iter().map(|p| p.to_path_buf()).collect());
        let mut client = Client { server, to, from, last: 0, roots };
        let capabilities = if client.roots.is_some() { json!({ "roots": { "listChanged": true } }) } else { json!({}) };
        let hello =
            json!({ "protocolVersion": "2025-06-18", "capabilities": capabilities, "clientInfo": { "name": "test", "version": "1" } });
        let answer = client.ask("initialize", hello);
        assert_eq!(answer["result"]["protocolVersion"], "2025-06-18", "{answer}");
        assert_eq!(answer["result"]["serverInfo"]["name"], "filingc");
        client.say(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }).to_string());
        client
    }

    fn say(&mut self, line: &str) {
        self.write(format!("{line}\n").as_bytes());
    }

    fn write(&mut self, bytes: &[u8]) {
        self.to.as_mut().expect("it is open").write_all(bytes).expect("the server listens");
    }

    /// The next message that is not a question of the server, which is answered.
    fn hear(&mut self) -> Value {
        loop {
            let mut line = String::new();
            assert!(self.from.read_line(&mut line).expect("a line") > 0, "the server is there");
            let message: Value = serde_json::from_str(&line).expect("a message is JSON");
            assert_eq!(message["jsonrpc"], "2.0");
            if message["method"] == "roots/list" {
                let named = self.roots.clone().expect("who names no roots is not asked");
                let list: Vec<Value> = named.iter().map(|r| json!({ "uri": format!("file://{}", r.display()) })).collect();
                self.say(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": { "roots": list } }).to_string());
                continue;
            }
            return message;
        }
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let id = format!("request-{}", self.last);
        self.say(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string());
        let answer = self.hear();
        assert_eq!(answer["id"], id, "{answer}");
        answer
    }

    fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self.ask("tools/call", json!({ "name": tool, "arguments": arguments }));
        answer["result"].clone()
    }

    /// Ends the conversation as clients do; the server ends too.
    fn end(mut self) -> Vec<Value> {
        drop(self.to.take());
        let rest = self.from.by_ref().lines().map(|l| serde_json::from_str(&l.expect("a line")).expect("JSON")).collect();
        assert_eq!(self.server.wait().expect("it ends").code(), Some(0));
        rest
    }
}

fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap_or_else(|| panic!("a text: {result}"))
}

/// What the program itself says.
fn said(arguments: &[&str], input: &str) -> String {
    let nowhere = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mcp-nowhere");
    std::fs::create_dir_all(&nowhere).expect("the folder is made");
    let mut child = program()
        .args(arguments)
        .current_dir(nowhere)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let _ = child.stdin.take().expect("an input").write_all(input.as_bytes());
    String::from_utf8(child.wait_with_output().expect("it ends").stdout).expect("UTF-8")
}

fn example(name: &str) -> String {
    std::fs::read_to_string(root().join("examples").join(name)).expect("an example")
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mcp").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder is made");
    folder
}

#[test]
fn every_answer_is_what_the_program_says() {
    let mut client = Client::new(&[], None);
    let refused = example("c10-website-and-app.toml");
    let notice = "域名未完成实名认证。";
    for (tool, arguments, call, input) in [
        ("check", json!({ "manifest": refused }), vec!["check", "-"], refused.as_str()),
        (
            "check",
            json!({ "manifest": refused, "on": "2027-05-01", "strict": true }),
            vec!["check", "--on=2027-05-01", "--strict", "-"],
            &refused,
        ),
        ("check", json!({ "manifest": refused, "language": "zh" }), vec!["check", "--lang=zh", "-"], &refused),
        ("repair", json!({ "manifest": refused, "n": 2 }), vec!["check", "--repair=2", "-"], &refused),
        ("plan", json!({ "manifest": refused }), vec!["plan", "-"], &refused),
        ("next_question", json!({ "manifest": refused }), vec!["fill", "--list", "-"], &refused),
        ("explain", json!({ "id": "dom-not-expired", "region": "zj" }), vec!["explain", "--region=zj", "dom-not-expired"], ""),
        ("explain", json!({ "id": "F5005" }), vec!["explain", "F5005"], ""),
        ("rules", json!({ "text": "dom-not" }), vec!["rules", "dom-not"], ""),
        ("notice", json!({ "text": notice }), vec!["explain", "--notice", "-"], notice),
    ] {
        let result = client.call(tool, arguments);
        assert_eq!(result["isError"], false, "{tool}: {result}");
        let document: Value = serde_json::from_str(&said(&[&call[..], &["--output-format=json"]].concat(), input)).expect("JSON");
        assert_eq!(result["structuredContent"], document, "{tool}");
        assert_eq!(text(&result), said(&call, input).trim_end(), "{tool}");
    }
    assert!(client.end().is_empty());
}

#[test]
fn tools_say_what_they_take() {
    for (options, word) in [(&["--lang", "en"][..], "verdict"), (&["--lang", "zh"], "结论")] {
        let mut client = Client::new(options, None);
        let answer = client.ask("tools/list", json!({}));
        let tools = answer["result"]["tools"].as_array().expect("tools").clone();
        let names: Vec<&str> = tools.iter().filter_map(|t| t["name"].as_str()).collect();
        assert_eq!(names, ["check", "repair", "plan", "next_question", "explain", "rules", "notice"]);
        for tool in &tools {
            assert!(jsonschema::meta::is_valid(&tool["inputSchema"]), "{tool}");
            assert_eq!(tool["annotations"]["readOnlyHint"], true);
        }
        assert!(tools[0]["description"].as_str().expect("a text").contains(word));
        client.end();
    }
}

#[test]
fn what_cannot_be_used_is_an_error_with_its_words() {
    let mut client = Client::new(&[], None);
    let result = client.call("explain", json!({ "id": "no-such-rule" }));
    assert_eq!(result["isError"], true);
    assert!(text(&result).contains("nothing is called `no-such-rule`"), "{result}");
    let result = client.call("check", json!({ "manifest": "[filing\nregion = \"zj\"\u{0}" }));
    assert_eq!(result["isError"], true, "{result}");
    assert_eq!(result["structuredContent"]["filings"][0]["verdict"], Value::Null, "{result}");
    for (name, arguments, told) in [
        ("check", json!({ "manifest": "x", "path": "y" }), "either"),
        ("check", json!({ "manifets": "x" }), "no argument `manifets`"),
        ("chekc", json!({}), "no tool `chekc`"),
        ("check", json!("x"), "an object"),
    ] {
        let answer = client.ask("tools/call", json!({ "name": name, "arguments": arguments }));
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
        assert!(answer["error"]["message"].as_str().expect("words").contains(told), "{answer}");
    }
    client.end();
}

#[test]
fn only_files_below_the_roots_of_the_client_are_read() {
    let (inside, outside) = (folder("inside"), folder("outside"));
    let manifest = example("c01-company-complete.toml");
    for folder in [&inside, &outside] {
        std::fs::write(folder.join("filing.toml"), &manifest).expect("it is written");
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(outside.join("filing.toml"), inside.join("link.toml")).expect("a link");
    let whole = |folder: &Path, name: &str| folder.join(name).display().to_string();
    let mut client = Client::new(&[], Some(&[&inside]));
    for path in [whole(&inside, "filing.toml"), "filing.toml".to_owned()] {
        let result = client.call("check", json!({ "path": path }));
        assert_eq!(result["structuredContent"]["filings"][0]["verdict"], "ready", "{path}: {result}");
    }
    let others = [
        whole(&outside, "filing.toml"),
        whole(&inside, "../outside/filing.toml"),
        whole(&inside, "link.toml"),
        "/etc/passwd".to_owned(),
        whole(&inside, "absent.toml"),
        whole(&inside, ""),
    ];
    for path in others {
        let result = client.call("check", json!({ "path": path }));
        assert_eq!(result["isError"], true, "{path}: {result}");
        assert!(text(&result).contains("below the roots"), "{path}: {result}");
        assert!(result.get("structuredContent").is_none());
    }
    // A root that is taken away counts no more.
    client.roots = Some(vec![]);
    client.say(&json!({ "jsonrpc": "2.0", "method": "notifications/roots/list_changed" }).to_string());
    assert_eq!(client.call("check", json!({ "path": "filing.toml" }))["isError"], true);
    client.end();
    let mut client = Client::new(&[], None);
    assert_eq!(client.call("check", json!({ "path": whole(&inside, "filing.toml") }))["isError"], true);
    client.end();
}

#[test]
fn a_filing_that_is_a_text_opens_no_file() {
    let mut client = Client::new(&[], None);
    let here = root().join("Cargo.toml").display().to_string();
    let with = |path: &str| example("c01-company-complete.toml").replace("path = \"materials/", &format!("path = \"{path}\" # "));
    for path in ["Cargo.toml", here.as_str(), "../Cargo.toml"] {
        let result = client.call("check", json!({ "manifest": with(path) }));
        assert!(!result.to_string().contains("filingc\"\nversion"), "nothing of the file is told");
        let facts = result["structuredContent"]["filings"][0]["verdict"].clone();
        let without = client.call("check", json!({ "manifest": with("no-such-file") }));
        assert_eq!(facts, without["structuredContent"]["filings"][0]["verdict"], "{path} is like a file that is not there");
    }
    client.end();
}

#[test]
fn what_is_no_message_is_told_and_the_server_goes_on() {
    let mut client = Client::new(&[], None);
    for (line, code) in [
        (&b"{\n"[..], -32700),
        (b"\xff\xfe\n", -32700),
        (b"[]\n", -32600),
        (b"7\n", -32600),
        (b"{\"jsonrpc\":\"2.0\",\"id\":1}\n", -32600),
        (b"{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}\n", -32600),
        (b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"no/such\"}\n", -32601),
    ] {
        client.write(line);
        let answer = client.hear();
        assert_eq!(answer["error"]["code"], code, "{answer}");
    }
    client.write(b"\n   \n{\"jsonrpc\":\"2.0\",\"method\":\"notifications/unknown\"}\n");
    client.write(&[b'x'; 17 * 1024 * 1024]);
    client.write(b"\n");
    assert_eq!(client.hear()["error"]["code"], -32600, "what is too long");
    assert_eq!(client.ask("ping", json!({}))["result"], json!({}));
    client.end();
}

#[test]
fn nothing_but_a_ping_is_answered_before_the_first_request() {
    let mut server =
        program().arg("mcp").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the server starts");
    let lines = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}\n{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}\n";
    server.stdin.take().expect("an input").write_all(lines.as_bytes()).expect("it listens");
    let output = server.wait_with_output().expect("it ends");
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    let codes: Vec<Value> = said.lines().map(|l| serde_json::from_str::<Value>(l).expect("JSON")["error"]["code"].clone()).collect();
    assert_eq!(codes, [json!(-32600), Value::Null]);
}

#[test]
fn what_is_cancelled_is_not_answered_and_what_is_left_open_is() {
    let mut client = Client::new(&[], None);
    let manifest = example("c10-website-and-app.toml");
    let call = |id: u64| {
        json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": { "name": "check", "arguments": { "manifest": manifest } } })
            .to_string()
    };
    for id in 1..=8 {
        client.say(&call(id));
    }
    for id in [2, 8] {
        client.say(&json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": id } }).to_string());
    }
    // The client says nothing more; what it asked for is answered all the same.
    let mut answered: Vec<u64> = client.end().iter().filter_map(|a| a["id"].as_u64()).collect();
    answered.sort_unstable();
    assert_eq!(answered, [1, 3, 4, 5, 6, 7]);
}
