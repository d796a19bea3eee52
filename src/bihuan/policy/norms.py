"""Every norm that the engine can carry out. A pack that binds any other name is refused at load."""

from bihuan.kernel.norm import Norm

# 来件与登记
REGISTER = Norm("intake.register", "诉求登记，事事有记录")
NAMED_CHANNEL = Norm("intake.named-channel", "只从登记在册的渠道受理")
REGISTER_PROMPTLY = Norm("intake.dispatch-promptly", "登记后限时派单")
ACCEPT = Norm("intake.accept", "受理并转派单")
ANSWER_AT_ONCE = Norm("intake.answer-at-once", "咨询类诉求当即答复")
HAND_OVER_EMERGENCY = Norm("intake.hand-over-emergency", "紧急情况立即移交")
REFER_STATUTORY_PATH = Norm("intake.refer-statutory-path", "告知法定途径")
DECLINE_WITH_GROUND = Norm("intake.decline-with-ground", "不予受理须有法定情形并告知")
DECLINE_SECOND_READER = Norm("intake.decline-second-reader", "不予受理须经另一人复核")
MERGE_REPEATS = Norm("intake.merge-repeats", "重复诉求并单处理，可拆回并告知")
WITHDRAW = Norm("intake.withdraw", "诉求人撤回")
SUPPLEMENT = Norm("intake.supplement", "诉求人补充情况")

# 派单与办理
ONE_LEAD = Norm("dispatch.one-lead", "每件诉求只有一个牵头承办单位")
FIRST_RECEIVER = Norm("dispatch.first-receiver", "第一个接收派单的单位为首接责任单位")
DESIGNATE_LEAD = Norm("dispatch.designate-lead", "多单位共同办理时明确指定首接和协办单位")
DISPATCH_WITH_BASIS = Norm("dispatch.limit-and-basis", "派单须写明依据和时限")
SIGN_IN = Norm("dispatch.sign-in", "接单限时签收")
FIRST_CONTACT = Norm("dispatch.first-contact", "限时首次联系诉求人")
HANDLE_WITHIN_LIMIT = Norm("dispatch.handle-within-limit", "在规定时限内办结")
RETURN_NOT_OWN_DUTY = Norm("return.not-own-duty", "确非本单位职责的，沟通后说明依据退回")
RETURN_WITHIN_WINDOW = Norm("return.within-window", "退单须在时限内提出")
RETURN_BARRED_FOR_DESIGNATED_LEAD = Norm("return.barred-for-designated-lead", "被指定的首接单位不得退单")
RETURN_BARRED_FOR_ADJUDICATED_LEAD = Norm("return.barred-for-adjudicated-lead", "经认定的承办主体不得退单")
RETURN_DECIDED_BY_DESK = Norm("return.decided-by-desk", "退单由受理单位审核决定")
EXTENSION_WITH_APPROVAL = Norm("extension.with-approval", "延期须在到期前申请并经批准")
AWAIT_REQUESTER = Norm("pause.await-requester", "等待诉求人补充期间不计时限")

# 答复、审核、回访
ANSWER_TWO_PARTS = Norm("answer.two-parts", "反馈诉求人并回复平台")
ANSWER_POLICY_BASIS = Norm("answer.policy-basis", "答复须有政策法规依据")
ANSWER_TRUTH_DECLARED = Norm("answer.truth-declared", "承办单位对回复真实性负责")
ANSWER_EXPLAINED = Norm("answer.explained", "暂不能解决的须讲清政策")
SIGN_OFF = Norm("sign-off.by-responsible-head", "办理结果经负责人审签")
REVIEW = Norm("review.by-another-body", "办理结果由承办单位以外的机构审核")
SEND_BACK = Norm("review.send-back", "不合要求的退回补办")
SEPARATION = Norm("review.separation-of-duties", "办理、审核、回访不得为同一人")
CALLBACK = Norm("callback.by-platform", "平台回访诉求人")
CALLBACK_ATTEMPTS = Norm("callback.attempts", "联系不上的按规定次数回访")
CLOSE_WITHOUT_CALLBACK = Norm("callback.not-possible", "匿名或不要求回访的不回访")
REWORK = Norm("rework.dissatisfied", "不满意且未解决的重办")
CLOSE = Norm("close.with-type", "办结须写明办结方式")
REOPEN = Norm("close.reopen", "有新情况的重新办理")
TERMINATE = Norm("terminate.on-written-request", "承办单位书面申请，受理单位批准后终止办理")
HANG = Norm("hang.with-plan", "客观上暂不能解决的挂账并定期复核")
ARCHIVE = Norm("close.archive", "办结满期归档")

# 清单事项
LIST_OVERDUE = Norm("listing.overdue-becomes-candidate", "未能按时解决的列为候选清单事项")
LIST_ENTRY_GUARD = Norm("listing.entry-guard", "列入清单须是按规定办理未能按时解决的事项")
LIST_REPORT = Norm("listing.channel-owner-reports", "受理单位报送未能按时办结的事项")
LIST_REGISTER = Norm("listing.register", "登记造册")
LIST_DROP = Norm("listing.drop-with-reason", "不符合条件的说明理由不予列入")
LIST_CLASSIFY = Norm("listing.classify", "分类处置")
LIST_KEY_BASIS = Norm("listing.key-needs-meeting-or-instruction", "重点事项须经会商确定或领导批示")
LIST_ASSIGN = Norm("listing.assign-with-limit-and-basis", "交办须定承办单位、时限和依据")
LIST_COPY = Norm("listing.copy-to-supervision", "交办同时抄送督查考核机构")
LIST_SIGN_IN = Norm("listing.sign-in", "承办单位签收交办事项")
LIST_URGE = Norm("listing.urge", "催办督办，跟踪问果")
LIST_HANDLE = Norm("listing.handle-within-limit", "在交办时限内办结")
LIST_FEEDBACK_PROOF = Norm("listing.feedback-signature-or-seal", "办理结果须经主要负责人签字或加盖公章")
LIST_REVIEW = Norm("listing.review", "审核把关，确认办结")
LIST_SEND_BACK = Norm("listing.send-back", "不合要求的退回补办")
LIST_SUPERVISION_FEEDBACK = Norm("listing.supervision-feedback", "重点事项销号前须有督查考核机构反馈")
LIST_STRIKE_OFF = Norm("listing.strike-off", "确认办结后对账销号")
LIST_STRIKE_OFF_SEPARATION = Norm("listing.strike-off-separation", "确认办结与销号不得为同一人")
LIST_RECONCILE = Norm("listing.reconcile", "台账逐月对账")
LIST_TRACK = Norm("listing.track-special", "重要特殊事项销号后持续跟踪")

# 首接联动
LINKAGE_REQUEST = Norm("linkage.request", "需要其他单位共同办理的，首接单位主动对接并提出联动要求")
LINKAGE_FILING = Norm("linkage.filing", "联动办理向平台报备")
LINKAGE_COOPERATE = Norm("linkage.cooperate", "协办单位服从调度、配合办理，只能退回首接单位")
LINKAGE_CONVENE = Norm("linkage.convene", "首接单位牵头召集相关单位共同研究")
LINKAGE_REPORT = Norm("linkage.report-difficulty", "共同办理困难的，主要负责人向区委区政府汇报")
LINKAGE_COORDINATE = Norm("linkage.district-coordinates", "分管区领导协调处置")
LINKAGE_PASSIVE = Norm("linkage.passive-notice", "消极应付的，通报区社会事务协调中心")
LINKAGE_FORM = Norm("linkage.form", "填写“首接负责”备案表，一事一报")
LINKAGE_GRADE = Norm("linkage.grade", "对协办单位配合情况评价，低于“好”的说明原因")
LINKAGE_FORM_SIGNED = Norm("linkage.form-signed", "备案表由分管负责人审签")
LINKAGE_FORM_UPLOADED = Norm("linkage.form-uploaded", "备案表随办理结果同步上传")
LINKAGE_SHARED = Norm("linkage.shared-result", "首接单位与协办单位共同承担考核结果")
LINKAGE_FIGURES = Norm("linkage.figures", "首接负责机制落实情况分单位统计，供年度考核")
LINKAGE_CHART = Norm("linkage.chart", "“首接负责”工作机制流程图")

# 吹哨报到
WHISTLE_BLOW = Norm("whistle.blow", "只有镇街可以吹哨")
WHISTLE_TARGETS = Norm("whistle.targets", "报到单位须是区直部门、驻地单位或公共服务企业")
WHISTLE_TYPE = Norm("whistle.type", "吹哨分常规哨、攻坚哨、重点哨")
WHISTLE_EMERGENCY = Norm("whistle.emergency", "应急类情况吹攻坚哨")
WHISTLE_KEY = Norm("whistle.key-after-tough", "重点哨须经攻坚哨仍无法解决")
WHISTLE_TOPICS = Norm("whistle.topics", "编办列出攻坚哨事项清单")
WHISTLE_FILING = Norm("whistle.filing", "吹哨向平台电话报备")
WHISTLE_CHECK_IN = Norm("whistle.check-in", "部门响应吹哨，到镇街报到")
WHISTLE_RESPOND = Norm("whistle.respond", "部门全力参与，推动快速解决")
WHISTLE_UPWARD = Norm("whistle.upward-contact", "需上级支持的，与上级主管部门沟通对接")
WHISTLE_PRE_STUDY = Norm("whistle.pre-study", "吹哨前初步研究，准确定位报到部门")
WHISTLE_MISDIRECTED = Norm("whistle.misdirected", "吹错哨的，由平台裁定")
WHISTLE_CONVENE = Norm("whistle.convene", "镇街牵头召集相关部门共同办理")
WHISTLE_REPORT = Norm("whistle.report-difficulty", "解决困难的，及时向区委区政府汇报")
WHISTLE_COORDINATE = Norm("whistle.district-decides", "重点哨由区级研究解决")
WHISTLE_PASSIVE = Norm("whistle.passive-notice", "部门不报到、消极应付的，通报并提醒")
WHISTLE_LIAISON = Norm("whistle.liaison", "各镇街、各部门明确一名分管负责人作为联络员")
WHISTLE_FORM = Norm("whistle.form", "填写“吹哨报到”备案表，一事一报")
WHISTLE_GRADE = Norm("whistle.grade", "对报到部门配合情况评价，低于“好”的说明原因")
WHISTLE_FORM_SIGNED = Norm("whistle.form-signed", "备案表由吹哨单位分管负责人审签")
WHISTLE_FORM_UPLOADED = Norm("whistle.form-uploaded", "备案表随办理结果同步上传")
WHISTLE_CHART = Norm("whistle.chart", "“吹哨报到”工作机制流程图")
WHISTLE_SHARED = Norm("whistle.shared-result", "吹哨主体与报到部门共同承担考核结果")
WHISTLE_FIGURES = Norm("whistle.figures", "“吹哨报到”机制落实情况分单位统计，供年度考核")
WHISTLE_MISUSE = Norm("whistle.misuse", "镇街不敢吹、不愿吹、乱吹哨的，逐件列出线索")

# 联动与吹哨共有
JOINT_ENDS = Norm("joint.ends-with-case", "工单终结或改派的，联动、吹哨随之终止")
JOINT_AGAIN = Norm("joint.again", "重新办理的工单可以再次联动、再次吹哨")

# 机构与身份
RESPONSIBLE_PERSONS = Norm("organisation.responsible-persons", "承办单位须明确主要负责人、分管负责人和经办人")
SUCCESSION = Norm("organisation.succession", "职务变动由继任者履行职责，不再另行行文")
SUPERIOR_BODY = Norm("organisation.superior-body", "驻地单位和公共服务企业须有上级主管机关")
IDENTITY_PROTECTED = Norm("identity.protected", "诉求人信息加密、脱敏，查看留痕")
ATTACHMENT_CHECKED = Norm("attachment.checked", "附件按内容核验类型，去除定位等隐含信息")
WORKING_TIME = Norm("duties.working-time", "时限按工作日历计算，可说明可复算")
TRAINING_CLOCK = Norm("training.clock", "只有教学环境的时钟可以拨快")

ALL: dict[str, Norm] = {norm.name: norm for norm in list(globals().values()) if isinstance(norm, Norm)}
"""Norm name → norm."""


def norm(name: str) -> Norm:
    """The norm of that name. Raises KeyError for a name that the engine lacks."""
    return ALL[name]
