//! `filingc mcp`: answers assistants over standard input and output. Each answer is what a call of the program says, word for word: the call is made
//! in a process of its own, so that a filing that breaks it ends that call and nothing else.

mod server;
mod tools;

use super::{Global, load, output};
use crate::diagnostic::{Language, say};
use crate::host::fs;
use crate::source::SourceMap;
use clap::Args;
use serde_json::{Value, json};
use server::{Event, Server};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use tools::Call;

#[derive(Debug, Args)]
pub(super) struct McpArgs {}

/// Most calls that run at once.
const MAX_RUNNING: usize = 4;

/// What makes calls.
trait Runner: Send + Sync {
    /// Makes a call and gives the result of its tool.
    fn run(&self, number: u64, call: &Call, roots: &Roots) -> Value;
    /// Ends a call that nobody waits for any more.
    fn stop(&self, number: u64);
}

/// The folders whose files a client lets be read, without links.
#[derive(Clone, Debug, Default)]
struct Roots(Vec<PathBuf>);

impl Roots {
    fn of(folders: impl Iterator<Item = PathBuf>) -> Self {
        Roots(folders.filter(|f| f.is_absolute() && fs::is_folder(f)).map(|f| fs::real(&f)).collect())
    }

    /// A file below one of them, without links; `None` for everything else, whether it is there or not.
    fn find(&self, name: &str) -> Option<PathBuf> {
        let below = |root: &PathBuf| {
            // Joined with a root, a whole path stays what it is.
            let real = fs::real(&root.join(name));
            (real.starts_with(root) && fs::is_file(&real)).then_some(real)
        };
        self.0.iter().find_map(below)
    }
}

/// Makes calls of this very program.
struct Program {
    path: PathBuf,
    /// What all calls are told: which rules to use.
    always: Vec<OsString>,
    /// An empty folder: a filing that is only a text opens no file.
    nowhere: fs::Scratch,
    running: Mutex<BTreeMap<u64, Vec<Arc<Mutex<Child>>>>>,
    language: Language,
}

/// All that comes through a pipe. One whose other end was stopped gives what came until then.
fn all_of(pipe: Option<impl Read>) -> String {
    let mut bytes = Vec::new();
    let _ = pipe.map(|mut pipe| pipe.read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What a call gave.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

pub(super) fn run(_: &McpArgs, global: &Global) -> u8 {
    let language = global.language();
    // Rules that cannot be used are told now, not with every answer.
    if load::rulebook(global, global.rules.as_deref(), &mut SourceMap::default()).is_none() {
        return 2;
    }
    let program = match Program::new(global) {
        Ok(program) => program,
        Err(failure) => {
            output::problems(global, &[failure.unwritable()], &SourceMap::default(), language);
            return 2;
        }
    };
    let (events, inbox) = mpsc::channel::<Event>();
    let heard = events.clone();
    std::thread::spawn(move || server::listen(std::io::BufReader::new(fs::standard_stream()), &heard));
    Server::new(language, Arc::new(program), events, &mut output::line).serve(&inbox);
    0
}

impl Program {
    fn new(global: &Global) -> Result<Self, fs::Failure> {
        let path = std::env::current_exe().map_err(|e| fs::Failure { name: env!("CARGO_PKG_NAME").to_owned(), why: e.into() })?;
        let mut always: Vec<OsString> = vec!["--isolated".into(), "--color=never".into()];
        if let Some(rules) = &global.rules {
            always.extend(["--rules".into(), fs::absolute(rules)?.into_os_string()]);
        }
        if global.no_cache {
            always.push("--no-cache".into());
        }
        let nowhere = fs::Scratch::new("filingc-mcp")?;
        Ok(Program { path, always, nowhere, running: Mutex::default(), language: global.language() })
    }

    fn running(&self) -> MutexGuard<'_, BTreeMap<u64, Vec<Arc<Mutex<Child>>>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn call(&self, number: u64, arguments: &[OsString], input: Option<&str>, folder: &Path) -> std::io::Result<Ran> {
        let mut command = Command::new(&self.path);
        command.args(arguments).current_dir(folder);
        // Only the call says what is asked.
        ["FILINGC_RULES", "FILINGC_OUTPUT_FORMAT", "FILINGC_LANG"].iter().for_each(|name| {
            command.env_remove(name);
        });
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let child = Arc::new(Mutex::new(child));
        self.running().entry(number).or_default().push(Arc::clone(&child));
        let (out, err) = std::thread::scope(|scope| {
            scope.spawn(move || {
                // A call that is refused reads nothing.
                let _ = stdin.map(|mut stdin| stdin.write_all(input.unwrap_or_default().as_bytes()));
            });
            let err = scope.spawn(|| all_of(stderr));
            let out = all_of(stdout);
            (out, err.join())
        });
        let status = child.lock().unwrap_or_else(PoisonError::into_inner).wait()?;
        let err = err.map_err(|_| std::io::Error::other("the messages of the call were not read"))?;
        Ok(Ran { code: status.code(), out, err })
    }

    fn refused(&self, text: &str) -> Value {
        json!({ "content": [{ "type": "text", "text": text }], "isError": true })
    }
}

impl Runner for Program {
    fn run(&self, number: u64, call: &Call, roots: &Roots) -> Value {
        let file = match call.file.as_deref().map(|name| roots.find(name).ok_or(name)) {
            None => None,
            Some(Ok(file)) => Some(file),
            Some(Err(name)) => {
                let why = say!("no file `{name}` lies below the roots that the client named", "在客户端声明的根目录之内没有文件 `{name}`");
                return self.refused(why.get(self.language));
            }
        };
        let folder = file.as_deref().and_then(Path::parent).unwrap_or(self.nowhere.path()).to_path_buf();
        let own = call.with_file(file.map(PathBuf::into_os_string));
        let with = |format: &str| -> Vec<OsString> {
            // The command comes first, then what holds for all calls.
            let mut all = own[..1].to_vec();
            all.extend(self.always.iter().cloned());
            all.push(format!("--output-format={format}").into());
            all.extend_from_slice(&own[1..]);
            all
        };
        let ran = |format: &str| self.call(number, &with(format), call.input.as_deref(), &folder);
        let both = ran("json").and_then(|document| Ok((document, ran("full")?)));
        self.running().remove(&number);
        match both {
            Ok((document, text)) => result(&document, &text),
            Err(error) => self.refused(say!("the program cannot be started: {error}", "无法启动程序：{error}").get(self.language)),
        }
    }

    fn stop(&self, number: u64) {
        for child in self.running().remove(&number).unwrap_or_default() {
            // One that has ended cannot be stopped any more.
            let _ = child.lock().unwrap_or_else(PoisonError::into_inner).kill();
        }
    }
}

/// What a tool gives: the text for whoever reads, the document for whoever computes.
fn result(document: &Ran, text: &Ran) -> Value {
    let shown: Vec<&str> = [text.out.trim_end(), text.err.trim_end()].into_iter().filter(|t| !t.is_empty()).collect();
    let mut result = json!({
        "content": [{ "type": "text", "text": shown.join("\n\n") }],
        "isError": !matches!(document.code, Some(0 | 1)),
    });
    if let Ok(value @ Value::Object(_)) = serde_json::from_str(&document.out) {
        result["structuredContent"] = value;
    }
    result
}
