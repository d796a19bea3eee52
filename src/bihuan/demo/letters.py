"""Invented requests: what people complain of, ask and praise, and how it is answered."""

from dataclasses import dataclass, replace
from random import Random

from bihuan.cases.types import AppealType
from bihuan.demo.plans import MATTERS

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
ESTATES = (
    "阳光花园",
    "锦绣家园",
    "和谐小区",
    "翠湖苑",
    "东城名居",
    "学府雅居",
    "滨河新村",
    "幸福里",
    "春晓苑",
    "安居小区",
    "金色家园",
    "康乐园",
)
GRAVE = frozenset({AppealType.HELP, AppealType.COMPLAINT, AppealType.REPORT})
"""What may come on a list of unsolved matters."""


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of request: its type, title, text, and what the unit did about it."""

    topic: str
    kind: AppealType
    title: str
    text: str
    done: str


@dataclass(frozen=True, slots=True)
class Request:
    """An invented request, with its requester."""

    topic: str
    kind: AppealType
    title: str
    text: str
    place: str
    name: str
    phone: str
    address: str
    done: str
    law: str

    def again(self, earlier: "Request") -> "Request":
        """Somebody else about the same thing."""
        text = f"之前已有人反映过：{earlier.text}现在仍然如此，请尽快处理。"
        return replace(earlier, title=f"再次反映{earlier.title}"[:200], text=text, name=self.name, phone=self.phone)


_TEMPLATES = """
streetlight|HELP|{road}路灯连续{days}天不亮|{road}与{cross}路口往东约二百米路灯已经{days}天不亮，晚上接孩子放学看不清路，有老人差点摔倒，希望尽快修复。|已更换损坏灯具{n}盏，并对该路段线路全面检修，夜间照明恢复正常。
streetlight|SUGGEST|建议{estate}南门外增设路灯|{estate}南门到{road}公交站有一段路没有路灯，晚上行人和电动车混行，建议增设照明。|已现场勘查，该路段补装路灯8盏，现已通电亮灯。
road|HELP|{road}路面坑洼积水|{road}{estate}门前路面有多处坑洼，下雨后积水很深，来往车辆溅水严重，骑车也不安全，请安排修补。|已对破损路面切割修补{n}处，疏通雨水口两处，现已恢复通行。
road|COMPLAINT|{road}施工后路面长期未恢复|{road}管网施工结束已经{days}天，路面一直没有恢复，只铺了碎石，扬尘很大，周边居民意见强烈。|已督促施工单位恢复沥青路面，并对超期恢复的行为依法处理。
manhole|HELP|{road}井盖松动有异响|{road}人行道上的井盖松动，车压过去响声很大，夜里影响休息，也担心有人踩空。|已更换防沉降井盖{n}套并加装防坠网，异响消除。
sanitation|COMPLAINT|{estate}垃圾桶清运不及时|{estate}北门垃圾桶经常满溢，夏天气味难闻，已经{days}天没有彻底清理，请加强清运。|已增加清运频次为每日两次，并对桶体和周边地面冲洗消杀。
sanitation|HELP|{road}绿化带内垃圾无人清理|{road}绿化带内散落大量塑料袋和建筑垃圾，影响市容，希望安排清理。|已清理绿化带垃圾约{n}立方米，并安排专人每日巡查。
stalls|COMPLAINT|{road}夜市占道经营噪声扰民|{road}每晚七点到凌晨有烧烤摊占用人行道，油烟和喇叭声很大，{estate}住户无法休息。|已对{n}处占道摊点依法取缔，安排夜间执法人员定点值守。
stalls|REPORT|{estate}门口流动摊贩堵塞出入口|{estate}门口早晚高峰流动摊贩聚集，消防车和救护车都进不来，请查处。|已会同社区设立疏导点，摊贩入点经营，出入口恢复畅通。
illegal_building|REPORT|{estate}顶楼住户私自搭建阳光房|{estate}{n}号楼顶楼住户在楼顶私搭阳光房，影响楼下防水和消防安全，请依法查处。|已立案调查并下达责令限期拆除通知，当事人已自行拆除。
construction_noise|COMPLAINT|{road}工地夜间施工噪声大|{road}旁工地连续{days}天夜里十一点以后还在浇筑，噪声很大，家里有高考学生，请制止。|已约谈施工单位并依法立案，夜间施工已停止，确需连续施工的须先公告。
trees|HELP|{estate}门前行道树遮挡窗户|{estate}{n}号楼门前行道树多年未修剪，遮挡二楼采光，大风天树枝刮窗户，请安排修剪。|已组织专业人员修剪行道树{n}株，清运枯枝。
property|COMPLAINT|{estate}物业服务差收费不公开|{estate}物业收费多年，公共区域卫生差，电梯广告收入从未公示，业主要求公开账目。|已责成物业企业十日内公示上年度收支和公共收益，并约谈项目负责人。
property|CONSULT|咨询成立业主委员会的流程|我们小区入住率已超过一半，想成立业主委员会，请问需要什么条件，向谁申请？|已告知首次业主大会会议的条件、筹备组组成和申请材料，社区安排专人指导。
maintenance_fund|CONSULT|咨询动用维修资金更换屋面防水|{estate}{n}号楼屋面漏水，想申请使用维修资金，请问需要多少业主同意，多久能批？|已告知表决比例、应急使用情形和办理时限，并提供申请表格。
housing_sales|COMPLAINT|{estate}二期逾期{days}天未交房|我购买的{estate}二期合同约定的交房时间已过，开发商一直推脱，业主要求明确交房时间和违约责任。|已约谈开发企业，企业书面承诺交付时间并按合同支付违约金，专班每周调度。
old_estates|SUGGEST|建议将{estate}列入老旧小区改造|{estate}建成二十多年，管网老化、没有停车位，居民都盼着改造，建议列入明年计划。|已现场核实，该小区符合条件，列入下一年度改造申报计划。
heating|COMPLAINT|{estate}室内温度不达标|{estate}{n}号楼室温只有十五六度，家里有老人和刚出生的孩子，多次找供热公司没有解决。|已上门测温并冲洗入户管道、调节支线平衡，复测室温达到二十度。
heating|CONSULT|咨询停热报停的办理时间和费用|房子长期没人住，想办理停热，请问什么时候报停，要交多少费用？|已告知报停期限、基础费标准和线上办理方式。
water|HELP|{estate}自来水发黄有异味|{estate}从{days}天前开始自来水发黄，有铁锈味，不敢做饭，请检测水质。|已对二次供水水箱清洗消毒并更换锈蚀管段，水质检测合格，报告已张贴。
water|HELP|{estate}高层水压低|{estate}十五层以上晚高峰没有水，热水器打不着火，住户生活很不方便。|已更换加压泵一台并调整供水压力，高层供水恢复正常。
power|HELP|{estate}频繁跳闸停电|最近{days}天{estate}晚上频繁跳闸，空调用不了，请检查线路。|已更换老化低压电缆和分支箱，增容变压器一台，供电恢复稳定。
gas|CONSULT|咨询{estate}何时通天然气|{estate}交房已经一年，管道早就装好了，一直没有通气，请问什么时候能开通？|已告知通气点火安排，本月内分楼栋上门点火。
telecom|COMPLAINT|{road}架空线缆杂乱下垂|{road}电线杆上通信线缆下垂到一人高，大车经过经常挂断，存在安全隐患。|已会同三家运营企业梳理捆扎线缆，剪除废弃线缆约{n}百米。
drainage|COMPLAINT|{estate}污水井外溢|{estate}门口污水井每逢下雨就外溢，污水流到路上，臭味很大，已经反映过多次。|已疏通主管道，清掏检查井{n}座，更换塌陷管段，未再外溢。
bus|SUGGEST|建议{n}路公交延长末班时间|{road}沿线工厂下晚班在晚上九点以后，{n}路末班车八点就没有了，建议延长。|经客流调查，末班车延长至二十一时三十分，已在站牌公告。
bus|COMPLAINT|{n}路公交车甩站不停|今天早上在{road}站等车，{n}路公交车未停靠直接开走，导致上班迟到。|已调取监控核实，对驾驶员批评教育并按规定处罚，向诉求人致歉。
taxi|COMPLAINT|出租车不打表乱收费|从火车站到{estate}，出租车没有打表，要价远高于平时，请查处。|已依法查处，责令退还多收车费并处罚款。
rural_road|HELP|村道塌陷影响出行|{town}通往村里的公路因雨水冲刷塌陷约{n}米，校车和农用车无法通行，请尽快抢修。|已组织抢修，回填压实并浇筑混凝土，恢复通行。
traffic_light|SUGGEST|建议{road}与{cross}路口增设左转信号|{road}与{cross}路口早高峰左转车辆排队很长，直行和左转冲突，建议增设左转专用信号。|已调整信号配时并增设左转相位，通行效率明显改善。
parking|COMPLAINT|{road}人行道违停严重|{road}人行道长期被机动车占用，行人只能走机动车道，请加强管理。|已集中整治，抄告违停{n}辆，增设隔离设施。
household|CONSULT|咨询新生儿落户需要的材料|孩子刚满月，父母户口不在一个地方，请问落户需要哪些材料，能不能网上办？|已告知所需材料和线上办理入口，可就近在派出所办理。
security|COMPLAINT|{estate}广场舞音量过大|{estate}广场每晚跳舞音响声音很大，一直到十点，附近有备考学生，请协调控制音量。|已与领队约定音量和结束时间，社区民警定时巡查。
school|CONSULT|咨询外来务工人员子女入学|我们在{road}附近租房务工，孩子明年上小学，请问需要什么手续，能上哪所学校？|已告知随迁子女入学条件、材料和报名时间，统筹安排学位。
school|COMPLAINT|校外培训机构不退费|{road}一家培训机构停课后拒不退还剩余学费，涉及多名家长，请帮助追回。|已约谈机构负责人，签订退费协议，剩余学费分两期退还。
kindergarten|COMPLAINT|幼儿园违规收取兴趣班费用|{estate}附近一所幼儿园强制报兴趣班，每月另收费用，不报名就被区别对待。|已责令停止强制报班并退还费用，在全区通报。
wages|COMPLAINT|{road}工地拖欠工资|我们{n}人在{road}工地干活，工程完工{days}天了工资还没有结清，老板电话打不通。|已责令企业从工资专户支付，{n}名务工人员工资全部发放到位。
wages|HELP|离职后公司不发最后一个月工资|从{road}一家餐饮店离职后，最后一个月工资和押金一直拖着不给，请帮助处理。|经调解，企业已一次性支付工资并退还押金。
pension|CONSULT|咨询灵活就业人员养老保险补缴|之前中断缴费两年，现在以灵活就业身份参保，请问中断的能不能补缴？|已告知补缴政策和缴费档次，可线上查询缴费记录。
medical_insurance|CONSULT|咨询异地就医报销比例|父母在外地帮带孩子，需要在当地住院，请问怎样备案，报销比例是多少？|已告知异地就医备案渠道和直接结算比例。
medical_insurance|HELP|住院费用报销{days}天没有到账|住院材料交上去已经{days}天，报销款一直没有到账，请帮忙查询进度。|经查因账户信息有误退回，已更正并重新拨付到账。
hospital|COMPLAINT|门诊排队时间长服务态度差|昨天在医院门诊排队{n}个小时，窗口工作人员态度生硬，希望改进。|已增开窗口两个并对当事人员批评教育，医院向诉求人致歉。
food|REPORT|{road}餐饮店后厨卫生差|在{road}一家小吃店就餐时看到后厨地面污水横流，食材直接放在地上，请检查。|已现场检查并责令停业整改，经复查合格后恢复营业。
consumer|COMPLAINT|健身房关门预付卡无法退款|在{road}办理的健身年卡还剩{n}个月，店面突然关门，无法联系，请帮助退款。|已组织调解，经营者分期退还余额，并列入重点监管。
price|REPORT|{estate}停车场未明码标价|{estate}地面停车场没有收费公示牌，随意收费，请核查。|已责令设置收费公示牌，退还多收费用。
lift|HELP|{estate}{n}号楼电梯频繁故障|{estate}{n}号楼电梯一个月内困人三次，维保单位每次都说修好了，业主不敢乘坐。|已责令停梯检修，更换门机和钢丝绳，检验合格后恢复使用。
air|REPORT|{town}作坊夜间排放刺鼻气味|{town}一处作坊夜间排放刺鼻气体，附近村民头疼恶心，希望尽快查处。|已现场查封生产设备并立案，气味消除。
river|REPORT|{town}河道内倾倒垃圾|{town}桥下河道被倾倒大量建筑垃圾，水面漂着泡沫，请清理并查处。|已清理垃圾约{n}十吨，安装监控并落实河长巡查。
irrigation|HELP|{town}农村饮水停水|{town}村里自来水时有时无，最近{days}天完全没有水，群众吃水困难。|已抢修管道并更换水泵，供水恢复，停水期间送水车保障用水。
farming|CONSULT|咨询今年种粮补贴发放时间|听说种粮补贴开始发了，我们村还没有收到，请问什么时候发，标准是多少？|已告知补贴标准和发放进度，本月底前通过一卡通发放。
land|COMPLAINT|征地补偿款{days}天未到账|{town}修路占用承包地，协议签了很久，补偿款一直没有到账，请核实。|经核实系账户信息缺失，已补录并拨付到账。
title_deed|HELP|{estate}入住多年办不了房产证|{estate}入住已经五年，一直办不了不动产权证，影响孩子上学，希望解决。|已列入历史遗留问题专项处置，分批办理首次登记，已通知业主申领。
subsidies|CONSULT|咨询低保申请条件|家里老人长期患病，收入很低，请问申请低保需要什么条件，到哪里办？|已上门核对家庭情况，符合条件，协助提交申请。
elderly|SUGGEST|建议{estate}设立老年食堂|{estate}老年人多，子女不在身边，做饭困难，建议设立助餐点。|已纳入社区助餐点建设计划，由街道选址。
veterans|CONSULT|咨询退役军人优待证使用|优待证办下来了，请问坐公交、逛景区有哪些优惠？|已告知本地优待项目清单和凭证使用办法。
culture|HELP|{estate}健身器材损坏|{estate}广场健身器材坏了{n}件，螺丝脱落，孩子玩耍有危险，请维修。|已更换损坏部件{n}处并加固基座。
fire|REPORT|{estate}消防通道被占用|{estate}消防通道长期停满私家车，楼道里堆放杂物和电动车充电，请检查。|已清理占用通道车辆{n}辆，划设禁停标线，责令物业落实巡查。
provident_fund|CONSULT|咨询租房提取公积金|在本地租房，没有自有住房，请问每年能提取多少公积金，要什么材料？|已告知提取额度、频次和线上办理入口。
online_services|CONSULT|咨询个体工商户营业执照网上变更|想变更经营地址，网上提交后提示材料不全，请问还缺什么？|已电话指导补正材料，当日办结。
village|HELP|{town}村内巷道没有硬化|{town}村里还有几条巷道没有硬化，下雨天全是泥，老人孩子出行困难。|已列入今年户户通计划，硬化巷道约{n}百米。
village|COMPLAINT|{town}村务账目公开不及时|{town}村里三个季度没有公开账目，群众对集体收入的去向有疑问。|已责成村委会公开三个季度收支明细，并由镇街复核。
village|PRAISE|感谢社区工作人员帮助独居老人|我母亲独居在{estate}，社区工作人员多次上门送药买菜，特别感谢。|已将表扬转达社区，并作为典型宣传。
"""


def templates() -> tuple[Template, ...]:
    """Every kind of request."""
    lines = (line.split("|") for line in _TEMPLATES.strip().splitlines())
    return tuple(Template(topic, AppealType(kind), title, text, done) for topic, kind, title, text, done in lines)


def invent(template: Template, chance: Random, *, roads: tuple[str, ...], towns: tuple[str, ...]) -> Request:
    """A request of that kind."""
    road, cross = chance.sample(roads, 2)
    words = {
        "road": road,
        "cross": cross,
        "estate": chance.choice(ESTATES),
        "town": chance.choice(towns),
        "days": chance.randint(3, 20),
        "n": chance.randint(2, 9),
    }
    place = words["town"] if "{town}" in template.title + template.text else f"{road}{words['estate']}"
    surname = chance.choice(SURNAMES)
    return Request(
        topic=template.topic,
        kind=template.kind,
        title=template.title.format_map(words),
        text=template.text.format_map(words),
        place=str(place),
        name=f"{surname}{chance.choice(('先生', '女士'))}",
        phone=f"1380000{chance.randint(0, 9999):04d}",
        address=f"{words['estate']}{chance.randint(1, 30)}号楼",
        done=template.done.format_map(words),
        law=MATTERS[template.topic][1] if template.topic in MATTERS else "属地管理职责",
    )
