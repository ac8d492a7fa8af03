//! The habits: writings of other languages, of Chinese prose and of spreadsheets, each with its right form. One row each.
//!
//! In `pattern`, `¦` is the place where the grammar stopped; what stands before it is on the same line.

use super::Place::*;
use super::Right::*;
use super::{Habit, make};

macro_rules! habits {
    ($($name:ident [$($place:ident)*] $pattern:literal => $right:expr, $sure:ident; $wrong:literal => $example:literal; $en:literal $zh:literal;)*) => {
        /// All habits that show where a declaration cannot be read, the more special first.
        pub(super) const HABITS: &[Habit] = &[$(Habit {
            name: stringify!($name),
            places: &[$($place),*],
            pattern: $pattern,
            right: $right,
            is_sure: matches!(stringify!($sure).as_bytes(), b"sure"),
            wrong: $wrong,
            example: $example,
            why: ($en, $zh),
        },)*];
    };
}

// Name, places, pattern, right form (`$1` is a group of the pattern), whether the fix is safe; an example wrong and right; what the right form does.
habits! {
    equals_twice [] r"=\s*¦={1,2}\s*" => Write("= "), sure;
        "set domain_left == 6 months" => "set domain_left = 6 months"; "to give a value" "表示赋值";
    colon_equals [] r":=\s*" => Write("= "), maybe;
        "define two := length(entity.name)" => "define two = length(entity.name)"; "to give a value" "表示赋值";
    at_most_turned [Tail Value] r"=\s*¦<|¦=<|¦≤|¦⩽|¦≦" => Write("<="), sure;
        "require length(entity.name) =< 3" => "require length(entity.name) <= 3"; "for at most" "表示不大于";
    at_least_turned [Tail Value] r"=\s*¦>|¦=>|¦≥|¦⩾|¦≧" => Write(">="), sure;
        "require length(entity.name) ≥ 3" => "require length(entity.name) >= 3"; "for at least" "表示不小于";
    pattern_operator [Tail] r#"¦=~\s*/?"?"# => Say("matches /…/"), maybe;
        "require entity.name =~ \"[A-Z]+\"" => "require entity.name matches /[A-Z]+/"; "to compare with a pattern" "表示与模式比较";
    differs [Tail Value] r"¦(?:!={1,2}|<>|≠|~=|=/=|/=|!\s*is\b)|<\s*¦>|/\s*¦={1,2}" => Write("is not"), sure;
        "require entity.nature != individual" => "require entity.nature is not individual"; "for what differs" "表示不相等";
    not_in_word [Tail] r"¦!\s*in\b" => Write("not in"), sure;
        "require entity.nature !in [individual]" => "require entity.nature not in [individual]"; "for what is not listed" "表示不在其中";
    compares [Tail] r"¦={1,3}" => Write("is"), sure;
        "require entity.nature == enterprise" => "require entity.nature is enterprise"; "to compare" "表示相等";
    and_sign [Tail] r"¦(?:&{1,2}|∧)" => Write("and"), sure;
        "require entity.name is given && entity.nature is enterprise" => "require entity.name is given and entity.nature is enterprise";
        "where both must hold" "表示两者都须成立";
    or_sign [Tail] r"¦(?:\|{1,2}|∨)" => Write("or"), sure;
        "require entity.name is given || entity.nature is enterprise" => "require entity.name is given or entity.nature is enterprise";
        "where one is enough" "表示其一成立即可";
    and_word [Tail] r"¦(?:AND|And|并且|而且|且|以及|和|同时)(?:\s+|$)" => Write("and "), sure;
        "require entity.name is given AND entity.nature is enterprise" => "require entity.name is given and entity.nature is enterprise";
        "where both must hold" "表示两者都须成立";
    or_word [Tail] r"¦(?:OR|Or|或者|或是|或)(?:\s+|$)" => Write("or "), sure;
        "require entity.name is given 或者 entity.nature is enterprise" => "require entity.name is given or entity.nature is enterprise";
        "where one is enough" "表示其一成立即可";
    but_not [] r"\band\s+(?:but|also)\s+" => Write("and "), maybe;
        "require entity.name is given and also entity.nature is enterprise" => "require entity.name is given and entity.nature is enterprise";
        "to join conditions" "用来连接条件";
    negated [Value Line] r"¦(?:!|¬|~)\s*" => Write("not "), sure;
        "require !entity.name is given" => "require not entity.name is given"; "to turn a condition round" "表示条件不成立";
    not_word [Value Tail] r"\b(?:NOT|Not)\s+¦" => Write("not "), sure;
        "require NOT entity.name is given" => "require not entity.name is given"; "to turn a condition round" "表示条件不成立";
    is_contracted [Tail] r"¦(?:isn't|isnt|isn’t)\b" => Write("is not"), sure;
        "require entity.nature isn't individual" => "require entity.nature is not individual"; "for what differs" "表示不相等";
    is_in [] r"\bis\s+(not\s+)?(?:in|among|(?:one|any)\s+of)\b\s*" => Write("${1}in "), sure;
        "require entity.nature is in [enterprise]" => "require entity.nature in [enterprise]"; "to look in a list" "表示在列表之中";
    is_at_least [Tail Value] r"(?:\bis\s+)?¦(?:at\s+least|not\s+less\s+than|no\s+less\s+than|min(?:imum)?)\b|\b(?:is\s+)?at\s+¦least\b" => Write(">="), sure;
        "require length(entity.name) is at least 3" => "require length(entity.name) >= 3"; "for at least" "表示不小于";
    is_at_most [Tail Value] r"(?:\bis\s+)?¦(?:at\s+most|no\s+more\s+than|not\s+more\s+than|max(?:imum)?|up\s+to)\b|\b(?:is\s+)?at\s+¦most\b" => Write("<="), sure;
        "require length(entity.name) at most 3" => "require length(entity.name) <= 3"; "for at most" "表示不大于";
    is_greater [Tail Value] r"\b(?:is\s+)?(?:more|greater|larger|longer|higher|later|older)\s+¦than\b|¦(?:more|greater|larger|longer|higher|later|older)\s+than\b" => Write(">"), sure;
        "require length(entity.name) greater than 3" => "require length(entity.name) > 3"; "for what is more" "表示大于";
    is_smaller [Tail Value] r"\b(?:is\s+)?(?:less|smaller|fewer|shorter|lower|earlier|younger)\s+¦than\b|¦(?:less|smaller|fewer|shorter|lower|earlier|younger)\s+than\b" => Write("<"), sure;
        "require length(entity.name) is less than 3" => "require length(entity.name) < 3"; "for what is less" "表示小于";
    greater_word [Tail] r"¦(?:大于等于|不小于|不少于|不低于|至少)\s*" => Write(">= "), sure;
        "require length(entity.name) 不少于 3" => "require length(entity.name) >= 3"; "for at least" "表示不小于";
    smaller_word [Tail] r"¦(?:小于等于|不大于|不超过|不多于|不高于|至多|最多)\s*" => Write("<= "), sure;
        "require length(entity.name) 不超过 3" => "require length(entity.name) <= 3"; "for at most" "表示不大于";
    more_word [Tail] r"¦(?:大于|多于|超过|高于|晚于)\s*" => Write("> "), sure;
        "require length(entity.name) 大于 3" => "require length(entity.name) > 3"; "for what is more" "表示大于";
    less_word [Tail] r"¦(?:小于|少于|低于|早于|不足)\s*" => Write("< "), sure;
        "require length(entity.name) 小于 3" => "require length(entity.name) < 3"; "for what is less" "表示小于";
    same_word [Tail] r"¦(?:equals|equal\s+to|equal|eq|EQ|IS|等于|是|为)(?:\s+|$)|\bis\s+¦equal\s+to\s|\bis\s+equal\s+¦to\s" => Write("is "), sure;
        "require entity.nature equals enterprise" => "require entity.nature is enterprise"; "to compare" "表示相等";
    other_word [Tail] r"¦(?:ne|NE|neq|不等于|不是|不为|not\s+equals?(?:\s+to)?|differs\s+from)(?:\s+|$)" => Write("is not "), sure;
        "require entity.nature 不等于 individual" => "require entity.nature is not individual"; "for what differs" "表示不相等";
    filled_word [Tail] r"¦(?:exists|present|已填写|已提供|不为空|存在)(?:\s|$)|\bis\s+¦(?:present|provided|set)(?:\s|$)" => Write("is given "), maybe;
        "require entity.name exists" => "require entity.name is given"; "for what is stated" "表示已填写";
    absent_word [Tail] r"¦(?:为空|未填写|未提供|缺失|不存在)(?:\s|$)" => Write("is missing "), maybe;
        "require not entity.name 为空" => "require not entity.name is missing"; "for what is absent" "表示未填写";
    holds_word [Tail] r"¦(?:includes?|contain|has|包含|包括|含有|含)(?:\s+|$)" => Write("contains "), sure;
        "require entity.name includes \"公司\"" => "require entity.name contains \"公司\""; "to look for a part" "表示包含";
    contains_of_two [] r"\bcontains\s+(?:one|some|either)\s+of\b" => Write("contains any of"), sure;
        "require entity.name contains one of [\"甲\"]" => "require entity.name contains any of [\"甲\"]"; "to look for one of several" "表示包含其中任一";
    starts_joined [Tail] r"¦(?:startsWith|startswith|starts_with|start\s+with|begins\s+with|以[^\s]{0,3}开头)\s*" => Write("starts with "), sure;
        "require entity.name startsWith \"杭州\"" => "require entity.name starts with \"杭州\""; "for how a text begins" "表示以其开头";
    ends_joined [Tail] r"¦(?:endsWith|endswith|ends_with|end\s+with|以[^\s]{0,3}结尾)\s*" => Write("ends with "), sure;
        "require entity.name endsWith \"公司\"" => "require entity.name ends with \"公司\""; "for how a text ends" "表示以其结尾";
    like [Tail] r"¦(?:like|LIKE|ilike)\b" => Say("contains"), maybe;
        "require entity.name like \"%公司\"" => "require entity.name ends with \"公司\""; "without `%`, or `starts with`, `ends with`, `matches /…/`" "不带 `%`；也可用 `starts with`、`ends with`、`matches /…/`";
    between [Tail] r"¦(?:between|BETWEEN|介于)\b" => Say("x >= a and x <= b"), maybe;
        "require length(entity.name) between 2 and 9" => "require length(entity.name) >= 2 and length(entity.name) <= 9"; "for a range" "表示范围";
    list_in_brackets [Tail Value] r"\bin\s*\(([^()\[\]]*)¦([^()\[\]]*)\)" => Write("in [$1$2]"), sure;
        "require entity.nature in (enterprise, individual)" => "require entity.nature in [enterprise, individual]"; "for a list" "表示列表";
    list_in_braces [Value] r"(\bin|=|\bof)\s*¦\{([^{}:\n]*)\}" => Write("$1 [$2]"), sure;
        "require entity.nature in {enterprise, individual}" => "require entity.nature in [enterprise, individual]"; "for a list" "表示列表";
    json_object [] r#"\{\s*["'][^"'\n]*["']\s*:|"[^"\n]*"\s*:"# => Tell, maybe;
        "require {\"nature\": \"enterprise\"}" => "require entity.nature is enterprise"; "one line for each fact: JSON is no part of rules" "规则逐行书写，不使用 JSON";
    quantifier_all [] r"\b(?:for\s+)?(?:all|All|ALL|each|forall|any\s+and\s+all|所有|每个|每一个)\s+¦([A-Za-z_一-鿿][\w\-一-鿿]*\s+in\s)" => Write("every $1"), sure;
        "require all d in domain satisfies d.name is given" => "require every d in domain satisfies d.name is given"; "where it must hold for each item" "表示每一项都须满足";
    quantifier_every [] r"\bfor\s+¦?every\s+¦?([A-Za-z_一-鿿][\w\-一-鿿]*\s+in\s)" => Write("every $1"), maybe;
        "require for every d in domain satisfies d.name is given" => "require every d in domain satisfies d.name is given"; "where it must hold for each item" "表示每一项都须满足";
    quantifier_for_all [Tail] r"\bfor\s+¦(?:all|each|every)\s+" => Write("every "), maybe;
        "require for all d in domain satisfies d.name is given" => "require every d in domain satisfies d.name is given"; "where it must hold for each item" "表示每一项都须满足";
    quantifier_any [] r"\b(?:any|Any|ANY|exists|there\s+is|one|任一|任意|某个|存在)\s+¦([A-Za-z_一-鿿][\w\-一-鿿]*\s+in\s)" => Write("some $1"), sure;
        "require any d in domain satisfies d.name is given" => "require some d in domain satisfies d.name is given"; "where one item is enough" "表示有一项满足即可";
    loop_for [Each] r"\bfor\s+¦(?:all|every|any)\b" => Write("for each"), sure;
        "for all d in domain" => "for each d in domain"; "to go through a list" "表示逐项处理";
    loop_without_each [Each] r"\bfor\s+¦([A-Za-z_一-鿿][\w\-一-鿿]*\s+in\s)" => Write("for each $1"), sure;
        "for d in domain" => "for each d in domain"; "to go through a list" "表示逐项处理";
    satisfies_word [Satisfies] r"¦(?::|\||=>|->|,|where\b|with\b|that\b|has\b|holds\b|such\s+that\b|suchthat\b|do\b|when\b|满足|都)\s*" => Write("satisfies "), sure;
        "require every d in domain: d.name is given" => "require every d in domain satisfies d.name is given"; "before what each item must meet" "写在每项须满足的条件之前";
    where_word [Where] r"¦(?::|\||=>|->|,|satisfies\b|with\b|that\b|when\b|if\b|such\s+that\b)\s*" => Write("where "), sure;
        "require count of d in domain satisfies d.name is given" => "require count of d in domain where d.name is given"; "before what is counted" "写在计数条件之前";
    count_word [Tail] r"\bcount\s*¦\(\s*([\w.一-鿿]+)\s*\)|\b(?:number|amount)\s+¦of\s+([\w.一-鿿]+)" => Write("count of $1$2"), maybe;
        "require number of domain >= 1" => "require count of domain >= 1"; "for how many items a list has" "表示列表的项数";
    grouped_number [] r"\b(\d{1,3})((?:[,，]\d{3})+)\b" => Make(make::grouped), sure;
        "set capital_least = 1,000,000 CNY" => "set capital_least = 1_000_000 CNY"; "for a long number" "表示较大的数字";
    yuan_before [] r"(?:¥|￥|\bRMB|\bCNY|人民币)\s*([\d０-９][\d０-９_,.]*)\s*([百千万亿]*)元?" => Make(make::yuan), sure;
        "set capital_least = ¥1000000" => "set capital_least = 1_000_000 CNY"; "for an amount of money" "表示金额";
    yuan_after [] r"\b([\d０-９][\d０-９_,.]*)\s*([百千万亿]+元?|元|块|(?:RMB|rmb|cny|Cny|yuan|Yuan)\b)(?:人民币)?" => Make(make::yuan), sure;
        "set capital_least = 100万元" => "set capital_least = 1_000_000 CNY"; "for an amount of money" "表示金额";
    percent [] r"\b(\d[\d.]*)\s*[%％]" => Tell, maybe;
        "require share > 50%" => "require share > 50"; "the number alone, such as `50`, or `0.5` where a share of one is compared" "只写数字，如 `50`；按小数比较时写 `0.5`";
    range_of_days [] r"(?:(?:from|since|starting|自|从)\s*)?(?:(?:from|since|starting|自|从)\s*)?(\d{4}[-/.年]\s*\d{1,2}[-/.月]\s*\d{1,2}日?)\s*起?\s*(?:to|until|till|through|and|-|–|—|~|～|至|到|\.\.\.?)\s*(\d{4}[-/.年]\s*\d{1,2}[-/.月]\s*\d{1,2}日?)(?:止)?" => Make(make::range), sure;
        "effective from 2027-01-01 to 2027-12-31" => "effective 2027-01-01 .. 2027-12-31"; "for days from and until" "表示起止日期";
    range_from [Range] r"¦(?:from|since|starting|after|自|从)\s*(\d{4}[-/.年]\s*\d{1,2}[-/.月]\s*\d{1,2}日?)\s*起?(?:\s*\.\.)?" => Make(make::from), sure;
        "effective from 2027-01-01" => "effective 2027-01-01 .."; "for what begins on a day" "表示自某日起";
    range_until [Range] r"¦(?:to|until|till|through|before|至|到)\s*(\d{4}[-/.年]\s*\d{1,2}[-/.月]\s*\d{1,2}日?)\s*止?" => Make(make::until), sure;
        "effective until 2027-12-31" => "effective .. 2027-12-31"; "for what ends on a day" "表示至某日止";
    range_one_day [] r"\beffective\s+(\d{4}-\d{1,2}-\d{1,2})(?:\s*起)?\s*¦(?:\s*起)?" => Write("effective $1 .. "), maybe;
        "effective 2027-01-01 起" => "effective 2027-01-01 .."; "for what begins on a day" "表示自某日起";
    day_in_words [] r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]" => Make(make::day), sure;
        "require domain_day >= 2027年1月1日" => "require domain_day >= 2027-01-01"; "for a date" "表示日期";
    day_with_strokes [] r"\b(\d{4})\s*[/.]\s*(\d{1,2})\s*[/.]\s*(\d{1,2})\b" => Make(make::day), sure;
        "require domain_day >= 2027/1/1" => "require domain_day >= 2027-01-01"; "for a date" "表示日期";
    day_in_quotes [Day] r#"¦"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?""# => Make(make::day), sure;
        "effective \"2027-01-01\" .." => "effective 2027-01-01 .."; "for a date" "表示日期";
    day_in_one [Day] r"\b(\d{4})(\d\d)(\d\d)\b" => Make(make::day), sure;
        "effective 20270101 .." => "effective 2027-01-01 .."; "for a date" "表示日期";
    business_days [] r"\b(\d+)\s*(?:(?:working|Working|work|workings|bank|Business|bussiness|busines|buisness)[\s\-]*(?:days?|Days?)|workdays?|weekdays?|business-days?|businessdays?|个?工作日)" => Make(make::business_days), sure;
        "require domain_day within 5 working days of other_day" => "require domain_day within 5 business days of other_day"; "for days on which offices work" "表示工作日";
    calendar_days [] r"\b(\d+)\s+¦(?:calendar|natural|full|whole|consecutive)\s+(days?|months?|years?)" => Write("$1 $2"), sure;
        "require domain_day within 5 calendar days of other_day" => "require domain_day within 5 days of other_day"; "where every day counts" "表示自然日";
    weeks [] r"\b(\d+)\s*(?:weeks?|Weeks?|周|个?星期|wk)" => Make(make::weeks), sure;
        "set domain_left = 2 weeks" => "set domain_left = 14 days"; "for weeks" "表示周";
    quarters [] r"\b(\d+)\s*(?:quarters?|个?季度)" => Make(make::quarters), sure;
        "set domain_left = 2 quarters" => "set domain_left = 6 months"; "for quarters" "表示季度";
    chinese_length [] r"\b([\d０-９]+)\s*(?:个)?(?:个)?(月|年|周年|天|日|小时)(?:之?内)?" => Make(make::length), sure;
        "set domain_left = 6个月" => "set domain_left = 6 months"; "for a length of time" "表示期限";
    unit_joined [] r"(\d+)(days?|Days?|d|months?|Months?|mo|m|years?|Years?|y|yr|yrs|hours?|Hours?|h|hrs?)\b" => Make(make::length), sure;
        "set domain_left = 30days" => "set domain_left = 30 days"; "for a length of time" "表示期限";
    unit_of_other_case [] r"\b(\d+)\s+¦(Days?|DAYS?|d|Months?|MONTHS?|mo|Years?|YEARS?|y|yrs?|Hours?|HOURS?|hrs?|h)\b" => Make(make::length), sure;
        "set domain_left = 6 Months" => "set domain_left = 6 months"; "for a length of time" "表示期限";
    number_in_words [] r"\b(one|two|three|four|five|six|seven|eight|nine|ten|twelve|thirty|sixty|ninety)\s+¦(business\s+days?|days?|months?|years?|hours?)" => Make(make::words), sure;
        "set domain_left = six months" => "set domain_left = 6 months"; "for a length of time" "表示期限";
    size [] r"\b(\d+(?:\.\d+)?)\s*(KB|kb|Kb|K|MB|mb|Mb|M|GB|gb)\b" => Make(make::size), maybe;
        "max_kb 2 MB" => "max_kb 2048"; "in KB, without a unit" "以 KB 计，不写单位";
    wide_letters [] r"([０-９Ａ-Ｚａ-ｚ]+)" => Make(make::narrow), sure;
        "max_kb ５００" => "max_kb 500"; "in half-width characters" "使用半角字符";
    max_kb_of [Line] r"¦(?:max_mb|max_size|max_bytes|maxkb|max-kb|size)\b" => Say("max_kb"), maybe;
        "max_mb 2" => "max_kb 2048"; "for the largest size, in KB" "表示最大大小，以 KB 计";
    arrow_path [] r"->|::|\?\.|!\." => Write("."), maybe;
        "require entity->name is given" => "require entity.name is given"; "before a field" "写在字段之前";
    yaml_colon [] r"\b([A-Za-z_一-鿿][\w\-一-鿿]*)\s*¦:\s*" => Write("$1 "), sure;
        "require: entity.name is given" => "require entity.name is given"; "without a colon" "不写冒号";
    yaml_dash [Line] r"¦-\s+" => Write(""), maybe;
        "- require entity.name is given" => "require entity.name is given"; "one line after another, without dashes" "逐行书写，不写短横";
    title_twin [Zh] r#"("[^"]*")\s*¦("[^"]*[一-鿿][^"]*")"# => Write("$1 zh $2"), sure;
        "report at entity.name \"no name\" \"无名称\"" => "report at entity.name \"no name\" zh \"无名称\""; "before the Chinese text" "写在中文文本之前";
    title_comma [Line Zh] r#"("[^"]*")\s*¦[,/|]\s*(zh\s+)?("[^"]*")"# => Write("$1 zh $3"), sure;
        "report at entity.name \"no name\", zh \"无名称\"" => "report at entity.name \"no name\" zh \"无名称\""; "before the Chinese text, without a comma" "写在中文文本之前，不加逗号";
    title_word [Line Zh] r#"("[^"]*")\s*¦(?:cn|CN|ch|chinese|Chinese|zh-CN|zh_CN|ZH|中文)\s*:?\s*("[^"]*")"# => Write("$1 zh $2"), sure;
        "report at entity.name \"no name\" cn \"无名称\"" => "report at entity.name \"no name\" zh \"无名称\""; "before the Chinese text" "写在中文文本之前";
    quote_in_text [] r#""[^"\n]*"¦(?:[^\s"{}\[\](),;]+)"[^"\n]*""# => Say("\\\"…\\\" or “…”"), maybe;
        "report at entity.name \"write \"x\" there\"" => "report at entity.name \"write \\\"x\\\" there\""; "for quotes inside a text" "表示文本之内的引号";
    joined_id [Text] r#"\b(requirement|source|step|material|facts|advice|region|provider)\s+([A-Za-z_一-鿿][\w\-一-鿿]*)\s+¦([A-Za-z][\w\-]*)(?:\s+[A-Za-z][\w\-]*)*\s+""# => Tell, maybe;
        "requirement two words \"title\" zh \"标题\" {" => "requirement two-words \"title\" zh \"标题\" {"; "an id as one word joined with `-`, such as `domain-validity`" "编号须是一个词，用 `-` 连接，如 `domain-validity`";
    quoted_name [Name] r#"\b([\w\-]+\s+)¦"([A-Za-z_][\w\-]*)""# => Write("$1$2"), sure;
        "source \"guide\" item \"1\"" => "source guide item \"1\""; "without quotes, for a name" "名称不加引号";
    exclusive_unless [Line] r"¦(?:if|If|IF|whenever|provided(?:\s+that)?|where|当|如果|若|如)(?:\s+|$)" => Write("when "), sure;
        "if entity.nature is enterprise" => "when entity.nature is enterprise"; "for when the rule applies" "表示规则何时适用";
    demands_word [Line] r"¦(?:then|assert|ensure|check|requires|required|require_that|must\s+be|shall|须|应当|应|必须|要求|检查)(?:\s+|$)" => Write("require "), maybe;
        "ensure entity.name is given" => "require entity.name is given"; "for what must hold" "表示须满足的条件";
    must_holds [Line] r"\b(?:must|should)\s+¦(?:be\s+|hold\s+)?(?:[A-Za-z_一-鿿][\w.一-鿿]*)\s+(?:is|in|>=|<=|contains)\b" => Say("require …"), maybe;
        "must entity.name is given" => "require entity.name is given"; "for what must hold; `must` stands on a line of its own" "表示须满足的条件；`must` 单独一行";
    reports_word [Line] r"¦(?:message|error|msg|say|fail|print|提示|报告|消息)\s*:?\s*" => Write("report "), maybe;
        "message \"no name\" zh \"无名称\"" => "report \"no name\" zh \"无名称\""; "for what a finding says" "表示不满足时的消息";
    helps_word [Line] r"¦(?:hint|fix|suggestion|remedy|advise|帮助|建议)\s*:?\s*" => Write("help "), maybe;
        "hint \"state it\" zh \"填写\"" => "help \"state it\" zh \"填写\""; "for what to do" "表示应如何处理";
    sources_word [Line] r"¦(?:cite|cites|ref|reference|according\s+to|from|law|来源|依据|出处)\s*:?\s+" => Write("source "), maybe;
        "cite guide item \"1\"" => "source guide item \"1\""; "for where the rule comes from" "表示规则的来源";
    dates_word [Line] r"¦(?:valid|in_force|in\s+force|since|starts|begins|有效期|生效|自)(?:\s+from)?\s*:?\s+" => Write("effective "), maybe;
        "valid 2027-01-01 .." => "effective 2027-01-01 .."; "for the days on which it is in force" "表示有效期";
    addresses_word [Line] r"¦(?:link|href|uri|address|网址|链接)\s*:?\s+" => Write("url "), maybe;
        "link \"https://example.org\"" => "url \"https://example.org\""; "for the address of a source" "表示来源的网址";
    each_word [Line] r"¦(?:foreach|forEach|for_each|for-each|loop|逐个)\b" => Write("for each"), sure;
        "foreach d in domain" => "for each d in domain"; "to go through a list" "表示逐项处理";
    comma_of_a_line [Line] r"¦[,]\s*$" => Write(""), sure;
        "require entity.name is given," => "require entity.name is given"; "a line ends without a comma" "行末不写逗号";
    item_of_list [Tail] r"¦\[[^\]\n]*\]" => Say("every … satisfies, some … satisfies, or for each"), maybe;
        "require domain[0].name is given" => "require every d in domain satisfies d.name is given"; "to ask about the items of a list" "用来判断列表中的各项";
    value_if_absent [Tail] r"¦\?\?|¦\?:" => Write("else"), sure;
        "require entity.remarks ?? \"\" is \"\"" => "require entity.remarks else \"\" is \"\""; "for what counts where nothing is stated" "表示未填写时采用的值";
    choice_sign [Tail] r"¦\?" => Say("decide \"…\" { … when … otherwise … }"), maybe;
        "define kind = is_small ? initial : blocked" => "define kind = decide \"kind\" { initial when is_small otherwise blocked } as derived_type"; "where one of several values is chosen" "表示在若干值中选择";
    product [Tail] r"¦[*×÷%]" => Tell, maybe;
        "require length(entity.name) * 2 >= 4" => "require length(entity.name) + length(entity.name) >= 4"; "`+` or `-`: there is no other arithmetic" "`+` 或 `-`，没有其他运算";
    quote_single [Value Text] r"¦['‘’`]" => Say("\"…\""), maybe;
        "require entity.name is 'x" => "require entity.name is \"x\""; "for a text" "表示文本";
    parameter_without_type [Colon] r"\bparameter\s+([A-Za-z_一-鿿][\w\-一-鿿]*)\s*¦=" => Say("parameter name: type = value"), maybe;
        "parameter days_left = 3" => "parameter days_left: integer = 3"; "for a parameter, which has a type" "参数须写明类型";
}

/// A word that people write where a name of the manifest is due: what to write instead.
pub(super) const NAMES: &[(&[&str], &str, &str, &str)] = &[
    (
        &["null", "nil", "None", "NULL", "Null", "undefined", "empty", "blank", "NaN", "absent", "空", "空值"],
        "is missing",
        "write `is missing` for what is absent, `is given` for what is there",
        "未填写写作 `is missing`，已填写写作 `is given`",
    ),
    (
        &["True", "TRUE", "yes", "Yes", "YES", "on", "是", "真", "有"],
        "true",
        "write `true`, or the condition alone",
        "写作 `true`，或只写条件本身",
    ),
    (
        &["False", "FALSE", "No", "NO", "off", "否", "假", "无"],
        "false",
        "write `false`, or `not` before the condition",
        "写作 `false`，或在条件前写 `not`",
    ),
    (
        &["today", "Today", "now", "current_date", "sysdate", "CURRENT_DATE", "今天", "今日", "当前日期", "提交日", "提交日期"],
        "submission_date",
        "write `submission_date` for the day whose law counts",
        "以 `submission_date` 表示适用规则的日期",
    ),
    (
        &["len", "size", "strlen", "LEN", "len_of", "长度", "字数"],
        "length",
        "write `length(text)` for the characters of a text",
        "字数写作 `length(text)`",
    ),
    (
        &["count", "COUNT", "sizeof", "数量", "个数"],
        "count of",
        "write `count of list` for the items of a list",
        "项数写作 `count of 列表`",
    ),
    (
        &["substr", "substring", "left"],
        "first",
        "write `first(text, n)` or `last(text, n)` for a part of a text",
        "文本的一部分写作 `first(text, n)` 或 `last(text, n)`",
    ),
    (&["right"], "last", "write `last(text, n)` for the end of a text", "文本末尾写作 `last(text, n)`"),
    (
        &["datediff", "diff_days", "days", "date_diff", "DATEDIF"],
        "days_between",
        "write `days_between(a, b)` for whole days",
        "相隔天数写作 `days_between(a, b)`",
    ),
    (
        &["age", "年龄"],
        "years_between",
        "write `years_between(born_on, submission_date)` for completed years",
        "周岁写作 `years_between(出生日期, submission_date)`",
    ),
    (
        &["workdays", "NETWORKDAYS"],
        "business_days_between",
        "write `business_days_between(a, b)`",
        "工作日数写作 `business_days_between(a, b)`",
    ),
    (&["isNull", "is_null", "isEmpty", "is_empty", "isnull", "ISBLANK"], "is missing", "write `x is missing`", "写作 `x is missing`"),
    (&["exists", "isset", "defined"], "is given", "write `x is given`", "写作 `x is given`"),
];

/// A word that people begin a declaration with: the one of the language, and what it does.
pub(super) const HEADS: &[(&[&str], &str, &str, &str)] = &[
    (
        &["rule", "Rule", "check", "assert", "规则", "要求", "policy", "validate", "constraint"],
        "requirement",
        "declares a rule",
        "声明规则",
    ),
    (
        &["const", "let", "var", "val", "def", "function", "func", "fn", "定义", "变量"],
        "define",
        "gives an expression a name",
        "为表达式命名",
    ),
    (&["param", "参数", "setting", "option"], "parameter", "declares a value that regions may set", "声明各地可改的参数"),
    (&["override", "patch"], "replace", "changes a rule of the base", "替换基础规则"),
    (&["exception", "except", "exempt", "exclude", "例外"], "amend", "holds exceptions to a rule of the base", "为基础规则写例外"),
    (&["remove", "delete", "disable", "skip", "ignore", "豁免", "不适用"], "waive", "lifts a rule of the base", "豁免基础规则"),
    (&["struct", "class", "object", "interface", "table", "记录"], "record", "declares fields that belong together", "声明一组字段"),
    (&["enumeration", "values", "choices", "枚举"], "enum", "declares values", "声明可选值"),
    (&["test", "example", "scenario", "it", "用例", "测试"], "case", "declares a case", "声明用例"),
    (&["reference", "cite", "law", "ref", "来源", "出处", "依据"], "source", "declares where rules come from", "声明规则来源"),
    (&["province", "地区", "省"], "region", "declares the layer of a region", "声明地区层级"),
    (&["document", "attachment", "材料", "附件"], "material", "declares a document", "声明材料"),
    (&["task", "stage", "步骤", "流程"], "step", "declares a step of the process", "声明流程步骤"),
    (
        &["import", "include", "use", "using", "require", "from", "extends", "引入"],
        "part of",
        "names the layer of a file; all files of a folder are read together",
        "声明文件所属层级；同一文件夹的文件一并读取",
    ),
];
