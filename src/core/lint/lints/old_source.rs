//! `old-source`: nobody looked whether the page still says so.

use crate::diagnostic::say;
use crate::lint::context::Context;
use crate::value::Date;

/// The day some months before another.
fn months_before(day: Date, months: i32) -> Option<Date> {
    day.checked_sub(jiff::Span::new().try_months(months).ok()?).ok()
}

pub(super) fn check(cx: &mut Context<'_>) {
    let (on, months) = (cx.settings.on, cx.settings.old_months);
    let Some(limit) = months_before(on, months) else { return };
    for source in &cx.program.sources {
        let Some(read) = source.read.filter(|d| *d < limit) else { continue };
        let finding = cx
            .finding(
                source.span,
                say!("`{}` was read more than {months} months ago, on {read}", "`{}` 的查阅日期 {read} 已超过 {months} 个月", source.name),
                say!("perhaps no longer so on {on}", "到 {on} 可能已有变化"),
            )
            .help(say!("read the page again, and change `read`", "重新查阅该页面并更新 `read`"));
        cx.report(finding);
    }
}
