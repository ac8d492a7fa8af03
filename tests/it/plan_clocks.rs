//! Every clock of the process on both sides of its limit, and the long holidays of every year the calendar covers.

use crate::plan::{days, example, plan_at, step, with};
use filingc::plan::{Plan, Standing, State};

fn filing(lines: &[&str]) -> String {
    with(&example("c01"), "filing", lines)
}

fn standing(plan: &Plan, id: &str) -> Standing {
    step(plan, id).deadlines.first().unwrap_or_else(|| panic!("{id} has a deadline")).standing
}

/// A deadline that is open on its last day and missed on the next.
fn check_open_until(text: &str, id: &str, due: &str, after: &str) {
    let plan = plan_at(text, due);
    assert_eq!(days(&step(&plan, id).deadlines[0].due), format!("{due} .. {due}"), "{id}");
    assert_eq!(standing(&plan, id), Standing::Open, "{id} on {due}");
    let plan = plan_at(text, after);
    assert_eq!(standing(&plan, id), Standing::Missed(1), "{id} on {after}");
    let finding = plan.findings.iter().find(|f| f.code.text() == format!("cn/{id}")).expect("a missed deadline is a finding");
    let files: std::collections::BTreeSet<_> = finding.labels.iter().map(|l| l.span.source).collect();
    assert_eq!(files.len(), 2, "{id}: the fact and the rule are both shown");
}

/// A longest time that is not over on its last day and is on the next.
fn check_takes_until(text: &str, id: &str, earliest: &str, latest: &str, after: &str) {
    let plan = plan_at(text, earliest);
    assert_eq!(days(&step(&plan, id).finish), format!("{earliest} .. {latest}"), "{id}");
    assert_eq!(step(&plan_at(text, latest), id).overdue_since, None, "{id} on {latest}");
    assert_eq!(step(&plan_at(text, after), id).overdue_since.map(|d| d.to_string()).as_deref(), Some(latest), "{id} on {after}");
}

#[test]
fn real_name_data_reach_the_ministry_in_three_to_five_business_days() {
    let text = with(&with(&example("c01"), "records", &["domain_in_registry = false"]), "domain", &["real_name_verified_on = 2026-03-02"]);
    check_takes_until(&text, "s03-domain", "2026-03-05", "2026-03-09", "2026-03-10");
}

#[test]
fn the_provider_reviews_in_one_to_two_business_days() {
    check_takes_until(&filing(&["submitted_on = 2026-03-05"]), "s13-provider-review", "2026-03-06", "2026-03-09", "2026-03-10");
}

#[test]
fn the_hand_over_takes_one_to_three_business_days() {
    check_takes_until(&filing(&["provider_reviewed_on = 2026-03-05"]), "s15-hand-over", "2026-03-06", "2026-03-10", "2026-03-11");
}

#[test]
fn the_text_message_is_answered_within_24_hours() {
    let sent = "sms_sent_at = 2026-03-05T09:00:00";
    let at = |moment: &str| standing(&plan_at(&filing(&[sent]), moment), "s16-sms");
    assert_eq!(at("2026-03-06T09:00:00"), Standing::Open);
    assert_eq!(at("2026-03-06T09:01:00"), Standing::Missed(0));
    assert_eq!(at("2026-03-06"), Standing::Open, "a day without a time is not over");
    assert_eq!(at("2026-03-07"), Standing::Missed(1));
    let answered = |time: &str| standing(&plan_at(&filing(&[sent, &format!("sms_verified_at = {time}")]), "2026-03-10"), "s16-sms");
    assert_eq!(answered("2026-03-06T09:00:00"), Standing::Kept);
    assert_eq!(answered("2026-03-06T09:00:01"), Standing::Late(0));
    assert_eq!(answered("2026-03-08T08:00:00"), Standing::Late(2));
    assert_eq!(standing(&plan_at(&example("c01"), "2026-03-05"), "s16-sms"), Standing::NotBegun, "without a message no clock runs");
}

#[test]
fn the_fifth_wrong_code_blocks_the_text_message() {
    let with_attempts = |n: u8| {
        let text = filing(&["sms_sent_at = 2026-03-05T09:00:00", &format!("sms_attempts = {n}")]);
        step(&plan_at(&text, "2026-03-05"), "s16-sms").state
    };
    assert_eq!(with_attempts(4), State::Now);
    assert_eq!(with_attempts(5), State::Blocked);
}

#[test]
fn the_administration_decides_within_20_business_days() {
    let verified = "sms_verified_at = 2026-03-05T10:00:00";
    check_open_until(&filing(&[verified]), "s17-authority-review", "2026-04-02", "2026-04-03");
    check_takes_until(&filing(&[verified]), "s17-authority-review", "2026-03-06", "2026-04-02", "2026-04-03");
    let decided =
        |day: &str| standing(&plan_at(&filing(&[verified, &format!("decided_on = {day}")]), "2026-05-06"), "s17-authority-review");
    assert_eq!(decided("2026-04-02"), Standing::Kept);
    assert_eq!(decided("2026-04-03"), Standing::Late(1));
    assert!(!plan_at(&filing(&[verified]), "2026-04-03").has_missed(), "the authority's delay is no fault of the filer");
}

#[test]
fn a_returned_order_is_reworked_within_45_days() {
    let text = filing(&["submitted_on = 2026-03-02", "returned_on = 2026-03-04", "state = \"returned-by-provider\""]);
    check_open_until(&text, "s14-fix", "2026-04-18", "2026-04-19");
}

#[test]
fn the_number_is_on_the_page_on_the_day_it_opens() {
    let text = filing(&["approved_on = 2026-03-20"]);
    let text = with(&text, "service", &["opened_on = 2026-03-23"]);
    check_open_until(&text, "s20-icp-footer", "2026-03-23", "2026-03-24");
    let shown = with(&text, "service", &["footer = { icp_text = \"浙ICP备2026000001号-1\", icp_href = \"https://beian.miit.gov.cn\" }"]);
    assert_eq!(step(&plan_at(&shown, "2026-03-24"), "s20-icp-footer").state, State::Done);
}

#[test]
fn the_police_are_told_within_30_days_of_the_number() {
    let text = filing(&["approved_on = 2026-10-12"]);
    for id in ["s21-psb-entity", "s22-psb-service"] {
        check_open_until(&text, id, "2026-11-11", "2026-11-12");
        let told = |day: &str| standing(&plan_at(&with(&text, "public_security", &[&format!("submitted_on = {day}")]), "2026-12-01"), id);
        assert_eq!(told("2026-11-11"), Standing::Kept);
        assert_eq!(told("2026-11-12"), Standing::Late(1));
    }
    // A number issued at the end of January is due in March.
    let january = plan_at(&filing(&["approved_on = 2026-01-31"]), "2026-02-02");
    assert_eq!(days(&step(&january, "s21-psb-entity").deadlines[0].due), "2026-03-02 .. 2026-03-02");
}

#[test]
fn the_police_number_is_shown_within_30_days_of_its_approval() {
    let text = with(&filing(&["approved_on = 2026-02-02"]), "public_security", &["submitted_on = 2026-02-10", "approved_on = 2026-03-02"]);
    check_open_until(&text, "s24-psb-footer", "2026-04-01", "2026-04-02");
}

#[test]
fn a_change_is_filed_30_days_ahead_and_a_correction_within_ten_business_days() {
    let change = |line: &str| {
        let text = filing(&["type = \"change\""]);
        with(&text, "change", &["fields = [\"contacts\"]", "target = \"entity\"", line])
    };
    let due = |text: &str, n: usize| days(&step(&plan_at(text, "2026-03-02"), "s12-submit").deadlines[n].due);
    let ahead = change("effective_on = 2026-05-01");
    check_open_until(&ahead, "s12-submit", "2026-04-01", "2026-04-02");
    let submitted =
        |day: &str| standing(&plan_at(&with(&ahead, "filing", &[&format!("submitted_on = {day}")]), "2026-05-06"), "s12-submit");
    assert_eq!(submitted("2026-04-01"), Standing::Kept);
    assert_eq!(submitted("2026-04-02"), Standing::Late(1));
    let noticed = change("noticed_on = 2026-03-02");
    assert_eq!(due(&noticed, 1), "2026-03-16 .. 2026-03-16");
    let of = |day: &str| step(&plan_at(&noticed, day), "s12-submit").deadlines[1].standing;
    assert_eq!((of("2026-03-16"), of("2026-03-17")), (Standing::Open, Standing::Missed(1)));
}

#[test]
fn a_service_is_cancelled_on_the_day_it_ends() {
    let text = with(&filing(&["type = \"cancel-service\""]), "service", &["ended_on = 2026-03-31"]);
    check_open_until(&text, "s12-submit", "2026-03-31", "2026-04-01");
}

#[test]
fn a_licence_is_decided_within_60_days() {
    let text = with(&example("c09"), "commercial", &["applied_on = 2026-03-04"]);
    check_takes_until(&text, "s26-licence-review", "2026-03-05", "2026-05-03", "2026-05-04");
    check_open_until(&text, "s26-licence-review", "2026-05-03", "2026-05-04");
}

#[test]
fn the_licence_report_is_due_on_31_march() {
    let text = with(&example("c09"), "commercial", &["licence_number = \"京B2-20250001\"", "annual_report_on = 2025-03-20"]);
    check_open_until(&text, "s27-licence-upkeep", "2026-03-31", "2026-04-01");
    let reported = with(&text, "commercial", &["annual_report_on = 2026-03-31"]);
    let plan = plan_at(&reported, "2026-04-01");
    assert_eq!(days(&step(&plan, "s27-licence-upkeep").deadlines[0].due), "2027-03-31 .. 2027-03-31");
    assert_eq!(standing(&plan, "s27-licence-upkeep"), Standing::Open);
}

#[test]
fn a_licence_is_renewed_90_days_before_it_ends() {
    let text = with(&example("c09"), "commercial", &["licence_number = \"京B2-20210001\"", "expires_on = 2026-06-30"]);
    check_open_until(&text, "s27-licence-renewal", "2026-04-01", "2026-04-02");
    let applied = |day: &str| {
        let text = with(&text, "commercial", &[&format!("renewal_applied_on = {day}")]);
        standing(&plan_at(&text, "2026-05-06"), "s27-licence-renewal")
    };
    assert_eq!((applied("2026-04-01"), applied("2026-04-02")), (Standing::Kept, Standing::Late(1)));
}

#[test]
fn an_inspection_is_answered_by_the_day_of_its_notice() {
    check_open_until(&filing(&["inspection_due_on = 2026-03-20"]), "s29-inspection", "2026-03-20", "2026-03-21");
}

#[test]
fn long_holidays_and_make_up_days_of_every_covered_year() {
    // Submitted on the last working day before Spring Festival or National Day; the review takes one to two business days.
    for (submitted, expected) in [
        ("2023-01-20", "2023-01-28 .. 2023-01-29"), // two make-up days at the weekend
        ("2023-09-28", "2023-10-07 .. 2023-10-08"),
        ("2024-02-09", "2024-02-18 .. 2024-02-19"), // a Sunday that is worked
        ("2024-09-30", "2024-10-08 .. 2024-10-09"),
        ("2025-01-27", "2025-02-05 .. 2025-02-06"),
        ("2025-09-30", "2025-10-09 .. 2025-10-10"),
        ("2026-02-13", "2026-02-14 .. 2026-02-24"), // a Saturday that is worked, then nine days off
        ("2026-09-30", "2026-10-08 .. 2026-10-09"),
    ] {
        let plan = plan_at(&filing(&[&format!("submitted_on = {submitted}")]), submitted);
        assert_eq!(days(&step(&plan, "s13-provider-review").finish), expected, "submitted on {submitted}");
    }
}

#[test]
fn a_year_without_announced_holidays_makes_days_unknown_and_says_so() {
    let plan = plan_at(&filing(&["sms_verified_at = 2026-12-10T09:00:00"]), "2026-12-10");
    assert_eq!(days(&step(&plan, "s17-authority-review").finish), "2026-12-11 .. ?");
    assert_eq!(plan.missing_years, [2027]);
}
