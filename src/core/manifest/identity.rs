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
