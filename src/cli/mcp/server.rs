//! The loop of the server: one JSON-RPC message a line in, one a line out, as the Model Context Protocol has it over standard streams.
//! **Source:** modelcontextprotocol.io, specification 2025-06-18: base protocol, lifecycle, tools, roots (read 2026-11-30).

use super::tools::{Call, TOOLS, Tool};
use super::{MAX_RUNNING, Roots, Runner};
use crate::diagnostic::Language;
use crate::host::address;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, ErrorKind, Read};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

/// Versions of the protocol, the newest first.
const VERSIONS: &[&str] = &["2025-06-18", "2025-03-26", "2024-11-05"];
/// Longest message in bytes.
const MAX_LINE: usize = 16 * 1024 * 1024;

const PARSE_ERROR: i32 = -32700;
const INVALID_REQUEST: i32 = -32600;
const METHOD_NOT_FOUND: i32 = -32601;
const INVALID_PARAMS: i32 = -32602;

/// What reaches the loop.
pub(super) enum Event {
    /// A line of the client; `None` where it is longer than `MAX_LINE`.
    Line(Option<Vec<u8>>),
    /// The result of a call, by its number.
    Done(u64, Value),
    /// The client says nothing any more.
    End,
}

/// Reads lines until there are none; what is too long is passed over.
pub(super) fn listen(mut from: impl BufRead, events: &Sender<Event>) {
    loop {
        let mut line = Vec::new();
        match from.by_ref().take(MAX_LINE as u64 + 1).read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) => {}
            Err(e) if e.kind() == ErrorKind::Interrupted => continue,
            Err(_) => break,
        }
        let is_whole = line.ends_with(b"\n") || line.len() <= MAX_LINE;
        if !is_whole {
            pass_over(&mut from);
        }
        if events.send(Event::Line(is_whole.then_some(line))).is_err() {
            return;
        }
    }
    // Nobody listens any more where the server has ended before.
    let _ = events.send(Event::End);
}

/// Passes over the rest of a line.
fn pass_over(from: &mut impl BufRead) {
    while let Ok(rest) = from.fill_buf() {
        let (n, is_last) = match rest.iter().position(|b| *b == b'\n') {
            Some(at) => (at + 1, true),
            None => (rest.len(), rest.is_empty()),
        };
        from.consume(n);
        if is_last {
            return;
        }
    }
}

/// A call that was asked for.
struct Asked {
    number: u64,
    /// The id of the request.
    id: Value,
    call: Call,
}

/// One conversation.
pub(super) struct Server<'s> {
    language: Language,
    runner: Arc<dyn Runner>,
    events: Sender<Event>,
    /// Sends a line to the client; false where it is gone.
    write: &'s mut dyn FnMut(&str) -> bool,
    is_initialized: bool,
    has_roots: bool,
    roots: Roots,
    /// The number of the last question about roots, and whether its answer is waited for.
    roots_asked: (u64, bool),
    waiting: VecDeque<Asked>,
    running: BTreeMap<u64, Value>,
    last: u64,
}

impl<'s> Server<'s> {
    pub(super) fn new(language: Language, runner: Arc<dyn Runner>, events: Sender<Event>, write: &'s mut dyn FnMut(&str) -> bool) -> Self {
        Server {
            language,
            runner,
            events,
            write,
            is_initialized: false,
            has_roots: false,
            roots: Roots::default(),
            roots_asked: (0, false),
            waiting: VecDeque::new(),
            running: BTreeMap::new(),
            last: 0,
        }
    }

    /// Answers until the client has left and everything it asked for is answered.
    pub(super) fn serve(mut self, inbox: &Receiver<Event>) {
        let mut has_ended = false;
        while let Ok(event) = inbox.recv() {
            let is_heard = match event {
                Event::Line(Some(line)) => self.message(&line),
                Event::Line(None) => self.refuse(&Value::Null, INVALID_REQUEST, &format!("a message has at most {MAX_LINE} bytes")),
                Event::Done(number, result) => match self.running.remove(&number) {
                    Some(id) => self.answer(&id, &result),
                    None => true,
                },
                Event::End => {
                    has_ended = true;
                    // Roots that nobody will name any more are not waited for.
                    self.roots_asked.1 = false;
                    true
                }
            };
            if !is_heard {
                self.running.keys().for_each(|number| self.runner.stop(*number));
                return;
            }
            self.start();
            if has_ended && self.running.is_empty() && self.waiting.is_empty() {
                return;
            }
        }
    }

    /// Starts what may run now.
    fn start(&mut self) {
        while self.running.len() < MAX_RUNNING {
            let may_run = |asked: &Asked| asked.call.file.is_none() || !self.roots_asked.1;
            let Some(at) = self.waiting.iter().position(may_run) else { return };
            let Some(Asked { number, id, call }) = self.waiting.remove(at) else { return };
            let (runner, events, roots) = (Arc::clone(&self.runner), self.events.clone(), self.roots.clone());
            self.running.insert(number, id);
            std::thread::spawn(move || {
                let result = runner.run(number, &call, &roots);
                // The loop may have ended meanwhile.
                let _ = events.send(Event::Done(number, result));
            });
        }
    }

    fn send(&mut self, message: &Value) -> bool {
        (self.write)(&format!("{message}\n"))
    }

    fn answer(&mut self, id: &Value, result: &Value) -> bool {
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }))
    }

    fn refuse(&mut self, id: &Value, code: i32, message: &str) -> bool {
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } }))
    }

    /// Takes one message; false where the client is gone.
    fn message(&mut self, line: &[u8]) -> bool {
        if line.iter().all(u8::is_ascii_whitespace) {
            return true;
        }
        let message: Map<String, Value> = match serde_json::from_slice(line) {
            Ok(Value::Object(message)) => message,
            Ok(_) => return self.refuse(&Value::Null, INVALID_REQUEST, "a message is one JSON object"),
            Err(why) => return self.refuse(&Value::Null, PARSE_ERROR, &format!("this is no JSON: {why}")),
        };
        let id = message.get("id").cloned();
        let is_id = |id: &Value| id.is_string() || id.is_i64() || id.is_u64();
        let Some(method) = message.get("method").and_then(Value::as_str) else {
            if message.contains_key("result") || message.contains_key("error") {
                return self.answered(&message);
            }
            return self.refuse(&id.filter(is_id).unwrap_or(Value::Null), INVALID_REQUEST, "a message has a method");
        };
        let empty = Value::Object(Map::new());
        let params = message.get("params").unwrap_or(&empty);
        match id {
            None => self.notified(method, params),
            Some(id) if is_id(&id) => self.requested(id, method, params),
            Some(_) => self.refuse(&Value::Null, INVALID_REQUEST, "the id of a request is a text or a whole number"),
        }
    }

    fn requested(&mut self, id: Value, method: &str, params: &Value) -> bool {
        match method {
            "ping" => self.answer(&id, &json!({})),
            "initialize" => self.initialize(&id, params),
            _ if !self.is_initialized => self.refuse(&id, INVALID_REQUEST, "the first request is `initialize`"),
            "tools/list" => {
                let tools: Vec<Value> = TOOLS.iter().map(|t| t.json(self.language)).collect();
                self.answer(&id, &json!({ "tools": tools }))
            }
            "tools/call" => self.call(id, params),
            _ => self.refuse(&id, METHOD_NOT_FOUND, &format!("there is no method `{method}`")),
        }
    }

    fn initialize(&mut self, id: &Value, params: &Value) -> bool {
        let asked = params["protocolVersion"].as_str().unwrap_or_default();
        let version = VERSIONS.iter().find(|v| **v == asked).unwrap_or(&VERSIONS[0]);
        self.is_initialized = true;
        self.has_roots = params["capabilities"]["roots"].is_object();
        let instructions = match self.language {
            Language::En => {
                "filingc checks ICP filings of mainland China against the rules of every province before they are submitted. Its answers cite the rule, the source and the day. A verdict reaches as far as `reach` says: tell what was not looked up and what was not stated together with it. Ask the user for what is missing; invent no fact, no number and no date."
            }
            Language::Zh => {
                "filingc 在提交之前按各省规则检查中国大陆的 ICP 备案。答案注明规则、来源和日期。结论只在 `reach` 所述范围内成立：转述结论时应一并说明哪些尚未查询、哪些没有填写。缺少的信息请向用户询问，切勿编造事实、号码和日期。"
            }
        };
        self.answer(
            id,
            &json!({
                "protocolVersion": version,
                "capabilities": { "tools": { "listChanged": false } },
                "serverInfo": { "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") },
                "instructions": instructions,
            }),
        )
    }

    fn call(&mut self, id: Value, params: &Value) -> bool {
        let Some(name) = params["name"].as_str() else {
            return self.refuse(&id, INVALID_PARAMS, "a call has the name of a tool");
        };
        let Some(tool) = Tool::find(name) else {
            return self.refuse(&id, INVALID_PARAMS, &format!("there is no tool `{name}`"));
        };
        let empty = Map::new();
        let given = match params.get("arguments") {
            None | Some(Value::Null) => &empty,
            Some(Value::Object(given)) => given,
            Some(_) => return self.refuse(&id, INVALID_PARAMS, "the arguments of a call are an object"),
        };
        match tool.call(given, self.language) {
            Ok(call) => {
                self.last += 1;
                self.waiting.push_back(Asked { number: self.last, id, call });
                true
            }
            Err(why) => self.refuse(&id, INVALID_PARAMS, &why),
        }
    }

    fn notified(&mut self, method: &str, params: &Value) -> bool {
        match method {
            "notifications/initialized" | "notifications/roots/list_changed" if self.has_roots => {
                self.last += 1;
                self.roots_asked = (self.last, true);
                self.send(&json!({ "jsonrpc": "2.0", "id": self.last, "method": "roots/list" }))
            }
            "notifications/cancelled" => {
                let id = &params["requestId"];
                self.waiting.retain(|asked| asked.id != *id);
                // What was cancelled is not answered.
                let numbers: Vec<u64> = self.running.iter().filter(|(_, of)| *of == id).map(|(n, _)| *n).collect();
                for number in numbers {
                    self.running.remove(&number);
                    self.runner.stop(number);
                }
                true
            }
            _ => true,
        }
    }

    /// Takes what the client answers: its roots.
    fn answered(&mut self, message: &Map<String, Value>) -> bool {
        if message.get("id").and_then(Value::as_u64) == Some(self.roots_asked.0) {
            let list = message.get("result").and_then(|r| r["roots"].as_array()).map_or(&[][..], Vec::as_slice);
            self.roots = Roots::of(list.iter().filter_map(|root| root["uri"].as_str()).filter_map(address::path));
            self.roots_asked.1 = false;
        }
        true
    }
}
