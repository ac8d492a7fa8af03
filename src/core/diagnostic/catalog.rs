//! Every code, one line each. A code is never reused.
//!
//! Families: F1 syntax, F2 names and layers, F3 types, F4 graph, F5 manifest, F6 evaluation, F7 use of the program, F8 cases of the rules.

use super::Severity;

macro_rules! catalog {
    ($($id:ident $name:ident $severity:ident $en:literal $zh:literal;)*) => {
        /// A code of the catalog.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)] // the title of each code is its documentation
        pub enum Code { $($name,)* }

        impl Code {
            /// All codes in order.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// As printed, `F2003`.
            pub fn id(self) -> &'static str {
                match self { $(Code::$name => stringify!($id),)* }
            }

            /// The severity of its messages.
            pub fn severity(self) -> Severity {
                match self { $(Code::$name => Severity::$severity,)* }
            }

            /// What it is about, in English and Chinese.
            pub fn title(self) -> (&'static str, &'static str) {
                match self { $(Code::$name => ($en, $zh),)* }
            }

            /// The page that `filingc explain` shows.
            pub fn page(self) -> &'static str {
                match self { $(Code::$name => include_str!(concat!("../../../docs/diagnostics/", stringify!($id), ".md")),)* }
            }
        }
    };
}

catalog! {
    F1001 UnexpectedText Error "text that does not belong here" "此处出现意外的文字";
    F1002 UnknownKeyword Error "unknown keyword" "未知关键字";
    F1003 FullWidthPunctuation Warning "full-width punctuation" "全角标点";
    F1004 UnclosedBlock Error "bracket without its partner" "括号未配对";
    F1005 NestingTooDeep Error "nesting too deep" "嵌套过深";
    F1006 BadLiteral Error "literal that cannot be read" "无法识别的字面量";
    F1007 UnterminatedText Error "text without its closing quote" "文本缺少结束引号";
    F1008 UnknownEscape Error "unknown escape in a text" "文本中有未知转义";
    F1009 RepeatedClause Error "line given twice in one block" "同一声明中重复的语句";
    F1010 MissingClause Error "block lacks a line it needs" "声明缺少必要语句";
    F1011 MisplacedDeclaration Error "declaration that its file may not hold" "声明所在文件不当";
    F1012 UnreadableRules Error "rule file that cannot be read" "规则文件无法读取";
    F1013 BrokenPack Error "stored rulebook that cannot be used" "已编译的规则文件无法使用";
    F1014 MixedConditions Error "`and` and `or` side by side without brackets" "`and` 与 `or` 并列而没有括号";
    F1015 MixedKeywords Warning "keywords of two languages" "关键字混用两种语言";
    F1016 UnsafeFormat Error "formatting that would change a meaning" "格式化会改变含义";
    F1020 ForeignWriting Error "writing of another language" "其他语言的写法";
    F2001 UnknownName Error "unknown name" "未知名称";
    F2002 DuplicateName Error "name declared twice" "名称重复声明";
    F2003 UnknownField Error "unknown field" "未知字段";
    F2004 UnknownValue Error "value that the enum does not have" "枚举没有该值";
    F2005 UnknownRule Error "unknown rule" "未知规则";
    F2006 UnknownSource Error "unknown source" "未知来源";
    F2007 MissingSource Error "rule without a source" "规则缺少来源";
    F2008 NothingToAmend Error "change to a rule that does not exist" "所修改的规则不存在";
    F2009 LayerClash Error "two layers change the same rule" "两个层级修改同一规则";
    F2010 UnknownLayer Error "unknown layer" "未知层级";
    F2011 UnknownType Error "unknown type" "未知类型";
    F2012 UnknownParameter Error "unknown parameter" "未知参数";
    F2013 UnknownMaterial Error "unknown material" "未知材料";
    F2014 UnknownStep Error "unknown step" "未知步骤";
    F2015 NoManifest Error "rules without a manifest declaration" "规则缺少 manifest 声明";
    F2016 UnknownFunction Error "unknown function" "未知函数";
    F2017 EndlessRecord Error "record that contains itself" "记录包含自身";
    F2018 UnknownException Error "unknown exception" "未知例外";
    F2019 UnknownRole Error "unknown role" "未知角色";
    F2020 NotAdopted Error "optional rule that is not adopted, or adoption of one that is not optional" "可选规则未被采用，或采用了并非可选的规则";
    F3001 TypeMismatch Error "wrong type" "类型不符";
    F3002 UnitMismatch Error "units that do not mix" "单位不能混用";
    F3003 NotACondition Error "condition expected" "此处应为条件";
    F3004 NotAList Error "list expected" "此处应为列表";
    F3005 NotComparable Error "values that cannot be compared" "无法比较的值";
    F3006 WrongArguments Error "wrong arguments of a function" "函数参数有误";
    F3007 BadPattern Error "pattern that cannot be read" "模式无法识别";
    F3008 NeverHolds Error "condition that can never hold" "条件永不成立";
    F3009 NotARecord Error "field of something that is not a record" "该值不是记录，没有字段";
    F3010 NotShowable Error "value that a message cannot show" "消息无法显示该值";
    F3011 UnfitRole Error "name that cannot play its role" "该名称不能承担此角色";
    F4001 Cycle Error "declarations that depend on each other in a circle" "声明循环依赖";
    F4002 TwoActiveVersions Error "two versions in force on one day" "同一天有两个有效版本";
    F4003 VersionGap Error "gap between two versions" "两个版本之间有空档";
    F4004 EmptyRange Error "effective range that ends before it starts" "有效期终止早于开始";
    F4005 UnreachableException Error "exception that can never apply" "永不适用的例外";
    F4006 TableGap Error "decision table with a gap" "决策表有缺口";
    F4007 UnreachableRow Error "row of a decision table that is never reached" "决策表中永不到达的行";
    F4008 UnusedParameter Warning "parameter that is never used" "未使用的参数";
    F4009 MissingTranslation Warning "text without its Chinese twin" "文本缺少中文";
    F4010 CaseWithoutExpectation Error "case that expects nothing" "用例没有预期";
    F4011 DoesNotFit Error "exception or waiver that does not fit a version of its rule" "例外或豁免与规则的某个版本不符";
    F4012 UnorderedChanges Error "waiver and replacement of one rule without an order" "同一规则的豁免与取代没有先后";
    F4030 ImpossibleDeadline Error "deadline that cannot be kept" "无法满足的期限";
    F5001 TomlSyntax Error "TOML that cannot be read" "TOML 语法错误";
    F5002 JsonSyntax Error "JSON that cannot be read" "JSON 语法错误";
    F5003 UnknownKey Error "unknown key" "未知键";
    F5004 WrongType Error "value of the wrong type" "值的类型不符";
    F5005 InvalidValue Error "value that cannot be right" "值不合格式";
    F5006 SuspiciousValue Warning "value that is probably wrong" "值可疑";
    F5007 NormalisedValue Note "value read in its normal form" "值已规范化";
    F5008 DuplicateKey Error "key given twice" "键重复";
    F5009 DuplicateItem Error "two items with the same key" "列表中键值重复";
    F5010 UnknownEnumValue Error "value that is not among the choices" "值不在可选范围内";
    F5011 MissingItemKey Warning "item without its key" "列表项缺少键";
    F5012 NotUtf8 Error "file that is not UTF-8" "文件不是 UTF-8";
    F5013 Unreadable Error "file that cannot be read" "文件无法读取";
    F5014 TooLarge Error "file that is too large" "文件过大";
    F5015 TooDeep Error "manifest nested too deep" "清单嵌套过深";
    F5016 UnlistedValue Note "value that the rules do not list" "规则未列出的值";
    F5017 BareChineseKey Error "Chinese key without quotes" "中文键未加引号";
    F5018 NotDeclarable Error "field that cannot be declared not to exist" "该字段不能声明为无";
    F5019 TomlVersion Warning "TOML that older programs refuse" "旧版程序不接受的 TOML 写法";
    F5020 MaterialAbsent Note "documents that are not on this disk" "文件不在本机";
    F5021 MaterialMissing Error "document that is required on this disk and missing" "要求存在的文件缺失";
    F5022 MaterialDamaged Error "document that cannot be opened" "文件无法打开";
    F5023 MaterialDiffers Warning "document that differs from what is said of it" "文件与所述不符";
    F5024 MaterialOutside Warning "document that the manifest may not open" "清单不得打开的文件";
    F5025 HiddenCharacter Warning "character that nobody sees" "看不见的字符";
    F5026 BlankValue Note "value that says nothing" "没有内容的值";
    F5027 UnknownColumn Error "column of a table that holds no known field" "表格中无法对应字段的列";
    F5028 UnreliableCell Error "cell that does not hold what it shows" "单元格内容不可靠";
    F5029 BrokenTable Error "table that cannot be read" "表格无法读取";
    F5030 RowsDiffer Error "rows of one filing that contradict each other" "同一份备案的各行相互矛盾";
    F5031 UnknownRecord Error "record that does not say what it is about" "查询记录未写明对象";
    F5032 RecordDiffers Error "look-up that differs from what is stated" "查询结果与所填内容不一致";
    F6001 MissingFact Error "fact that is not stated" "缺少事实";
    F6002 NotLookedUp Error "register that was not looked up" "未查询登记数据";
    F6003 NoRegion Error "no region to file in" "没有备案地区";
    F6004 CalendarYear Warning "calendar year that is not covered" "日历未覆盖的年份";
    F6005 ComingRule Note "rule that will come into force" "即将生效的规则";
    F6006 Provisional Note "verdict that further facts can change" "结论可能随补充信息改变";
    F6007 RegionDiffers Error "region given twice, differently" "两处地区不一致";
    F7001 Configuration Error "configuration that cannot be used" "配置无法使用";
    F7002 NothingFound Error "nothing of that name" "没有该名称";
    F7003 NoManifests Error "no manifest to check" "没有可检查的清单";
    F7004 NotWritable Error "file that cannot be written" "文件无法写入";
    F7005 OutputFormat Error "output format that the command does not have" "该命令没有的输出格式";
    F7006 Environment Error "environment variable that cannot be used" "环境变量无法使用";
    F7007 Call Error "call that cannot be understood" "无法理解的命令调用";
    F8001 CaseFails Error "case that does not come out as expected" "用例结果与预期不符";
    F8002 CaseManifest Error "manifest of a case that cannot be used" "用例的清单无法使用";
    F8003 CaseField Error "line of a case that does not fit the manifest" "用例语句与清单不符";
    F8004 CaseSnapshot Error "case folder without its expected findings" "用例文件夹缺少预期结果";
    F8005 MutantSurvives Warning "change of a rule that no case notices" "没有用例发现的规则改动";
}

impl Code {
    /// A code by its printed form.
    pub fn from_id(id: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|c| c.id().eq_ignore_ascii_case(id))
    }
}
