//! Plans: what is done, what comes next, who acts, how long it takes.

use crate::support::{files, root};
use filingc::plan::{Bound, Moment, Plan, Range, State, Step};
use filingc::{Diagnostics, Options, Rulebook, SourceKind, SourceMap, manifest, plan, regions};
use jiff::civil::{Date, DateTime};

/// The text of an example.
pub fn example(name: &str) -> String {
    let found = files(&root().join("examples"), &["toml"]).into_iter().find(|p| p.to_string_lossy().contains(&format!("/{name}-")));
    std::fs::read_to_string(found.expect("the example exists")).expect("the example is readable")
}

/// A manifest with lines put first in a table, which is added where it is missing; a key that is already there is replaced.
pub fn with(text: &str, table: &str, lines: &[&str]) -> String {
    let header = format!("[{table}]");
    let keys: Vec<&str> = lines.iter().filter_map(|l| l.split(" = ").next()).collect();
    let mut out = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with('[') {
            inside = line == header || line == format!("[[{table}]]");
        } else if inside && keys.iter().any(|k| line.starts_with(&format!("{k} = "))) {
            continue;
        }
        out.push(line.to_owned());
        if inside && line.starts_with('[') {
            out.extend(lines.iter().map(|l| (*l).to_owned()));
        }
    }
    if !out.iter().any(|l| *l == header || *l == format!("[[{table}]]")) {
        out.push(header);
        out.extend(lines.iter().map(|l| (*l).to_owned()));
    }
    out.join("\n")
}

/// The plan of a manifest at a day or moment.
pub fn plan_at(text: &str, on: &str) -> Plan {
    let book = Rulebook::bundled(regions::bundle().expect("rules are bundled")).expect("bundled rules are readable");
    plan_with(&book, text, on)
}

fn plan_with(book: &Rulebook, text: &str, on: &str) -> Plan {
    let at: Option<DateTime> = on.contains('T').then(|| on.parse().expect("a moment"));
    let day: Date = at.map_or_else(|| on.parse().expect("a day"), |t| t.date());
    let mut sources = SourceMap::default();
    regions::add_sources(&mut sources);
    let id = sources.add("filing.toml", text.to_owned(), SourceKind::Manifest);
    let mut problems = Diagnostics::new();
    let document = manifest::read(&sources, id, manifest::Format::Toml, &book.index.schema, day, &mut problems);
    let options = Options { region: None, on: Some(day), today: day, strict: false, require_look_ups: false, detailed: false };
    let (plan, checked) = plan::plan(book, &sources, "filing.toml", document, problems, &options, Moment { day, at });
    plan.unwrap_or_else(|| panic!("{:?}\n{text}", checked.diagnostics))
}

pub fn step<'p>(plan: &'p Plan, id: &str) -> &'p Step {
    plan.steps.iter().find(|s| s.id == id).unwrap_or_else(|| panic!("{id} is part of the path: {:?}", ids(plan)))
}

pub fn ids(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|s| s.id.as_str()).collect()
}

fn in_state(plan: &Plan, state: State) -> Vec<&str> {
    plan.in_state(state).map(|i| plan.steps[i].id.as_str()).collect()
}

pub fn days(range: &Range) -> String {
    let day = |b: Bound| b.day().map_or("?".to_owned(), |d| d.to_string());
    format!("{} .. {}", day(range.earliest), day(range.latest))
}

#[test]
fn a_complete_filing_goes_on_with_the_face_check() {
    let plan = plan_at(&example("c01"), "2026-03-02");
    assert_eq!(in_state(&plan, State::Now), ["s11-identity-check"]);
    assert_eq!(step(&plan, "s11-identity-check").who[0].names, ["钱示例"]);
    assert_eq!(step(&plan, "s12-submit").after.iter().map(|i| plan.steps[*i].id.as_str()).collect::<Vec<_>>(), ["s11-identity-check"]);
    let mobiles: Vec<&String> = step(&plan, "s16-sms").who.iter().flat_map(|w| &w.reach).collect();
    assert_eq!(mobiles, ["13800000001", "13800000002"], "both principals of an initial filing");
    assert!(!ids(&plan).contains(&"s05-service-code"), "one account needs no code");
    for id in ["s20-icp-footer", "s21-psb-entity", "s22-psb-service"] {
        assert_eq!(step(&plan, id).state, State::Waiting);
        assert_eq!(step(&plan, id).deadlines.len(), 1);
    }
}

#[test]
fn the_plan_of_a_complete_manifest_has_no_unknown() {
    let plan = plan_at(&example("c01"), "2026-03-02");
    assert_eq!(plan.missing_facts(), [""; 0]);
    assert_eq!(plan.missing_years, [0i16; 0]);
    for s in plan.steps.iter().filter(|s| s.state != State::Done) {
        assert!(s.start.earliest.day().is_some() && s.start.latest.day().is_some(), "{} begins", s.id);
        assert!(s.finish.earliest.day().is_some() && s.finish.latest.day().is_some(), "{} ends", s.id);
        assert!(s.perhaps.is_empty() && s.blocks.is_empty() && s.overdue_since.is_none(), "{}", s.id);
    }
}

#[test]
fn a_register_that_was_not_looked_up_leaves_the_path_open() {
    let text: String =
        example("c01").lines().filter(|l| !l.starts_with("entity_filed") && !l.starts_with("service_filed")).collect::<Vec<_>>().join("\n");
    let plan = plan_at(&text, "2026-03-02");
    assert_eq!(plan.filing_type, None);
    assert!(plan.missing_facts().contains(&"records.entity_filed".to_owned()), "{:?}", plan.missing_facts());
    assert!(!step(&plan, "s12-submit").perhaps.is_empty());
    assert!(!ids(&plan).contains(&"s28-change"), "types that are declared are not guessed");
}

#[test]
fn each_filing_type_has_its_own_path() {
    let order = |extra: &[&str], records: &[&str]| {
        let text = with(&with(&example("c01"), "filing", extra), "records", records);
        let plan = plan_at(&text, "2026-03-02");
        let kind = plan.filing_type.as_ref().expect("the type is known").0.clone();
        (kind, ids(&plan).into_iter().map(str::to_owned).collect::<Vec<_>>(), plan)
    };
    let roles = |plan: &Plan| step(plan, "s16-sms").who.iter().map(|w| w.id.clone()).collect::<Vec<_>>();
    let has = |ids: &[String], id: &str| ids.iter().any(|i| i == id);

    let (kind, path, plan) = order(&[], &[]);
    assert_eq!((kind.as_str(), roles(&plan)), ("initial", vec!["entity-principal".to_owned(), "service-principal".to_owned()]));
    assert!(has(&path, "s08-site-offline") && has(&path, "s18-number") && !has(&path, "s08-sites-open"));

    for (at_provider, expected) in [("true", "add-service-with-entity"), ("false", "add-service-no-entity")] {
        let records = ["entity_filed = true", "entity_shell = false", &format!("entity_at_provider = {at_provider}")];
        let (kind, path, plan) = order(&[], &records);
        assert_eq!((kind.as_str(), roles(&plan)), (expected, vec!["service-principal".to_owned()]));
        assert!(has(&path, "s08-site-offline") && has(&path, "s08-sites-open") && has(&path, "s18-number"));
    }

    let plan = plan_at(&example("c05"), "2026-03-02");
    assert_eq!(roles(&plan), ["service-principal"]);
    assert!(ids(&plan).contains(&"s08-sites-open") && !ids(&plan).contains(&"s18-number") && !ids(&plan).contains(&"s21-psb-entity"));

    let change = |target: &str| {
        let text = with(&example("c01"), "filing", &["type = \"change\""]);
        plan_at(&with(&text, "change", &["fields = [\"contacts\"]", &format!("target = \"{target}\"")]), "2026-03-02")
    };
    for (target, expected) in [("entity", vec!["entity-principal"]), ("service", vec!["service-principal"])] {
        let plan = change(target);
        assert_eq!(roles(&plan), expected);
        assert!(ids(&plan).contains(&"s28-change") && !ids(&plan).contains(&"s17-authority-review"));
    }
    assert_eq!(roles(&change("both")).len(), 2);

    let (_, path, plan) = order(&["type = \"cancel-service\""], &[]);
    assert_eq!(roles(&plan), ["service-principal"]);
    assert!(has(&path, "s30-cancel-service") && has(&path, "s30-close") && !has(&path, "s18-number"));
    let (_, path, plan) = order(&["type = \"cancel-entity\""], &[]);
    assert_eq!(roles(&plan), ["entity-principal"]);
    assert!(has(&path, "s31-cancel-entity") && !has(&path, "s30-cancel-service"));
    let (_, path, _) = order(&["type = \"cancel-entity\""], &["entity_shell = true"]);
    assert!(has(&path, "s31-cancel-shell") && !has(&path, "s16-sms"), "a shell is cancelled offline: {path:?}");
    let (_, path, _) = order(&["type = \"cancel-access\""], &[]);
    assert!(has(&path, "s32-cancel-access") && !has(&path, "s16-sms"), "no text message: {path:?}");
    let (_, path, plan) = order(&["type = \"migrate\""], &[]);
    assert_eq!(roles(&plan).len(), 2);
    assert!(has(&path, "s18-number") && has(&path, "s08-sites-open"));
}

#[test]
fn the_twelve_examples_have_plans() {
    let first = |name: &str, on: &str| {
        let plan = plan_at(&example(name), on);
        let next = plan.in_state(State::Blocked).chain(plan.in_state(State::Now)).next().map(|i| plan.steps[i].id.clone());
        (next.unwrap_or_default(), plan)
    };
    let blocks = |plan: &Plan, id: &str| step(plan, id).blocks.iter().map(|b| b.rule.clone()).collect::<Vec<_>>();
    for (name, id, rule) in [
        ("c02", "s07-materials", "cn/mat-commitment-letters"),
        ("c03", "s07-materials", "cn/site-name-individual"),
        ("c04", "s07-materials", "cn/site-count-per-order"),
        ("c05", "s10-fill", "cn/proc-no-edit-while-adding-access"),
        ("c06", "s02-eligibility", "cn/dom-approved-registrar"),
        ("c07", "s02-eligibility", "cn/code-enterprise-account"),
        ("c09", "s25-licence-apply", "cn/com-capital"),
        ("c10", "s07-materials", "cn/app-icon"),
        ("c11", "s20-icp-footer", "cn/foot-icp-link"),
    ] {
        let (next, plan) = first(name, "2026-11-23");
        assert_eq!(next, id, "{name}");
        assert!(blocks(&plan, id).iter().any(|b| b == rule), "{name}: {:?}", blocks(&plan, id));
    }
    let (_, plan) = first("c04", "2026-11-23");
    assert_eq!(step(&plan, "s08-sites-open").blocks[0].rule, "cn/site-existing-open");
    let (_, plan) = first("c07", "2026-11-23");
    assert_eq!(step(&plan, "s05-service-code").who[0].id, "instance-owner");
    let (_, plan) = first("c08", "2026-11-23");
    assert!(plan.not_required.is_some() && plan.steps.is_empty());
    let (next, plan) = first("c12", "2026-03-02");
    assert_eq!(next, "s31-cancel-shell", "the shell is cancelled before anything else");
    assert_eq!(days(&step(&plan, "s31-cancel-shell").usual.as_ref().expect("about five business days").finish), "2026-03-09 .. 2026-03-09");
    assert_eq!(step(&plan, "s12-submit").state, State::Waiting);
}

#[test]
fn a_licence_across_provinces_is_decided_by_the_ministry() {
    let plan = plan_at(&example("c09"), "2026-11-23");
    assert_eq!(step(&plan, "s26-licence-review").who.iter().map(|w| w.id.as_str()).collect::<Vec<_>>(), ["ministry"]);
    assert_eq!(days(&step(&plan, "s26-licence-review").finish), "2026-11-24 .. 2027-01-22", "sixty days from today at the latest");
    assert_eq!(days(&step(&plan, "s27-licence-upkeep").deadlines[0].due), "2027-03-31 .. 2027-03-31");
    let local = plan_at(&with(&example("c09"), "commercial", &["scope = \"one-province\""]), "2026-11-23");
    assert_eq!(step(&local, "s26-licence-review").who[0].id, "communications-administration");
}

#[test]
fn a_region_says_what_is_usual_and_the_law_what_is_possible() {
    let text =
        with(&example("c01"), "filing", &["region = \"sh\"", "state = \"in-authority-review\"", "sms_verified_at = 2026-03-02T09:00:00"]);
    let plan = plan_at(&text, "2026-03-02");
    let review = step(&plan, "s17-authority-review");
    assert_eq!(days(&review.finish), "2026-03-03 .. 2026-03-30", "1 to 20 business days");
    let usual = review.usual.as_ref().expect("Shanghai has figures");
    assert_eq!(days(&usual.finish), "2026-03-11 .. 2026-03-16", "7 to 10 business days");
    assert!(usual.said_by.as_ref().is_some_and(|(name, _)| name.starts_with("sh/")));
    assert!(step(&plan_at(&example("c01"), "2026-03-02"), "s17-authority-review").usual.is_none(), "Zhejiang has none");
}

#[test]
fn a_returned_order_shows_the_way_back() {
    let of = |lines: &[&str], on: &str| plan_at(&with(&example("c01"), "filing", lines), on);
    let returned = ["state = \"returned-by-provider\"", "submitted_on = 2026-03-02", "returned_on = 2026-03-04"];
    let plan = of(&returned, "2026-03-05");
    assert_eq!(in_state(&plan, State::Now), ["s14-fix"]);
    let rework = plan.rework.as_ref().expect("a way back");
    let again: Vec<&str> = rework.again.iter().map(|i| plan.steps[*i].id.as_str()).collect();
    assert_eq!(again, ["s12-submit", "s13-provider-review", "s15-hand-over", "s16-sms", "s17-authority-review"]);
    assert_eq!(step(&plan, "s11-identity-check").state, State::Done, "what came before the submission stays done");
    assert_eq!(step(&plan, "s12-submit").state, State::Waiting);

    let refused = [
        "state = \"refused-by-authority\"",
        "submitted_on = 2026-03-02",
        "provider_reviewed_on = 2026-03-04",
        "authority_received_on = 2026-03-05",
        "sms_sent_at = 2026-03-05T09:00:00",
        "sms_verified_at = 2026-03-05T10:00:00",
        "decided_on = 2026-03-16",
        "returned_on = 2026-03-16",
    ];
    let plan = of(&refused, "2026-03-17");
    for id in ["s12-submit", "s13-provider-review", "s15-hand-over", "s16-sms", "s17-authority-review"] {
        assert!(step(&plan, id).is_repeated && step(&plan, id).state == State::Waiting, "{id} starts again");
    }
    assert_eq!(days(&step(&plan, "s13-provider-review").finish), "2026-03-18 .. 2026-03-19");
    assert!(plan.findings.is_empty(), "the limits of the order that came back are over: {:?}", plan.findings);

    let again = ["submitted_on = 2026-03-18", "provider_reviewed_on = 2026-03-04", "returned_on = 2026-03-16"];
    let plan = of(&again, "2026-03-18");
    assert!(plan.rework.is_none());
    assert_eq!(in_state(&plan, State::Now), ["s13-provider-review"], "the first review does not count for the second submission");
}

#[test]
fn dates_show_every_step_before_them_done() {
    let plan = plan_at(&with(&example("c01"), "filing", &["approved_on = 2026-03-20"]), "2026-03-23");
    for s in &plan.steps {
        let is_before = s.id.as_str() <= "s18-number";
        assert_eq!(s.state == State::Done, is_before, "{}", s.id);
    }
    let plan = plan_at(&with(&example("c01"), "filing", &["submitted_on = 2026-03-20"]), "2026-03-18");
    assert_eq!(days(&step(&plan, "s12-submit").finish), "2026-03-20 .. 2026-03-20", "a day to come is a plan, not a fact");
    assert_eq!(step(&plan, "s12-submit").state, State::Waiting);
}

fn assert_ordered(plan: &Plan) {
    let ordered = |r: &Range| match (r.earliest.day(), r.latest.day()) {
        (Some(a), Some(b)) => a <= b,
        _ => true,
    };
    for s in &plan.steps {
        assert!(ordered(&s.start) && ordered(&s.finish), "{}: {} {}", s.id, days(&s.start), days(&s.finish));
        assert!(s.usual.as_ref().is_none_or(|u| ordered(&u.finish)), "{}", s.id);
        for d in &s.deadlines {
            assert!(ordered(&d.due), "{}: {}", s.id, days(&d.due));
        }
        if s.state != State::Done {
            assert!(s.finish.earliest.day().is_none_or(|d| d >= plan.moment.day), "{} cannot end in the past", s.id);
        }
        for b in &s.after {
            assert!(*b < plan.steps.iter().position(|x| x.id == s.id).unwrap(), "{} comes after what it waits for", s.id);
        }
    }
}

#[test]
fn no_deadline_moves_backwards_from_day_to_day() {
    let book = Rulebook::bundled(regions::bundle().expect("rules are bundled")).expect("bundled rules are readable");
    let pending = with(
        &example("c01"),
        "filing",
        &[
            "submitted_on = 2026-01-05",
            "provider_reviewed_on = 2026-01-07",
            "sms_sent_at = 2026-01-08T09:00:00",
            "inspection_due_on = 2026-08-31",
        ],
    );
    let filed =
        with(&example("c09"), "commercial", &["applied_on = 2026-01-05", "registered_capital = 20_000_000", "expires_on = 2026-10-01"]);
    for text in [example("c01"), pending, filed] {
        let mut last: std::collections::BTreeMap<(String, usize), Range> = Default::default();
        let mut day = jiff::civil::date(2026, 1, 1);
        while day.year() == 2026 {
            let plan = plan_with(&book, &text, &day.to_string());
            assert_ordered(&plan);
            for s in &plan.steps {
                for (n, d) in s.deadlines.iter().enumerate() {
                    let key = (s.id.clone(), n);
                    if let Some(before) = last.insert(key, d.due) {
                        for (was, is) in [(before.earliest, d.due.earliest), (before.latest, d.due.latest)] {
                            if let (Some(was), Some(is)) = (was.day(), is.day()) {
                                assert!(was <= is, "{} on {day}: {was} became {is}", s.id);
                            }
                        }
                    }
                }
            }
            day = day.tomorrow().expect("a day of 2026");
        }
    }
}
