//! What registers returned, joined into filings: `--records`.

use crate::support::example;
use crate::volume::{folder, lines, run, write};
use serde_json::{Value, json};

const ON: &[&str] = &["--on", "2026-11-23", "--output-format", "jsonl"];

fn check(folder: &std::path::Path, more: &[&str]) -> (Value, i32) {
    let arguments: Vec<&str> = ["check"].iter().chain(more).chain(ON).copied().collect();
    let ran = run(folder, &arguments);
    let mut found = lines(&ran.out);
    assert_eq!(found.len(), 1, "{}{}", ran.out, ran.err);
    (found.remove(0), ran.code)
}

/// An example without what registers tell of its domain, and the records that tell it.
fn without_look_ups() -> (Value, Value, Vec<Value>) {
    let whole = example("c01-company-complete.toml");
    let mut bare = whole.clone();
    let domain = bare["domain"][0].as_object_mut().expect("the example has a domain");
    for field in ["holder", "registrar", "expires_on", "real_name_verified_on"] {
        domain.remove(field).expect("the example states it");
    }
    let rdap = json!({
        "objectClassName": "domain",
        "ldhName": "LANSHAN-TEA-DEMO.CN",
        "events": [
            {"eventAction": "registration", "eventDate": "2026-05-01T00:00:00Z"},
            {"eventAction": "expiration", "eventDate": "2028-04-30T18:00:00Z"},
        ],
        "entities": [
            {"roles": ["technical"], "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "someone else"]]]},
            {"roles": ["registrant"], "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "杭州岚山茶业有限公司"]]]},
            {"roles": ["billing", "registrar"], "vcardArray": ["vcard", [["fn", {}, "text", "approved"]]]},
        ],
    });
    let console = json!({"domain": "lanshan-tea-demo.cn", "domain.real_name_verified_on": "2026-10-30"});
    (whole, bare, vec![rdap, console])
}

fn text(list: &[Value]) -> String {
    list.iter().map(|v| format!("{v}\n")).collect()
}

#[test]
fn records_tell_what_a_manifest_could_state() {
    let folder = folder("records_tell");
    let (whole, bare, records) = without_look_ups();
    write(&folder, "whole.json", whole.to_string());
    write(&folder, "bare.json", bare.to_string());
    write(&folder, "records.jsonl", text(&records));
    let (stated, _) = check(&folder, &["whole.json"]);
    let (alone, _) = check(&folder, &["bare.json"]);
    let (joined, code) = check(&folder, &["bare.json", "--records", "records.jsonl"]);
    assert_eq!((&joined["verdict"], code), (&json!("ready"), 0));
    assert_eq!(joined["findings"], stated["findings"], "a fact counts the same wherever it was told");
    assert_ne!(alone["reach"]["look_ups"], stated["reach"]["look_ups"]);
    assert_eq!(joined["reach"]["look_ups"], stated["reach"]["look_ups"]);
    assert_eq!(joined["reach"]["from_records"], 4);
    assert!(stated["reach"].get("from_records").is_none());

    let (full, _) = check(&folder, &["bare.json", "--records", "records.jsonl", "--details"]);
    let told = full["details"]["reach"]["from_records"].as_array().expect("a list").clone();
    let mut told: Vec<(&str, &str, &str)> = told
        .iter()
        .map(|t| (t["path"].as_str().unwrap_or(""), t["record"].as_str().unwrap_or(""), t["field"].as_str().unwrap_or("")))
        .collect();
    told.sort_unstable();
    let of = |field: &str| format!("domain[\"lanshan-tea-demo.cn\"].{field}");
    let (expires, holder, verified, registrar) = (of("expires_on"), of("holder"), of("real_name_verified_on"), of("registrar"));
    assert_eq!(
        told,
        [
            (expires.as_str(), "records.jsonl:1", "events[eventAction=expiration].eventDate"),
            (holder.as_str(), "records.jsonl:1", "entities[roles=registrant].vcardArray.1[0=fn].3"),
            (verified.as_str(), "records.jsonl:2", "domain.real_name_verified_on"),
            (registrar.as_str(), "records.jsonl:1", "entities[roles=registrar].vcardArray.1[0=fn].3"),
        ]
    );
    let page = run(&folder, &["check", "bare.json", "--records", "records.jsonl", "--on", "2026-11-23"]);
    assert!(page.out.contains("reach: 4 facts come from records (domain["), "{}", page.out);
    let page = run(&folder, &["check", "bare.json", "--records", "records.jsonl", "--on", "2026-11-23", "--lang", "zh"]);
    assert!(page.out.contains("范围：4 项信息取自查询记录（domain["), "{}", page.out);
}

#[test]
fn a_finding_about_what_a_record_told_points_at_it() {
    let folder = folder("records_point");
    let (_, bare, mut records) = without_look_ups();
    records[0]["events"][1]["eventDate"] = json!("2026-12-01T00:00:00Z");
    write(&folder, "bare.json", bare.to_string());
    write(&folder, "records.jsonl", text(&records));
    let (line, code) = check(&folder, &["bare.json", "--records", "records.jsonl"]);
    assert_eq!((&line["verdict"], code), (&json!("rejected"), 1));
    let path = "domain[\"lanshan-tea-demo.cn\"].expires_on";
    let found = line["findings"].as_array().expect("a list").iter().find(|f| f["path"] == path);
    assert!(found.is_some_and(|f| f["weight"] == "error"), "{line}");
    let page = run(&folder, &["check", "bare.json", "--records", "records.jsonl", "--on", "2026-11-23"]);
    assert!(page.out.contains("records.jsonl:1:"), "{}", page.out);
}

#[test]
fn tables_and_lines_of_records_tell_the_same() {
    let folder = folder("records_table");
    let (_, bare, records) = without_look_ups();
    write(&folder, "bare.json", bare.to_string());
    write(&folder, "records.jsonl", text(&records));
    let head = "域名,域名所有者,registrar,expires_on,domain.real_name_verified_on,备注";
    write(
        &folder,
        "records.csv",
        format!("{head}\nlanshan-tea-demo.cn,杭州岚山茶业有限公司,approved,2028-05-01,2026-10-30,x\nother.cn,,,,,\n"),
    );
    let (by_line, _) = check(&folder, &["bare.json", "--records", "records.jsonl"]);
    let (by_row, _) = check(&folder, &["bare.json", "--records", "records.csv"]);
    assert_eq!(by_line, by_row);
    // A stream of filings, on several threads.
    write(&folder, "orders.jsonl", text(&vec![bare; 300]));
    let ran = run(
        &folder,
        &["check", "orders.jsonl", "--records", "records.csv", "--jobs", "2", "--on", "2026-11-23", "--output-format", "jsonl"],
    );
    let all = lines(&ran.out);
    assert_eq!(all.len(), 300);
    assert!(all.iter().all(|l| l["findings"] == by_row["findings"] && l["reach"] == by_row["reach"]));
}

#[test]
fn what_is_stated_stays_and_both_are_told() {
    let folder = folder("records_differ");
    let (whole, _, mut records) = without_look_ups();
    write(&folder, "whole.json", whole.to_string());
    write(&folder, "same.jsonl", text(&records));
    let (line, _) = check(&folder, &["whole.json", "--records", "same.jsonl"]);
    assert_eq!((&line["verdict"], line["reach"].get("from_records")), (&json!("ready"), None), "what agrees is not told");
    records[0]["entities"][1]["vcardArray"][1][1][3] = json!("示例科技（杭州）有限公司");
    write(&folder, "other.jsonl", text(&records));
    let (line, code) = check(&folder, &["whole.json", "--records", "other.jsonl"]);
    assert_eq!((&line["verdict"], code), (&json!("rejected"), 1));
    let found: Vec<&Value> = line["findings"].as_array().expect("a list").iter().filter(|f| f["weight"] == "error").collect();
    assert_eq!(found.len(), 1, "{line}");
    assert_eq!(
        *found[0],
        json!({
            "rule": "F5032",
            "weight": "error",
            "path": "domain[\"lanshan-tea-demo.cn\"].holder",
            "message": "`domain[\"lanshan-tea-demo.cn\"].holder` is stated as `杭州岚山茶业有限公司`, and the look-up says `示例科技（杭州）有限公司`",
        })
    );
}

#[test]
fn private_values_of_records_are_masked() {
    let folder = folder("records_private");
    let mut filing = example("c01-company-complete.toml");
    filing["records"]["entity_certificate_number"] = json!("91330106MA0EXAMP12");
    write(&folder, "filing.json", filing.to_string());
    write(
        &folder,
        "records.jsonl",
        text(&[json!({"creditCode": "91330106ma0examp12", "records.entity_certificate_number": "110201199912310014"})]),
    );
    let ran = run(&folder, &["check", "filing.json", "--records", "records.jsonl", "--on", "2026-11-23"]);
    assert!(ran.out.contains("F5032") && ran.code == 1, "{}", ran.out);
    assert!(!ran.out.contains("110201199912310014"), "{}", ran.out);
}

#[test]
fn of_two_records_that_differ_none_is_used() {
    let folder = folder("records_two");
    let (_, bare, mut records) = without_look_ups();
    records.push(json!({"domain": "lanshan-tea-demo.cn", "holder": "示例科技（杭州）有限公司"}));
    records.push(json!({"domain": "lanshan-tea-demo.cn", "holder": "杭州岚山茶业有限公司"}));
    write(&folder, "bare.json", bare.to_string());
    write(&folder, "records.jsonl", text(&records));
    let (line, _) = check(&folder, &["bare.json", "--records", "records.jsonl"]);
    let found: Vec<&Value> = line["findings"].as_array().expect("a list").iter().filter(|f| f["rule"] == "F5032").collect();
    assert!(found.len() == 1 && found[0]["weight"] == "warning", "{line}");
    let message = found[0]["message"].as_str().unwrap_or("");
    assert!(message.contains("杭州岚山茶业有限公司") && message.contains("示例科技（杭州）有限公司"), "{message}");
    assert_eq!(line["reach"]["from_records"], 3, "the holder is open again");
}

#[test]
fn a_record_about_somebody_else_tells_nothing_of_the_entity() {
    let folder = folder("records_other");
    let mut filing = example("c01-company-complete.toml");
    filing["records"].as_object_mut().expect("a table").retain(|k, _| k != "entity_filed" && k != "service_filed");
    write(&folder, "filing.json", filing.to_string());
    let record = |name: &str| {
        text(&[json!({
            "domain": "lanshan-tea-demo.cn", "unitName": name, "natureName": "企业",
            "mainLicence": "浙ICP备2024000001号", "serviceLicence": "浙ICP备2024000001号-1",
        })])
    };
    write(&folder, "other.jsonl", record("示例科技（杭州）有限公司"));
    write(&folder, "own.jsonl", record("杭州岚山茶业有限公司"));
    let told = |records: &str| -> Vec<String> {
        let (line, _) = check(&folder, &["filing.json", "--records", records, "--details"]);
        let list = line["details"]["reach"]["from_records"].as_array().cloned().unwrap_or_default();
        list.iter().filter_map(|t| t["path"].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(told("other.jsonl"), ["records.service_entity", "records.service_filed"]);
    let all = ["filing.number", "records.entity_filed", "records.entity_name", "records.entity_nature"];
    let own: std::collections::BTreeSet<String> = told("own.jsonl").into_iter().collect();
    assert!(all.iter().chain(&["records.service_entity", "records.service_filed"]).all(|p| own.contains(*p)), "{own:?}");
    let (line, code) = check(&folder, &["filing.json", "--records", "other.jsonl"]);
    assert_eq!(code, 1);
    assert!(line["findings"].as_array().expect("a list").iter().any(|f| f["path"] == "records.service_entity"), "{line}");
}

#[test]
fn a_value_of_a_record_that_tells_nothing_is_no_fault_of_the_filing() {
    let folder = folder("records_bad_value");
    let (_, bare, mut records) = without_look_ups();
    records[0]["events"][1]["eventDate"] = json!("soon");
    write(&folder, "bare.json", bare.to_string());
    write(&folder, "records.jsonl", text(&records));
    let (line, _) = check(&folder, &["bare.json", "--records", "records.jsonl"]);
    let bad = line["findings"].as_array().expect("a list").iter().find(|f| f["rule"].as_str().is_some_and(|r| r.starts_with("F5")));
    assert_eq!(bad.map(|f| &f["weight"]), Some(&json!("warning")), "{line}");
    assert_eq!((&line["verdict"], &line["reach"]["from_records"]), (&json!("incomplete"), &json!(3)), "as if it was not looked up");
}

#[test]
fn records_that_cannot_be_used_end_the_call() {
    let folder = folder("records_broken");
    write(&folder, "filing.json", example("c01-company-complete.toml").to_string());
    for (name, content, code) in [
        ("broken.jsonl", "{\"domain\": \"a.cn\"}\n{\"domain\": \n".as_bytes(), "F5002"),
        ("nothing.jsonl", b"{\"site\": \"a.cn\"}\n", "F5031"),
        ("nothing.csv", b"site,holder\na.cn,x\n", "F5031"),
        ("binary.jsonl", b"{\"domain\": \"\xff\xfe\"}\n", "F5012"),
        ("quote.csv", b"domain,holder\na.cn,\"x\n", "F5029"),
        ("one.json", b"[1, 2]", "F5031"),
    ] {
        write(&folder, name, content);
        let ran = run(&folder, &["check", "filing.json", "--records", name, "-o", "out.json", "--output-format", "json"]);
        assert_eq!(ran.code, 2, "{name}: {}", ran.err);
        assert!(ran.err.contains(code) && ran.err.contains(name), "{name}: {}", ran.err);
    }
    let ran = run(&folder, &["check", "filing.json", "--records", "absent.jsonl"]);
    assert!(ran.code == 2 && ran.err.contains("F5013"), "{}", ran.err);
    let ran = run(&folder, &["check", "filing.json", "--records", "one.json", "--repair"]);
    assert_eq!(ran.code, 2);
}

#[test]
fn rules_may_bring_a_list_of_their_own() {
    let folder = folder("records_own_list");
    std::fs::create_dir_all(folder.join("rules")).expect("the folder is made");
    write(&folder, "rules/own.filing", "manifest {\n  site: text\n  owner: text? from register\n}\n");
    let list = "[[join]]\nkey = \"site\"\nnamed = [\"host\"]\n\n[join.facts]\n\"owner\" = [\"who.name\"]\n";
    write(&folder, "rules/look-ups.toml", list);
    write(&folder, "filing.toml", "site = \"a.cn\"\nowner = \"x\"\n");
    write(&folder, "records.jsonl", "{\"host\": \"A.cn\", \"who\": {\"name\": \"y\"}}\n");
    let (line, _) = check(&folder, &["filing.toml", "--rules", "rules", "--records", "records.jsonl"]);
    assert!(line["findings"].as_array().expect("a list").iter().any(|f| f["rule"] == "F5032" && f["path"] == "owner"), "{line}");
    for (list, why) in [
        (list.replace("\"owner\"", "\"site\""), "`site` is no fact that a look-up tells"),
        (list.replace("\"owner\"", "\"nobody\""), "`nobody` is no fact that a look-up tells"),
        (list.replace("who.name", "who[name"), "`who[name` is no way into a record"),
        (list.replace("named", "names"), "names"),
    ] {
        write(&folder, "rules/look-ups.toml", &list);
        let ran = run(&folder, &["check", "filing.toml", "--rules", "rules", "--records", "records.jsonl"]);
        assert!(ran.code == 2 && ran.err.contains(why) && ran.err.contains("F7001"), "{why}: {}", ran.err);
    }
}

#[test]
fn the_bundled_list_fits_the_bundled_vocabulary() {
    let list = filingc::manifest::LookUps::parse(filingc::regions::LOOK_UPS).expect("the list is read");
    let book = filingc::Rulebook::bundled(filingc::regions::bundle().expect("the rules are bundled")).expect("they are whole");
    assert_eq!(list.unknown(book.schema()), [""; 0]);
}

#[test]
fn a_plan_knows_what_records_told() {
    let folder = folder("records_plan");
    let (whole, bare, records) = without_look_ups();
    write(&folder, "order.json", whole.to_string());
    let stated = run(&folder, &["plan", "order.json", "--on", "2026-11-23"]);
    write(&folder, "order.json", bare.to_string());
    write(&folder, "records.jsonl", text(&records));
    let joined = run(&folder, &["plan", "order.json", "--records", "records.jsonl", "--on", "2026-11-23"]);
    assert_eq!((joined.out, joined.code), (stated.out, stated.code));
}
