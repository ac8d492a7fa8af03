//! Numbers whose format depends on the kind of document named beside them.

/// Formats of a document number by the kind of document: any one must fit. The flag tells whether a failure is only suspicious.
pub(super) fn formats(kind: &str, number: &str) -> (&'static [&'static str], bool) {
    match kind {
        "resident-id" | "temporary-resident-id" => (&["resident-id"], false),
        "business-licence"
        | "unified-code-certificate"
        | "institution-certificate"
        | "social-organization-registration"
        | "private-non-enterprise-registration"
        | "foundation-registration"
        | "law-firm-licence"
            if number.chars().count() == 18 =>
        {
            (&["uscc"], false)
        }
        "business-licence" if number.len() == 15 => (&["business-registration-number"], true),
        "organization-code" => (&["org-code"], false),
        "hk-macao-residence-permit" | "taiwan-residence-permit" => (&["hmt-residence-permit"], false),
        "hk-macao-travel-permit" => (&["home-return-permit"], false),
        "taiwan-travel-permit" => (&["taiwan-permit"], false),
        "foreign-permanent-resident-card" => (&["foreigner-permanent-id-2023", "foreigner-permanent-id-2017"], false),
        _ => (&[], false),
    }
}

/// Whether a kind of document is one of organisations, whose numbers are public.
pub(super) fn is_public(kind: &str) -> bool {
    matches!(
        kind,
        "business-licence"
            | "unified-code-certificate"
            | "organization-code"
            | "institution-certificate"
            | "social-organization-registration"
            | "private-non-enterprise-registration"
            | "foundation-registration"
            | "law-firm-licence"
            | "representative-office-registration"
            | "military-unit-code"
    )
}
