"""Limits: how long somebody has, as a regulation words it."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from bihuan.kernel.vocabulary import Vocabulary


class Unit(Vocabulary):
    """In what a limit is counted."""

    WORKING_DAYS = "wd", "个工作日"
    WORKING_HOURS = "wh", "个工作小时"
    DAYS = "d", "天"
    HOURS = "h", "小时"
    MINUTES = "min", "分钟"
    END_OF_DAY = "endOfDay", "当日"


_UNITS = {unit.value: unit for unit in Unit}
_WRITTEN = re.compile(r"([1-9][0-9]{0,3})(wd|wh|d|h|min)")


@dataclass(frozen=True, slots=True)
class Limit:
    """So many of a unit; `endOfDay` is the end of the day of receipt and has no amount to speak of."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "5wd", "4wh", "30d", "2h", "15min" or "endOfDay"; ValueError for anything else."""
        if text == Unit.END_OF_DAY:
            return cls(1, Unit.END_OF_DAY)
        written = _WRITTEN.fullmatch(text)
        if written is None:
            raise ValueError(f"{text!r} is no limit; write for example 5wd, 4wh, 30d, 2h, 15min or endOfDay")
        return cls(int(written[1]), _UNITS[written[2]])

    def __str__(self) -> str:
        return Unit.END_OF_DAY.value if self.unit is Unit.END_OF_DAY else f"{self.amount}{self.unit.value}"

    @property
    def at_least(self) -> timedelta:
        """Natural time that a limit never undercuts."""
        return timedelta(days=self.amount) if self.unit in (Unit.DAYS, Unit.WORKING_DAYS) else timedelta()

    @property
    def words(self) -> str:
        """As an official reads it: 5个工作日, 当日."""
        return self.unit.label if self.unit is Unit.END_OF_DAY else f"{self.amount}{self.unit.label}"

    def adds_to(self, other: "Limit") -> bool:
        """Whether the two are counted in the same unit, so that their amounts can be added."""
        return self.unit is other.unit and self.unit is not Unit.END_OF_DAY

    def plus(self, other: "Limit") -> "Limit":
        """The sum of two limits of one unit."""
        if not self.adds_to(other):
            raise ValueError(f"{self} and {other} cannot be added")
        return Limit(self.amount + other.amount, self.unit)


class LimitName(Vocabulary):
    """Every limit that a pack may set. A pack that sets any other is refused at load."""

    DISPATCH = "dispatch", "派单"
    SIGN_IN = "sign_in", "签收"
    FIRST_CONTACT = "first_contact", "首次联系诉求人"
    HANDLE = "handle", "办理"
    RETURN_REQUEST = "return_request", "提出退单"
    RETURN_DECISION = "return_decision", "退单审核"
    EXTENSION = "extension", "延期（最长）"
    EXTENSION_DECISION = "extension_decision", "延期审批"
    SIGN_OFF = "sign_off", "审签"
    REVIEW = "review", "审核"
    DECLINE_DECISION = "decline_decision", "不予受理复核"
    TERMINATION_DECISION = "termination_decision", "终止办理审批"
    CALLBACK = "callback", "回访"
    CALLBACK_CHECK = "callback_check", "核实回访记录"
    UNSOLVED_FOLLOW_UP = "unsolved_follow_up", "跟进未解决事项"
    UNMERGE = "unmerge", "并单诉求人不满意且未解决的拆回"
    REWORK = "rework", "重办"
    HANG_REVIEW = "hang_review", "挂账复核（最长间隔）"
    HANG_CONFIRM = "hang_confirm", "责任领导确认挂账"
    AWAIT_REQUESTER = "await_requester", "等待诉求人补充（最长）"
    ARCHIVE = "archive", "归档"
    RETENTION = "retention", "终结后个人信息保存"
    LIST_REPORT = "list_report", "报送未按时办结事项"
    LIST_REGISTER = "list_register", "清单登记"
    LISTED = "listed", "清单办结（定下办理期限之前）"
    LIST_CLASSIFY = "list_classify", "清单分类"
    KEY_PAPER = "key_paper", "补附会商纪要"
    LIST_ASSIGN = "list_assign", "清单交办"
    LIST_SIGN_IN = "list_sign_in", "清单签收"
    LIST_HANDLE = "list_handle", "清单办理（建议）"
    LIST_REVIEW = "list_review", "清单审核"
    LIST_SUPERVISION_FEEDBACK = "list_supervision_feedback", "督查考核机构反馈"
    LIST_STRIKE_OFF = "list_strike_off", "销号"
    LIST_TRACK = "list_track", "跟踪督办"
    LIST_RECHECK = "list_recheck", "销号后复查"
    URGE_REPLY = "urge_reply", "催办回复"
    REMINDER_DECIDE = "reminder_decide", "决定是否工作提醒"
    REMINDER_RECEIPT = "reminder_receipt", "签收工作提醒"
    ORDER_DECIDE = "order_decide", "决定是否督办"
    ORDER_RECEIPT = "order_receipt", "签收督办单"
    ORDER_REPLY = "order_reply", "回复督办单"
    ORDER_PROGRESS = "order_progress", "报告督办进展"
    ORDER_TIME_DECISION = "order_time_decision", "审批督办延长回复时限"
    ORDER_VERDICT = "order_verdict", "认定督办结果"
    COLOURED_DISTRIBUTE = "coloured_distribute", "分派三色督办单"
    COLOURED_RECEIPT = "coloured_receipt", "签收三色督办单"
    COLOURED_REPLY = "coloured_reply", "回复三色督办单"
    COLOURED_ANSWER = "coloured_answer", "三色督办答复上级"
    COLOURED_OUTCOME = "coloured_outcome", "登记三色督办上级认定结果"
    KEY_SUPERVISE = "key_supervise", "督查重点办件"
    KEY_FEEDBACK = "key_feedback", "反馈重点办件督查情况"
    REMINDER_VERDICT = "reminder_verdict", "认定整改情况"
    LINK = "link", "提出联动要求"
    JOINT_FILING = "joint_filing", "联动、吹哨报备"
    LINKAGE_ACCEPT = "linkage_accept", "协办单位受理联动"
    LINKAGE_RETURN_DECISION = "linkage_return_decision", "首接单位答复退出申请"
    JOINT_REMIND = "joint_remind", "处理消极配合通报"
    JOINT_EXPLAIN = "joint_explain", "配合单位说明情况"
    JOINT_CONCLUDE = "joint_conclude", "牵头联动办理"
    JOINT_FORM = "joint_form", "备案表随结果报送"
    JOINT_FILE_FORM = "joint_file_form", "填报备案表"
    DIFFICULTY_DECISION = "difficulty_decision", "共同办理未解决，决定是否汇报"
    DISTRICT_INSTRUCTION = "district_instruction", "领导协调处置"
    CHECK_IN_ROUTINE = "check_in_routine", "常规哨报到"
    CHECK_IN_TOUGH = "check_in_tough", "攻坚哨报到"
    CHECK_IN_EMERGENCY = "check_in_emergency", "应急攻坚哨报到"
    CHECK_IN_KEY = "check_in_key", "重点哨报到"
    WHISTLE_RULING = "whistle_ruling", "裁定吹错哨异议"
    WHISTLE_RETARGET = "whistle_retarget", "重新确定报到部门"
    EMERGENCY_NOTICE = "emergency_notice", "督查考核机构知悉应急吹哨"
    COMMITMENT_CHECK = "commitment_check", "核实承诺兑现"
    COMMITMENT_BROKEN = "commitment_broken", "处理逾期未兑现的承诺"
    INSTRUCTION_VERIFY = "instruction_verify", "核实登记的批示"
    INSTRUCTION_SCAN = "instruction_scan", "补交批示件扫描"
    INSTRUCTION_TASK = "instruction_task", "办理批示事项并报告"
    INSTRUCTION_REPORT = "instruction_report", "上报批示办理情况"
    INSTRUCTION_CLOSE = "instruction_close", "审结批示"
    MEETING_HOLD = "meeting_hold", "召开临时会商会议"
    MEETING_MINUTES = "meeting_minutes", "整理、签发会商纪要"
    DECISION_TASK = "decision_task", "落实会商决定事项并报告"
    COORDINATION_TASK = "coordination_task", "落实协调任务并报告"
    MEETING_CLOSE = "meeting_close", "确认会商决定落实"
    CLUE_SCREEN = "clue_screen", "初核问责线索"
    CLUE_EXPLAIN = "clue_explain", "单位说明线索情况"
    CLUE_VERIFY = "clue_verify", "核实问责线索"
    CLUE_APPROVE = "clue_approve", "批准移交线索"
    CLUE_REFER = "clue_refer", "移交问责线索"
    CLUE_RECEIPT = "clue_receipt", "签收移交的线索"
    CLUE_RESULT = "clue_result", "反馈问责结果"
    CLUE_DOSSIER = "clue_dossier", "问责结果记入单位档案"
    DETERMINATION = "determination", "责任主体认定（全过程）"
    DETERMINATION_SUBMIT = "determination_submit", "整理并移交认定材料"
    DETERMINATION_POSITION = "determination_position", "争议单位说明意见"
    DETERMINATION_OPINION = "determination_opinion", "机构编制部门、司法行政部门会商意见"
    DETERMINATION_ISSUE = "determination_issue", "出具书面认定意见"
    DETERMINATION_MATERIAL = "determination_material", "补充认定材料"
    DETERMINATION_ASSIGN = "determination_assign", "按认定结果派单"
    DETERMINATION_TAKE_BACK = "determination_take_back", "处理不合理诉求认定"
    DETERMINATION_CONTACT = "determination_contact", "明确认定会商联络人"
    SPECIAL_REPORT = "special_report", "报送专报"
    DISTRICT_DESIGNATION = "district_designation", "批示指定责任单位"
    DESIGNATED_HANDLE = "designated_handle", "批示指定单位从速办理"
    RESPONSIBILITY_FOLLOW_UP = "responsibility_follow_up", "机构编制部门跟进确定承办责任"
    SILENCE = "silence", "被指定（认定）单位没有办理"
    REFUSAL_CHECK = "refusal_check", "核查是否拒不承担"
    REFERRAL_EXPLAIN = "referral_explain", "拒不承担单位说明情况"
    SIGN_LETTER = "sign_letter", "签发移交函"
    REFERRAL_RECEIPT = "referral_receipt", "签收移交函"
    REFERRAL_RESULT = "referral_result", "反馈追责问责结果"
    REFERRAL = "referral", "移交拒不承担的线索"
