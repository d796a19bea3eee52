"""What a training jurisdiction is made of: units, posts, channels, responsibility list."""

from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.organisations.types import Post

DESK = (Post.REGISTRAR, Post.DISPATCHER, Post.REVIEWER, Post.CALLER)
HANDLING = (Post.HANDLER, Post.DEPUTY, Post.HEAD, Post.LIAISON)


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """A unit with the posts that are filled in it."""

    code: str
    name: str
    type: str
    posts: tuple[Post, ...] = HANDLING
    superior: str = ""


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Who answers for what, and by which basis; `topic` is the matter's key in the demo's letters."""

    topic: str
    matter: str
    basis: str
    lead: str
    co_units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class PlacePlan:
    """A training jurisdiction. `territories` are the units that answer for what belongs to nobody else there."""

    code: str
    name: str
    pack: str
    prefix: str
    units: tuple[UnitPlan, ...]
    channels: Mapping[str, tuple[str, int]]
    """Channel → the unit that takes it in, and how many of a hundred letters come by it."""
    responsibilities: tuple[Responsibility, ...]
    territories: tuple[str, ...]
    roads: tuple[str, ...]
    first_shown: tuple[str, ...]
    """Accounts (without the jurisdiction's code) to show first."""


MATTERS: Mapping[str, tuple[str, str]] = {
    "streetlight": ("城市道路路灯设施维护", "《城市照明管理规定》"),
    "road": ("城市道路、人行道破损修复", "《城市道路管理条例》"),
    "manhole": ("道路井盖缺失、破损处置", "《城市道路管理条例》"),
    "sanitation": ("道路清扫保洁、垃圾清运", "《城市市容和环境卫生管理条例》"),
    "stalls": ("占道经营、露天烧烤整治", "《城市市容和环境卫生管理条例》"),
    "illegal_building": ("违法建设查处", "《中华人民共和国城乡规划法》"),
    "construction_noise": ("建筑施工噪声、扬尘管理", "《中华人民共和国噪声污染防治法》"),
    "trees": ("城市绿化养护、行道树修剪", "《城市绿化条例》"),
    "property": ("物业服务纠纷指导监督", "《物业管理条例》"),
    "maintenance_fund": ("住宅专项维修资金使用", "《住宅专项维修资金管理办法》"),
    "housing_sales": ("商品房预售、延期交房", "《商品房销售管理办法》"),
    "old_estates": ("老旧小区改造", "老旧小区改造年度计划"),
    "heating": ("集中供热温度、报停、维修", "供热经营合同与行业主管规定"),
    "water": ("供水水质、水压、停水", "《城市供水条例》"),
    "power": ("供电故障、电表、线路隐患", "《电力供应与使用条例》"),
    "gas": ("燃气开通、安检、故障", "《城镇燃气管理条例》"),
    "telecom": ("通信资费、宽带故障、架空线缆", "《中华人民共和国电信条例》"),
    "drainage": ("城区排水、积水、污水外溢", "《城镇排水与污水处理条例》"),
    "bus": ("公交线路、班次、站点", "《城市公共汽车和电车客运管理规定》"),
    "taxi": ("出租汽车、网约车服务投诉", "《巡游出租汽车经营服务管理规定》"),
    "rural_road": ("县乡公路养护", "《中华人民共和国公路法》"),
    "traffic_light": ("交通信号、标志标线", "《中华人民共和国道路交通安全法》"),
    "parking": ("机动车乱停乱放", "《中华人民共和国道路交通安全法》"),
    "household": ("户口、居住证、身份证办理", "《中华人民共和国户口登记条例》"),
    "security": ("社会生活噪声、养犬扰民", "《中华人民共和国治安管理处罚法》"),
    "school": ("中小学招生、收费、校外培训", "《中华人民共和国义务教育法》"),
    "kindergarten": ("幼儿园入园、收费", "《幼儿园管理条例》"),
    "wages": ("拖欠工资投诉", "《保障农民工工资支付条例》"),
    "pension": ("养老、失业、工伤保险办理", "《中华人民共和国社会保险法》"),
    "medical_insurance": ("医保参保、报销、异地就医", "《医疗保障基金使用监督管理条例》"),
    "hospital": ("医疗服务投诉", "《医疗纠纷预防和处理条例》"),
    "food": ("食品安全举报", "《中华人民共和国食品安全法》"),
    "consumer": ("消费纠纷调解", "《中华人民共和国消费者权益保护法》"),
    "price": ("价格投诉举报", "《中华人民共和国价格法》"),
    "lift": ("电梯等特种设备安全", "《中华人民共和国特种设备安全法》"),
    "air": ("大气、恶臭污染举报", "《中华人民共和国大气污染防治法》"),
    "river": ("河道水体污染、倾倒垃圾", "《中华人民共和国水污染防治法》"),
    "irrigation": ("农田水利设施、农村饮水", "《农田水利条例》"),
    "farming": ("惠农补贴、农机、种子", "《中华人民共和国农业法》"),
    "land": ("土地征收、宅基地", "《中华人民共和国土地管理法》"),
    "title_deed": ("不动产登记办证", "《不动产登记暂行条例》"),
    "subsidies": ("低保、特困、临时救助", "《社会救助暂行办法》"),
    "elderly": ("养老服务、高龄津贴", "《中华人民共和国老年人权益保障法》"),
    "veterans": ("退役军人安置、优待", "《中华人民共和国退役军人保障法》"),
    "culture": ("公共文化、体育设施", "《中华人民共和国公共文化服务保障法》"),
    "fire": ("消防通道堵塞、消防设施", "《中华人民共和国消防法》"),
    "provident_fund": ("住房公积金提取、贷款", "《住房公积金管理条例》"),
    "online_services": ("政务服务网上办事", "《国务院关于在线政务服务的若干规定》"),
}
"""Topic → the matter as the responsibility list names it, and the law or document behind it."""


def responsibilities(leads: Mapping[str, str | tuple[str, ...]]) -> tuple[Responsibility, ...]:
    """The responsibility list of a place: topic → lead, or lead and those who help."""
    found = []
    for topic, units in leads.items():
        lead, *co_units = (units,) if isinstance(units, str) else units
        matter, basis = MATTERS[topic]
        found.append(Responsibility(topic, matter, basis, lead, tuple(co_units)))
    return tuple(found)
