//! Values of `regions/data/test-vectors.toml`, and laws that hold for every text.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::value::calendar;

const TODAY: Date = date(2026, 11, 23);

#[derive(Deserialize)]
struct Vectors {
    format: Vec<FormatVectors>,
    registrable: BTreeMap<String, String>,
    workday: Vec<Workday>,
}

#[derive(Deserialize)]
struct FormatVectors {
    id: String,
    fine: Vec<Vector>,
    odd: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    value: String,
    note: String,
    outcome: Option<String>,
}

#[derive(Deserialize)]
struct Workday {
    from: toml::value::Datetime,
    plus: i32,
    result: Option<toml::value::Datetime>,
    missing: Option<i16>,
}

fn vectors() -> Vectors {
    toml::from_str(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../regions/data/test-vectors.toml"))).unwrap()
}

fn scalar_of(id: &str) -> Option<Scalar> {
    Scalar::ALL.iter().copied().find(|s| s.formats().contains(&id))
}

fn outcome(result: &Result<Accepted, Fault>) -> &'static str {
    match result {
        Err(_) => "wrong",
        Ok(a) if !a.suspicious.is_empty() => "suspicious",
        Ok(a) if a.changed => "changed",
        Ok(_) => "fine",
    }
}

fn check_id(id: &str, text: &str) -> Result<Accepted, Fault> {
    check_format(id, text, TODAY).unwrap()
}

// What holds for every answer.
fn check_laws(id: &str, text: &str, result: &Result<Accepted, Fault>) {
    let faults = match result {
        Ok(a) => {
            assert_eq!(a.changed, a.value != text, "{id}: {text:?}");
            let again = check_id(id, &a.value).unwrap();
            assert_eq!((&again.value, again.changed), (&a.value, false), "{id}: {text:?} is not stable");
            assert_eq!(again.suspicious.len(), a.suspicious.len(), "{id}: {text:?}");
            a.suspicious.clone()
        }
        Err(fault) => vec![fault.clone()],
    };
    for fault in faults {
        assert!(text.get(fault.range.clone()).is_some(), "{id}: {text:?} at {:?}", fault.range);
        assert!(fault.candidates.len() <= 3, "{id}: {text:?}");
        for candidate in &fault.candidates {
            assert_eq!(outcome(&check_id(id, candidate)), "fine", "{id}: {text:?} would become {candidate:?}");
        }
        for message in [&fault.message.en, &fault.message.zh] {
            assert!(!message.is_empty() && !message.ends_with(['.', '。']), "{message}");
            assert!(!message.contains(['\n', '\u{200b}']), "{message}");
        }
        assert!(!fault.message.en.starts_with(char::is_uppercase), "{}", fault.message.en);
    }
}

#[test]
fn vectors_have_their_outcome() {
    let vectors = vectors();
    let ids: Vec<&str> = vectors.format.iter().map(|f| f.id.as_str()).collect();
    assert!(ids.iter().all(|id| FORMAT_IDS.contains(id)) && ids.len() == FORMAT_IDS.len());
    for format in &vectors.format {
        for Vector { value, note, .. } in &format.fine {
            let result = check_id(&format.id, value);
            assert!(result.as_ref().is_ok_and(|a| a.suspicious.is_empty()), "{}: {value} ({note}): {result:?}", format.id);
            check_laws(&format.id, value, &result);
        }
        for Vector { value, note, outcome: expected } in &format.odd {
            let result = check_id(&format.id, value);
            assert_eq!(Some(outcome(&result)), expected.as_deref(), "{}: {value} ({note}): {result:?}", format.id);
            check_laws(&format.id, value, &result);
        }
    }
    assert!(check_format("no-such-format", "", TODAY).is_none());
    assert!(FORMAT_IDS.is_sorted());
}

#[test]
fn scalars_agree_with_their_formats() {
    for format in vectors().format {
        let Some(scalar) = scalar_of(&format.id) else { continue };
        let shape = regex_lite::Regex::new(scalar.shape()).unwrap();
        assert!(format.fine.iter().all(|v| shape.is_match(&v.value)), "every text of `{}` has the shape of {scalar:?}", format.id);
        for Vector { value, .. } in &format.fine {
            let accepted = check(scalar, value, TODAY).unwrap();
            assert!(accepted.suspicious.is_empty(), "{value}");
            assert!(!is_normal(scalar, value) || !accepted.changed, "{value}");
        }
        for Vector { value, .. } in &format.odd {
            // The scalars are wider than some formats: an icp_number is of any of three, an ip_address may be private.
            if !is_normal(scalar, value) {
                continue;
            }
            assert!(format.id.starts_with("icp-"), "{}: {value}", format.id);
        }
    }
    for scalar in Scalar::ALL {
        assert_eq!(Scalar::from_name(scalar.name()), Some(*scalar));
        assert_ne!(scalar.title().en, scalar.title().zh);
        assert_eq!(outcome(&check(*scalar, scalar.example(), TODAY)), "fine", "{}", scalar.example());
        assert!(scalar.formats().iter().all(|id| FORMAT_IDS.contains(id)), "{scalar:?}");
    }
    assert_eq!(Scalar::from_name("passport"), None);
}

#[test]
fn registrable_parts() {
    for (domain, expected) in vectors().registrable {
        assert_eq!(registrable(&domain).unwrap_or_default(), expected, "{domain}");
    }
    assert_eq!(suffix("a.b.com.cn").as_deref(), Some("com.cn"));
    assert_eq!(suffix("com.cn").as_deref(), Some("com.cn"));
    assert_eq!(label("a.b.com.cn").as_deref(), Some("b"));
    assert_eq!(label("a.x.github.io").as_deref(), Some("github"));
    assert_eq!(label("com.cn"), None);
    assert_eq!(top_level("a.b.com.cn").as_deref(), Some("cn"));
    assert_eq!(top_level("例子.中国").as_deref(), Some("xn--fiqs8s"));
    assert_eq!(top_level("1.2.3.4"), None);
    assert_eq!(registrable("foo.unknowntld"), None);
    assert_eq!(registrable(""), None);
}

#[test]
fn business_days_of_the_table() {
    let day = |d: toml::value::Datetime| d.date.map(|d| date(d.year as i16, d.month as i8, d.day as i8)).unwrap();
    for row in vectors().workday {
        let (from, expected) = (day(row.from), row.result.map(day).ok_or(row.missing.unwrap_or(0)));
        assert_eq!(calendar::announced().add_business_days(from, row.plus), expected, "{from} + {}", row.plus);
    }
}

#[test]
fn facts_of_identity_numbers() {
    assert_eq!(birth_date("11010519491231002X"), Some(date(1949, 12, 31)));
    assert_eq!(birth_date("110105194912310021"), None);
    assert_eq!(birth_date("长期"), None);
    assert_eq!(sex("110201199912310014"), Some("male"));
    assert_eq!(sex("110103202002290028"), Some("female"));
    assert_eq!(sex("911124198108030024"), Some("female"));
}

#[test]
fn identity_shapes() {
    for masked in [
        "11010519491231002X",
        "11010519491231002x",
        "110105 1949 1231 002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105194912310021",
        "11O105194912310021",
        "1101051949123100211",
        "11010519491231002",
        "810000190001010018",
        "911124198108030024",
        "110105994912310021",
    ] {
        assert!(looks_like_identity(masked), "{masked}");
    }
    for shown in ["91110000000000000E", "515100000000000350", "1101051949123", "例子.中国", "", "京ICP备2021000000号"] {
        assert!(!looks_like_identity(shown), "{shown}");
    }
}

#[test]
fn faults_say_what_and_where() {
    let check = |scalar, text: &str, kind, part: &str, en: &str| {
        let fault = check(scalar, text, TODAY).unwrap_err();
        assert_eq!((fault.kind, &text[fault.range.clone()], fault.message.en.as_str()), (kind, part, en), "{text}");
    };
    use FaultKind::*;
    check(Scalar::ResidentId, " 1102 0119 9912 3100 10", Check, "0", "check character does not match: expected `4`, found `0`");
    check(Scalar::ResidentId, "110201-19990229-0013", Date, "19990229", "`19990229` is not a day of the calendar");
    check(
        Scalar::ResidentId,
        "110201991231001",
        Outdated,
        "110201991231001",
        "the 15-digit form is no longer a valid document, 18 characters expected",
    );
    check(Scalar::CreditCode, "９４1100000000000005", Category, "４", "registering authority `9` has no category `4`");
    check(Scalar::Mobile, "+86 142 0000 0000", Unassigned, "142", "range `142` is not assigned");
    check(Scalar::Landline, "+86 378 2000000", Retired, "378", "area code `0378` (开封) was replaced by 0371");
    check(Scalar::Landline, "（0310）2000-0000", Length, "2000-0000", "7 digits expected after the area code, 8 found");
    check(Scalar::Landline, "008-62000000", Unassigned, "008-6", "area code `0086` is not known");
    check(Scalar::Landline, "95588", Service, "95588", "a service number, not a landline");
    check(Scalar::IcpNumber, "京 ICP备05000000号", Shape, " ", "expected `ICP`, found ` `");
    check(Scalar::IcpNumber, "浙B2-20990000-4", Year, "2099", "year 2099 is in the future");
    check(Scalar::DomainName, "http://a..cn/", Shape, "..", "empty label between dots");
    check(Scalar::DomainName, "例子.一_二.cn", Alphabet, "_", "`_` is not used in this format");
    check(Scalar::Url, "https://www.例子.公司.cn/关于", Alphabet, "关", "`关` is not used in this format");
    check(Scalar::Url, "ftp://example.com", Prefix, "ftp", "expected `http` or `https`, found `ftp`");
    check(Scalar::Url, "example.com:99999/", Shape, ":99999", "port from 1 to 65535 expected, found `99999`");
    check(Scalar::Email, "a@example.com；b@example.com", Shape, "a@example.com；b@example.com", "one address expected, found several");
    check(Scalar::IpAddress, "8.8.8.8/24", Shape, "8.8.8.8/24", "one IPv4 or IPv6 address expected, found `8.8.8.8/24`");
}

#[test]
fn candidates_are_offered() {
    let check = |id: &str, text: &str, expected: &[&str]| {
        let candidates = match check_id(id, text) {
            Ok(a) => a.suspicious.into_iter().next().unwrap().candidates,
            Err(fault) => fault.candidates,
        };
        assert_eq!(candidates, expected, "{text}");
    };
    check("uscc", "91110000O00000000E", &["91110000000000000E"]);
    check("resident-id", "110201199912310０14", &["110201199912310014"]);
    check("mobile", "1３000000000", &["13000000000"]);
    check("icp-entity-number", "川ICP备11000000号", &["蜀ICP备11000000号"]);
    check("icp-entity-number", "京ICP05000000号", &["京ICP备05000000号"]);
    check("icp-entity-number", "京ICP备05000000", &["京ICP备05000000号"]);
    check("icp-entity-number", "京ICP备05000000号 -", &["京ICP备05000000号"]);
    check("icp-service-number", "京ICP备05000000-1", &["京ICP备05000000号-1"]);
    check("icp-service-number", "京ICP备05000000号-01", &["京ICP备05000000号-1"]);
    check("icp-licence-number", "浙B2 20080000", &["浙B2-20080000"]);
    check("icp-licence-number", "ICP证合字B2-20070004号", &["合字B2-20070004"]);
    check("icp-licence-number", "辽B-2-4-20080039", &["辽B2-20080039"]);
    check("public-security-number", "蜀公网安备51010702000000号", &["川公网安备 51010702000000号"]);
    check("public-security-number", "京公网安备 11010102000000", &["京公网安备 11010102000000号"]);
    check("date", "2026-1-1", &["2026-01-01"]);
    check("date", "2026年1月1日", &["2026-01-01"]);
    check("registered-capital", "1,000", &["1000"]);
    check("registered-capital", "100万", &["100"]);
    check("registered-capital", "00100", &["100"]);
    check("public-ip", "8.8.8.8:80", &["8.8.8.8"]);
    check("public-ip", "10.0.0.1:80", &[]);
}

#[test]
fn values_are_normalised() {
    let check = |scalar, text: &str, expected: &str| {
        let accepted = check(scalar, text, TODAY).unwrap();
        assert_eq!((accepted.value.as_str(), accepted.suspicious.is_empty()), (expected, true), "{text}");
    };
    check(Scalar::CreditCode, " 9111 0000-00000000 0e\u{feff}", "91110000000000000E");
    check(Scalar::Mobile, "+86 130-0000-0000", "13000000000");
    check(Scalar::Mobile, "008613000000000", "13000000000");
    check(Scalar::Landline, "+86 755 2000 0000 转 801", "0755-20000000-801");
    check(Scalar::Landline, "075520000000", "0755-20000000");
    check(Scalar::Landline, "010-80000000-12", "010-80000000-12");
    check(Scalar::IcpNumber, "京icp备05000000号－2a", "京ICP备05000000号-2A");
    check(Scalar::PsbNumber, "甘公网安备62010302000000号", "甘公网安备 62010302000000号");
    check(Scalar::DomainName, "HTTPS://WWW.Example.COM.CN:8080/a?b", "www.example.com.cn");
    check(Scalar::DomainName, "例子。政务.cn.", "xn--fsqu00a.xn--zfr164b.cn");
    check(Scalar::DomainName, "a.x.github.io", "a.x.github.io");
    check(Scalar::Url, "www.example.cn", "www.example.cn");
    check(Scalar::Url, "HTTP://WWW.Example.cn/A?b=%E4%BD%A0#c", "http://www.example.cn/A?b=%E4%BD%A0#c");
    check(
        Scalar::Url,
        "https://beian.mps.gov.cn/#/query/webSearch?code=33010602000000",
        "https://beian.mps.gov.cn/#/query/webSearch?code=33010602000000",
    );
    check(Scalar::Url, "http://8.8.8.8:8080/", "http://8.8.8.8:8080/");
    check(Scalar::IpAddress, "2400:3200:0:0::1", "2400:3200::1");
    check(Scalar::IpAddress, "2400:3200::0", "2400:3200::");
    check(Scalar::Email, "Filing@Example.COM", "Filing@example.com");
    check(Scalar::Email, "a@例子.中国", "a@xn--fsqu00a.xn--fiqs8s");
}

#[test]
fn odd_values_pass_with_a_remark() {
    let check = |scalar, text: &str, kind| {
        let accepted = check(scalar, text, TODAY).unwrap();
        assert_eq!(accepted.suspicious.iter().map(|f| f.kind).collect::<Vec<_>>(), [kind], "{text}");
        assert!(!is_normal(scalar, text));
    };
    check(Scalar::IpAddress, "10.0.0.1", FaultKind::Private);
    check(Scalar::IpAddress, "::ffff:10.0.0.1", FaultKind::Private);
    check(Scalar::Url, "http://192.168.1.1/", FaultKind::Private);
    check(Scalar::DomainName, "аpple.com", FaultKind::Homograph);
    check(Scalar::Mobile, "14100000000", FaultKind::Unassigned);
    check(Scalar::Mobile, "17410000000", FaultKind::Unassigned);
    check(Scalar::Landline, "0978-2000000", FaultKind::Unassigned);
    check(Scalar::IcpNumber, "京ICP备21000000号-1", FaultKind::Year);
}

#[test]
fn public_addresses() {
    for (ip, expected) in
        [("8.8.8.8", Some(true)), ("10.1.2.3", Some(false)), ("2001:db8::1", Some(false)), ("2400:3200::1", Some(true)), ("x", None)]
    {
        assert_eq!(is_public_ip(ip), expected, "{ip}");
    }
    for ip in [
        "100.127.255.255",
        "198.19.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "0.0.0.0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::1",
    ] {
        assert_eq!(is_public_ip(ip), Some(false), "{ip}");
    }
}

#[test]
fn every_single_error_is_caught() {
    let digits_and_letters: Vec<char> = ('0'..='9').chain('A'..='Z').collect();
    for (id, values) in [
        ("resident-id", ["110201199912310014", "11010519491231002X", "659001190001019 99X"]),
        ("hmt-residence-permit", ["810000190001010018", "820000190001010028", "810000190402299991"]),
        ("foreigner-permanent-id-2023", ["911124198108030024", "932682198501010017", "96503619000101002X"]),
        ("uscc", ["91110000000000000E", "515100000000000350", "91100000MA00000073"]),
        ("business-registration-number", ["110108000000016", "440300600000000", "650100000000005"]),
    ] {
        for value in values {
            let value: Vec<char> = value.chars().filter(|c| *c != ' ').collect();
            assert_eq!(outcome(&check_id(id, &value.iter().collect::<String>())), "fine");
            for at in 0..value.len() {
                for other in digits_and_letters.iter().filter(|c| **c != value[at]) {
                    let mut slip = value.clone();
                    slip[at] = *other;
                    let slip: String = slip.iter().collect();
                    let result = check_id(id, &slip);
                    assert_eq!(outcome(&result), "wrong", "{id}: {slip}");
                    check_laws(id, &slip, &result);
                }
            }
        }
    }
}

#[test]
fn swapped_neighbours_are_caught() {
    for (id, value) in [("resident-id", "110201199912310014"), ("uscc", "91100000MA00000073")] {
        for at in 0..value.len() - 1 {
            let mut slip = value.as_bytes().to_vec();
            slip.swap(at, at + 1);
            let slip = String::from_utf8(slip).unwrap();
            assert!(slip == value || check_id(id, &slip).is_err(), "{slip}");
        }
    }
}

fn check_everything(text: &str) {
    for id in FORMAT_IDS {
        check_laws(id, text, &check_id(id, text));
    }
    for scalar in Scalar::ALL {
        let result = check(*scalar, text, TODAY);
        if is_normal(*scalar, text) {
            for today in [TODAY, date(2021, 1, 1), date(2099, 1, 1)] {
                assert_eq!(outcome(&check(*scalar, text, today)), "fine", "{scalar:?}: {text:?}");
            }
        }
        for fault in result.as_ref().map_or_else(std::slice::from_ref, |a| &a.suspicious) {
            assert!(text.get(fault.range.clone()).is_some(), "{scalar:?}: {text:?} at {:?}", fault.range);
        }
        if let Ok(a) = result {
            let again = check(*scalar, &a.value, TODAY).unwrap();
            assert!(!again.changed && again.suspicious.len() == a.suspicious.len(), "{scalar:?}: {text:?}");
        }
    }
    let _ = (birth_date(text), sex(text), registrable(text), suffix(text), label(text), top_level(text), is_public_ip(text));
    let _ = looks_like_identity(text);
}

// A vector with some characters replaced, dropped or added.
fn mangled() -> impl Strategy<Value = String> {
    let values: Vec<String> = vectors().format.into_iter().flat_map(|f| f.fine.into_iter().chain(f.odd)).map(|v| v.value).collect();
    let edit = (any::<prop::sample::Index>(), "[ -~０-９Ａ-ｚ（）：／．。－—京川蜀备号证合字转中国é\u{200b}]?", any::<bool>());
    (prop::sample::select(values), prop::collection::vec(edit, 0..4)).prop_map(|(value, edits)| {
        let mut text: Vec<char> = value.chars().collect();
        for (at, with, replaces) in edits {
            let at = at.index(text.len() + 1);
            let end = (at + usize::from(replaces)).min(text.len());
            text.splice(at..end, with.chars());
        }
        text.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(text in "\\PC{0,40}") {
        check_everything(&text);
    }

    #[test]
    fn any_character_is_answered(text in prop::collection::vec(any::<char>(), 0..30)) {
        check_everything(&text.into_iter().collect::<String>());
    }

    #[test]
    fn digits_are_answered(text in "[0-9A-Z]{0,20}|[0-9０-９Xx京备号 -]{0,24}|\\+?(86)?[0-9 ()-]{6,30}") {
        check_everything(&text);
    }

    #[test]
    fn names_are_answered(text in "(https?://)?[a-zA-Z0-9例子._-]{0,12}\\.(com|cn|中国|x)(:[0-9]{0,6})?[/?#%a-f0-9关]{0,8}") {
        check_everything(&text);
    }

    #[test]
    fn mangled_values_are_answered(text in mangled()) {
        check_everything(&text);
    }
}
