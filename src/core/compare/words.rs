//! The words for declarations and their parts.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $key:literal $en:literal $zh:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)] // the words say what each is
        pub enum $name { $($variant,)* }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// As written in JSON.
            pub fn key(self) -> &'static str {
                match self { $($name::$variant => $key,)* }
            }

            /// The words for it, in English and Chinese.
            pub fn words(self) -> (&'static str, &'static str) {
                match self { $($name::$variant => ($en, $zh),)* }
            }
        }
    };
}

words! {
    /// What a declaration declares, in the order of the output.
    Kind {
        Layer "layer" "layer" "层级";
        Enum "enum" "enum" "枚举";
        Record "record" "record" "记录";
        Type "type" "type" "类型";
        Role "role" "role" "角色";
        Source "source" "source" "来源";
        Calendar "calendar" "calendar" "日历";
        Parameter "parameter" "parameter" "参数";
        Definition "definition" "definition" "定义";
        Requirement "requirement" "requirement" "规则";
        Set "set" "set" "设值";
        Except "except" "except" "例外";
        Unless "unless" "unless" "例外之例外";
        Waive "waive" "waive" "豁免";
        Replace "replace" "replace" "取代";
        Adopt "adopt" "adopt" "采用";
        Confirm "confirm" "confirm" "确认";
        Material "material" "material" "材料";
        Step "step" "step" "步骤";
        Advice "advice" "advice" "提示";
        Case "case" "case" "用例";
    }
}

words! {
    /// A part of a declaration.
    What {
        Operation "operation" "operation" "操作";
        Title "title" "title" "标题";
        Target "target" "about" "对象";
        Extends "extends" "extends" "上级";
        Type "type" "type" "类型";
        Values "values" "values" "取值";
        Fields "fields" "fields" "字段";
        Value "value" "value" "值";
        Several "several-layers" "of several layers" "多层级取值";
        DaysOff "days-off" "days off" "休息日";
        DaysWorked "days-worked" "worked days" "调休上班日";
        PlayedBy "played-by" "played by" "承担者";
        Loop "for-each" "for each" "逐项";
        FilingTypes "filing-types" "filing types" "备案类型";
        Condition "condition" "condition" "条件";
        Demand "demand" "demand" "要求";
        Materials "materials" "materials" "材料";
        Effective "effective" "in force" "有效期";
        Optional "optional" "only where adopted" "采用后施行";
        Formerly "formerly" "formerly" "曾用编号";
        Strength "strength" "strength" "力度";
        Stage "stage" "stage" "阶段";
        Needs "needs" "needs" "须先满足";
        EvenIfNotRequired "even-if-not-required" "even if not required" "无需备案时仍适用";
        Claim "claim" "claim" "取代方式";
        Over "over" "over" "优先于";
        Place "report-at" "reported at" "报告位置";
        Message "message" "message" "提示语";
        Help "help" "help" "处理建议";
        Sources "sources" "sources" "来源";
        Basis "basis" "basis" "依据";
        Confidence "confidence" "confidence" "可信度";
        Status "status" "status" "状态";
        LastSeen "last-seen" "last seen" "最近见于";
        Readings "readings" "other readings" "其他说法";
        Advice "advice" "advice" "提示";
        Text "text" "text" "文字";
        Url "url" "address" "网址";
        Dated "dated" "dated" "所载日期";
        Read "read" "read" "查阅日期";
        Field "field" "field" "字段";
        Formats "formats" "formats" "格式";
        MaxKb "max-kb" "largest size in KB" "大小上限（KB）";
        Actors "actors" "who acts" "由谁办理";
        After "after" "after" "前置步骤";
        Takes "takes" "takes" "用时";
        Usual "usual" "usually" "通常用时";
        Deadline "deadline" "deadline" "期限";
        StartedOn "started-on" "started on" "开始标志";
        DoneOn "done-on" "done on" "完成日期";
        DoneWhen "done-when" "done when" "完成条件";
        GatedBy "gated-by" "gated by" "须满足的规则";
        Produces "produces" "produces" "产出";
        Until "until" "until" "直至";
        OnReject "on-reject" "on reject" "退回后";
        ReturnsTo "returns-to" "returns to" "回到";
        Milestone "milestone" "milestone" "里程碑";
        Authority "authority" "authority" "主管部门";
        Plate "plate" "plate" "简称";
        Gb2260 "gb2260" "division code" "区划代码";
        Otherwise "otherwise" "otherwise" "不适用时";
        Manifest "manifest" "manifest" "清单";
        With "with" "changed facts" "修改的事实";
        On "on" "day" "日期";
        Expect "expect" "expected" "预期";
    }
}
