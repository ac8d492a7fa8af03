//! What an assistant may ask: one tool for each question that a command answers. A tool says which call of the program it is.

use crate::diagnostic::Language;
use serde_json::{Map, Value, json};
use std::ffi::OsString;

/// A kind of argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A text; of a filing, of a notice, of a name.
    Text,
    /// A day, YYYY-MM-DD.
    Day,
    /// Yes or no.
    Flag,
    /// A whole number from 1 to 20.
    Few,
    /// `en` or `zh`.
    Language,
}

/// Where an argument goes in the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goes {
    /// To standard input; the call names `-`.
    Input,
    /// A file below one of the roots that the client named, in place of `Input`.
    File,
    /// As an option with a value.
    Option(&'static str),
    /// As an option with its value after `=`.
    Joined(&'static str),
    /// As an option without one.
    Switch(&'static str),
    /// Alone.
    Alone,
}

/// One argument of a tool.
struct Argument {
    name: &'static str,
    kind: Kind,
    goes: Goes,
    is_required: bool,
    about: (&'static str, &'static str),
}

const fn argument(name: &'static str, kind: Kind, goes: Goes, about: (&'static str, &'static str)) -> Argument {
    Argument { name, kind, goes, is_required: false, about }
}

const MANIFEST: Argument = argument(
    "manifest",
    Kind::Text,
    Goes::Input,
    ("The filing as TOML or JSON. Give either this or `path`.", "备案清单的内容，TOML 或 JSON。与 `path` 二选一。"),
);
const PATH: Argument = argument(
    "path",
    Kind::Text,
    Goes::File,
    (
        "A file with the filing, below one of the roots of the client. Documents that it names are looked at beside it.",
        "备案清单文件，须位于客户端声明的根目录之内。清单提到的材料文件在其所在文件夹中查看。",
    ),
);
const REGION: Argument = argument(
    "region",
    Kind::Text,
    Goes::Option("--region"),
    ("Region where the filing states none, such as `zj`.", "清单未写明地区时所用的地区，如 `zj`。"),
);
const ON: Argument = argument(
    "on",
    Kind::Day,
    Goes::Option("--on"),
    ("The day asked about, YYYY-MM-DD; today in China where it is left out.", "所问的日期，格式为 YYYY-MM-DD；不写则为中国当天。"),
);
const STRICT: Argument = argument(
    "strict",
    Kind::Flag,
    Goes::Switch("--strict"),
    ("Weak sources count like others.", "可信度低或未确认的来源与其他来源同等对待。"),
);
const LOOK_UPS: Argument = argument(
    "require_look_ups",
    Kind::Flag,
    Goes::Switch("--require-look-ups"),
    ("Look-ups that were not made count like facts that are not stated.", "尚未进行的查询视同未填写的信息。"),
);
const SAY: Argument =
    argument("language", Kind::Language, Goes::Option("--lang"), ("Language of the text: `en` or `zh`.", "文字所用的语言：`en` 或 `zh`。"));

/// A tool.
pub(super) struct Tool {
    name: &'static str,
    title: (&'static str, &'static str),
    about: (&'static str, &'static str),
    /// The command of the program.
    command: &'static str,
    /// What is always said in the call.
    always: &'static [&'static str],
    arguments: &'static [Argument],
}

/// All of them.
pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "check",
        title: ("Check a filing", "检查备案清单"),
        about: (
            "Checks an ICP filing against the rules of its region and provider before it is submitted. Gives the verdict (ready, incomplete, rejected or not_required), how far it reaches (look-ups that were not made, facts that were not stated, what is still to come), and each finding with the place in the filing, the rule and its source. What `reach` lists was not checked: say so when telling the verdict.",
            "在提交之前，按所在地区和接入商的规则检查一份 ICP 备案清单。给出结论（ready、incomplete、rejected 或 not_required）、结论的范围（尚未进行的查询、未填写的信息、尚未发生的事），以及每条问题在清单中的位置、所依据的规则及其来源。`reach` 所列内容未经检查，转述结论时应一并说明。",
        ),
        command: "check",
        always: &[],
        arguments: &[MANIFEST, PATH, REGION, ON, STRICT, LOOK_UPS, SAY],
    },
    Tool {
        name: "repair",
        title: ("Mend a refused filing", "给出修改办法"),
        about: (
            "Finds the cheapest mends of a refused filing. Each was checked again before it is told. What has happened and what a register says is never changed.",
            "为不能通过的备案清单寻找改动最小的修改办法，每一种都重新检查过。已经发生的事实和登记信息不会被修改。",
        ),
        command: "check",
        always: &[],
        arguments: &[
            MANIFEST,
            PATH,
            REGION,
            ON,
            STRICT,
            LOOK_UPS,
            argument(
                "n",
                Kind::Few,
                Goes::Joined("--repair"),
                ("How many mends at most; 3 where it is left out.", "最多给出几种修改办法；不写则为 3 种。"),
            ),
            SAY,
        ],
    },
    Tool {
        name: "plan",
        title: ("Plan a filing", "安排备案步骤"),
        about: (
            "Says what to do next with a filing, by when, and who is waited for.",
            "说明一份备案接下来要做什么、何时之前完成、正在等谁。",
        ),
        command: "plan",
        always: &[],
        arguments: &[MANIFEST, PATH, REGION, ON, STRICT, SAY],
    },
    Tool {
        name: "next_question",
        title: ("Ask for what is missing", "询问缺少的信息"),
        about: (
            "Lists what a filing does not state yet, the fact that decides most first, with why it is asked and what an answer looks like. Ask the user; never invent an answer.",
            "列出备案清单尚未填写的信息，影响最大的排在最前，并说明为何要问、答案是什么样子。请向用户询问，切勿编造答案。",
        ),
        command: "fill",
        always: &["--list"],
        arguments: &[MANIFEST, PATH, REGION, ON, LOOK_UPS, SAY],
    },
    Tool {
        name: "explain",
        title: ("Explain a rule", "解释规则"),
        about: (
            "Shows one rule with what each region says of it and its sources, or the page of a diagnostic such as F5005.",
            "说明一条规则、各地区对它的规定及其来源，或某个诊断（如 F5005）的说明页。",
        ),
        command: "explain",
        always: &[],
        arguments: &[
            Argument {
                is_required: true,
                ..argument(
                    "id",
                    Kind::Text,
                    Goes::Alone,
                    ("The id of a rule, such as `cn/dom-not-expired`, or a code.", "规则的标识，如 `cn/dom-not-expired`，或诊断代码。"),
                )
            },
            argument("region", Kind::Text, Goes::Option("--region"), ("Shows the rule as it is in this region.", "按该地区的规定显示。")),
            SAY,
        ],
    },
    Tool {
        name: "rules",
        title: ("Find rules", "查找规则"),
        about: (
            "Lists the rules whose id or title contains a text, with their sources and dates.",
            "列出标识或标题含有某段文字的规则，连同其来源和日期。",
        ),
        command: "rules",
        always: &[],
        arguments: &[
            Argument {
                is_required: true,
                ..argument("text", Kind::Text, Goes::Alone, ("A part of an id or a title.", "标识或标题中的一段文字。"))
            },
            SAY,
        ],
    },
    Tool {
        name: "notice",
        title: ("Read a notice of refusal", "解读退回通知"),
        about: (
            "Says which rules the text of a notice of a returned order is about, with how sure that is, where in the filing to look and what to do.",
            "指出退回通知中的每句话对应哪些规则、把握有多大、应看清单的哪一处、该怎么办。",
        ),
        command: "explain",
        always: &["--notice", "-"],
        arguments: &[
            Argument {
                is_required: true, ..argument("text", Kind::Text, Goes::Input, ("The text of the notice.", "退回通知的文字。"))
            },
            SAY,
        ],
    },
];

/// A call of the program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Call {
    /// The command and what is said to it.
    pub(super) arguments: Vec<OsString>,
    /// What comes through standard input.
    pub(super) input: Option<String>,
    /// A file that must lie below a root; the call names it at its end.
    pub(super) file: Option<String>,
    /// A word that the call ends with.
    word: Option<String>,
}

impl Call {
    /// All arguments, with the file as it was found.
    pub(super) fn with_file(&self, file: Option<OsString>) -> Vec<OsString> {
        let mut all = self.arguments.clone();
        // Whatever the last word begins with, it is no option.
        if let Some(last) = file.or(self.word.clone().map(OsString::from)) {
            all.extend(["--".into(), last]);
        }
        all
    }
}

impl Tool {
    pub(super) fn find(name: &str) -> Option<&'static Tool> {
        TOOLS.iter().find(|t| t.name == name)
    }

    /// As the list of tools shows it.
    pub(super) fn json(&self, language: Language) -> Value {
        let pick = |(en, zh): (&'static str, &'static str)| if language == Language::Zh { zh } else { en };
        let mut properties = Map::new();
        for a in self.arguments {
            let mut schema = match a.kind {
                Kind::Text => json!({ "type": "string" }),
                Kind::Day => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
                Kind::Flag => json!({ "type": "boolean" }),
                Kind::Few => json!({ "type": "integer", "minimum": 1, "maximum": 20 }),
                Kind::Language => json!({ "type": "string", "enum": ["en", "zh"] }),
            };
            schema["description"] = pick(a.about).into();
            properties.insert(a.name.to_owned(), schema);
        }
        let required: Vec<&str> = self.arguments.iter().filter(|a| a.is_required).map(|a| a.name).collect();
        json!({
            "name": self.name,
            "title": pick(self.title),
            "description": pick(self.about),
            "inputSchema": { "type": "object", "properties": properties, "required": required, "additionalProperties": false },
            "annotations": { "title": pick(self.title), "readOnlyHint": true, "openWorldHint": false, "idempotentHint": true },
        })
    }

    /// The call that answers this question.
    ///
    /// # Errors
    /// What is wrong with the arguments.
    pub(super) fn call(&self, given: &Map<String, Value>, language: Language) -> Result<Call, String> {
        let names = || self.arguments.iter().map(|a| format!("`{}`", a.name)).collect::<Vec<_>>().join(", ");
        if let Some(other) = given.keys().find(|k| self.arguments.iter().all(|a| a.name != **k)) {
            return Err(format!("`{}` has no argument `{other}`; it has {}", self.name, names()));
        }
        let mut call = Call { arguments: vec![self.command.into()], ..Call::default() };
        call.arguments.extend(self.always.iter().map(Into::into));
        for a in self.arguments {
            let value = given.get(a.name).filter(|v| !v.is_null());
            let wrong = |expected: &str| Err(format!("`{}` expects {expected}", a.name));
            let text = match (a.kind, value) {
                (_, None) if a.is_required => return Err(format!("`{}` needs `{}`", self.name, a.name)),
                // What is always asked for, whether a number is given or not.
                (Kind::Few, None) => "3".to_owned(),
                (Kind::Language, None) if language == Language::Zh => "zh".to_owned(),
                (Kind::Language, None) => "en".to_owned(),
                (_, None) => continue,
                (Kind::Flag, Some(Value::Bool(false))) => continue,
                (Kind::Flag, Some(Value::Bool(true))) => String::new(),
                (Kind::Flag, Some(_)) => return wrong("true or false"),
                (Kind::Few, Some(v)) => match v.as_u64().filter(|n| (1..=20).contains(n)) {
                    Some(n) => n.to_string(),
                    None => return wrong("a whole number from 1 to 20"),
                },
                (_, Some(Value::String(text))) => text.clone(),
                (_, Some(_)) => return wrong("a text"),
            };
            if a.kind == Kind::Language && !["en", "zh"].contains(&text.as_str()) {
                return wrong("`en` or `zh`");
            }
            if a.kind == Kind::Day && crate::value::parse_date(&text).is_none() {
                return wrong("a day such as 2026-11-23");
            }
            match a.goes {
                Goes::Input => call.input = Some(text),
                Goes::File => call.file = Some(text),
                Goes::Alone => call.word = Some(text),
                Goes::Switch(option) => call.arguments.push(option.into()),
                // Joined, a value that begins with a hyphen is still a value.
                Goes::Option(option) | Goes::Joined(option) => call.arguments.push(format!("{option}={text}").into()),
            }
        }
        let takes_filing = self.arguments.iter().any(|a| a.goes == Goes::File);
        match (&call.input, &call.file) {
            (Some(_), Some(_)) => return Err("give either `manifest` or `path`".to_owned()),
            (None, None) if takes_filing => return Err("give the filing as `manifest`, or a file of it as `path`".to_owned()),
            (Some(_), None) if takes_filing => call.word = Some("-".to_owned()),
            _ => {}
        }
        Ok(call)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(tool: &str, given: Value) -> Result<Vec<String>, String> {
        let tool = Tool::find(tool).unwrap_or_else(|| panic!("{tool} is a tool"));
        let call = tool.call(given.as_object().unwrap_or_else(|| panic!("{given} is an object")), Language::En)?;
        Ok(call.with_file(None).into_iter().map(|a| a.to_string_lossy().into_owned()).collect())
    }

    #[test]
    fn what_is_asked_becomes_a_call_in_which_no_value_is_an_option() {
        let asked = json!({ "manifest": "x", "region": "--rules=y", "strict": true, "require_look_ups": false });
        assert_eq!(call("check", asked).unwrap(), ["check", "--region=--rules=y", "--strict", "--lang=en", "--", "-"]);
        assert_eq!(call("explain", json!({ "id": "--rules" })).unwrap(), ["explain", "--lang=en", "--", "--rules"]);
        assert_eq!(call("repair", json!({ "manifest": "x" })).unwrap(), ["check", "--repair=3", "--lang=en", "--", "-"]);
        assert_eq!(call("notice", json!({ "text": "x", "language": "zh" })).unwrap(), ["explain", "--notice", "-", "--lang=zh"]);
    }

    #[test]
    fn wrong_arguments_are_named() {
        for (tool, given, told) in [
            ("check", json!({ "manifest": "x", "path": "y" }), "give either"),
            ("check", json!({}), "give the filing as `manifest`"),
            ("check", json!({ "manifest": "x", "regoin": "x" }), "has no argument `regoin`; it has `manifest`, `path`, `region`"),
            ("check", json!({ "manifest": "x", "on": "tomorrow" }), "`on` expects a day"),
            ("check", json!({ "manifest": "x", "strict": "yes" }), "`strict` expects true or false"),
            ("repair", json!({ "manifest": "x", "n": 21 }), "from 1 to 20"),
            ("explain", json!({}), "`explain` needs `id`"),
            ("rules", json!({ "text": 7 }), "`text` expects a text"),
        ] {
            let why = call(tool, given.clone()).expect_err("it is refused");
            assert!(why.contains(told), "{tool} {given}: {why}");
        }
    }
}
