"""`bihuan pack check`: every wrong pack is refused for exactly what is wrong with it, and the right ones pass."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bihuan.cli.pack import command
from bihuan.policy import norms
from bihuan.policy.reading import Fault
from bihuan.vetting.check import check
from tests.vetting.edits import (
    BASES,
    URGENT,
    WARN,
    Edit,
    add,
    base,
    category,
    ground,
    handle,
    ladder,
    limit,
    no_limit,
    no_table,
    no_type,
    off,
    put,
    review,
    rhythm,
    urgencies,
    without,
)

URGES = '[[default]]\nnorm = "supervise.urge"\nbasis = "x"\n[[limit]]\nname = "urge_reply"\nlimit = "1wd"\nbasis = "x"'
WRONG: dict[str, tuple[str, Edit, tuple[str, ...]]] = {
    # 一、读得懂
    "version in quotes": ("qs", put("version = 1", 'version = "1"'), ("version 应为整数",)),
    "no id": ("qs", put('id = "somewhere-2031-1"\n', ""), ("缺少 id",)),
    "date in quotes": ("qs", put("2030-03-01", '"2030-03-01"'), ("in_force_from 应为日期",)),
    "no instrument": ("qs", put('title = "青山市群众来件办理规定"\n', ""), ("缺少 title",)),
    "hours the wrong way round": ("qs", put("closes = 18:00:00", "closes = 08:00:00"), ("办公时间应按",)),
    "a break that is none": ("qs", put("[[12:00:00, 13:30:00]]", "[12:00:00]"), ("办公时间应按",)),
    "an unknown key": ("qs", put("organisational = true", "organisation = true"), ("没有 organisation 这一项",)),
    "an unknown table": ("qs", add("[[stairs]]\nstep = 1"), ("没有 [stairs] 这种表",)),
    "a table that is not repeated": (
        "qs",
        put('[[clause]]\nid = "青-九"', '[clause2]\nid = "青-九"'),
        ("没有 [clause2]",),
    ),
    "no TOML": ("qs", put('id = "somewhere-2031-1"', "id = somewhere"), ("不是正确的 TOML",)),
    "a norm misspelt": ("qs", put("dispatch.sign-in", "dispatch.signin"), ("程序没有规范 dispatch.signin",)),
    "a norm bound twice": (
        "qs",
        put('"close.reopen"]', '"close.reopen", "intake.accept"]'),
        ("规范 intake.accept 已由",),
    ),
    "a norm bound nowhere": (
        "qs",
        add('[[clause]]\nid = "青-十一"\ntext = "归档。"\nalso = ["close.archive"]'),
        ("close.archive 没有在任何",),
    ),
    "a clause twice": ("qs", put('id = "青-九"', 'id = "青-八"'), ("已有 青-八",)),
    "a clause without text": ("qs", put('text = "各社应当改进作风，热情服务。"\n', ""), ("缺少 text",)),
    "organisational with norms": (
        "qs",
        put("organisational = true", 'organisational = true\nnorms = ["close.archive"]'),
        ("组织措施（organisational）不能",),
    ),
    "a name that no text says": ("wd", add('[[name]]\ncode = "mayor"\nlabel = "镇长"'), ("名称没有 mayor 这一种",)),
    "an official among the bodies": (
        "wd",
        add('[[name]]\ncode = "leader"\nlabel = "区长"'),
        ("名称没有 leader 这一种",),
    ),
    "a name twice": ("wd", add('[[name]]\ncode = "desk"\nlabel = "平台"'), ("[[name]] 中已有 desk",)),
    "a name that is a mark": ("wd", put('label = "镇街"', 'label = "⟨desk⟩"'), ("名称（label）不能分行",)),
    "a ladder without steps": ("qs", add(ladder().partition("steps")[0]), ("阶梯 extra 没有步骤",)),
    "a ladder for nothing": ("qs", add(ladder(duties="[]")), ("要写明用于哪些职责",)),
    "a ladder for a duty that is none": (
        "qs",
        add(ladder(duties='["case.handel"]')),
        ("没有职责 case.handel；可用的有",),
    ),
    "two ladders for one duty": (
        "qs",
        add(ladder(), ladder().replace('"extra"', '"other"')),
        ("职责 case.review 对同样的诉求已在另一阶梯中",),
    ),
    "a ladder twice": (
        "qs",
        add(ladder(), ladder(duties='["case.callback"]')),
        ("阶梯 extra 对同样的诉求写了两次",),
    ),
    "a ladder for no channel": ("qs", add(ladder('channel = "fax"')), ("没有渠道 fax",)),
    "a ladder for no type of unit": ("qs", add(ladder('unit_type = "bureau"')), ("没有单位类型 bureau",)),
    "a ladder for no urgency": ("qs", add(ladder('urgency = "dire"')), ("没有紧急程度 dire；可用的有",)),
    "a ladder with a Chinese name": ("qs", add(ladder().replace('"extra"', '"审核"')), ("阶梯的 name 应为小写字母",)),
    "a ladder with a strange key": ("qs", add(ladder('key_class = "media"')), ("[ladder] 没有 key_class 这一项",)),
    "a step that does what nobody does": (
        "qs",
        add(ladder(do="bulletin")),
        ("程序没有 bulletin 这种措施；可用的有warn",),
    ),
    "a step that nobody writes": ("qs", add(ladder(do="fall_due")), ("程序没有 fall_due 这种措施",)),
    "a step in no mode": ("qs", add(ladder(mode="silent")), ("没有方式 silent",)),
    "a warning as a draft": ("qs", add(ladder(mode="draft")), ('不能写 mode = "draft"',)),
    "a step on no level": ("qs", add(ladder(level="L9")), ("没有级别 L9",)),
    "a step at no moment": ("qs", add(ladder(at="1wd")), ("at 应写成 -1wd、0 或 +2h，不能是 1wd",)),
    "a warning when it is late": ("qs", add(ladder(at="+1wd")), ("提示临近到期应在到期之前",)),
    "an office told beforehand": (
        "qs",
        add(ladder(do="inform", more=', to = ["office"]')),
        ("告知办公机构逾期不能在到期之前",),
    ),
    "a holder told in the place of the office": (
        "qs",
        add(ladder(do="inform", at="0", more=', to = ["holder"]')),
        ('写 do = "inform"、to = ["office"]',),
    ),
    "an office warned": ("qs", add(ladder(more=', to = ["office"]')), ('写 do = "inform"、to = ["office"]',)),
    "an office and others told": (
        "qs",
        add(ladder(do="inform", at="0", more=', to = ["office", "head"]')),
        ('写 do = "inform"、to = ["office"]',),
    ),
    "a step at the end of the day": ("qs", add(ladder(at="-endOfDay")), ("at 应写成",)),
    "a step for nobody": ("qs", add(ladder(more=', to = ["mayor"]')), ("to 中没有 mayor",)),
    "a step in nobody's name": ("qs", add(ladder(more=', by = "mayor"')), ("by 中没有 mayor",)),
    "a step that needs what nobody answers": (
        "qs",
        add(ladder(more=', needs = ["urge_unread"]')),
        ("needs 中没有 urge_unread；可用的有extensions:次数",),
    ),
    "a need without its number": ("qs", add(ladder(more=', needs = ["extensions"]')), ("needs 中没有 extensions",)),
    "a need with a limit for a number": ("qs", add(ladder(more=', needs = ["extensions:1d"]')), ("needs 中没有",)),
    "a need with a number for a limit": ("qs", add(ladder(more=', needs = ["open_for:3"]')), ("needs 中没有",)),
    "a step again without times": ("qs", add(ladder(more=', repeat = "1wd"')), ("repeat（每隔多久再来一次）和 times",)),
    "a step too often": ("qs", add(ladder(more=', repeat = "1wd", times = 99')), ("times 应为2至20",)),
    "a step again at the end of the day": (
        "qs",
        add(ladder(more=', repeat = "endOfDay", times = 2')),
        ("repeat 应写成 2wd",),
    ),
    "a step twice": ("qs", add(ladder(more=" },\n{ " + WARN)), ("写了两次",)),
    "a step with a strange key": ("qs", add(ladder(more=", when = 1")), ("[steps] 没有 when 这一项",)),
    "steps out of order": (
        "qs",
        add(ladder(more=" },\n{ " + WARN.replace("-1h", "-2h"))),
        ("应写在“到期前1小时，提示临近到期”之前",),
    ),
    "a step before the duty is there": ("qs", add(ladder(at="-90d")), ("在职责产生之前",)),
    "a step whose norm is left off": (
        "wd",
        add(ladder(do="list", at="0", duties='["case.hang_review"]')),
        ("没有确立规范 listing.overdue-becomes-candidate",),
    ),
    "a list to which the ladder does not lead": (
        "hn",
        put('  { level = "L1", at = "0", do = "list", mode = "auto", by = "office" },\n', ""),
        ('阶梯 handling 用于 case.handle，须有一步 do = "list"', "用于 case.rework"),
    ),
    "a step in a string": ("qs", add(ladder().partition("steps")[0] + 'steps = ["L0"]'), ("第1步应写成",)),
    "partly without norms": ("qs", put("organisational = true", 'partly = "缺考核"'), ("部分落实（partly）",)),
    "a default without basis": ("qs", put('basis = "青山市通行做法：继任者履行职责"\n', ""), ("[default] 缺少 basis",)),
    "an unknown parameter": ("wd", put("{ max = 3 }", "{ most = 3 }"), ("没有参数 most",)),
    "a parameter in quotes": ("wd", put("{ max = 3 }", '{ max = "3" }'), ("的参数 max 应为整数",)),
    "an unknown capacity": ("qs", put('capacities = ["desk"]', 'capacities = ["desk", "fly"]'), ("没有 fly 这种职能",)),
    "an unknown limit": ("qs", put('name = "review"', 'name = "reviews"'), ("程序没有时限 reviews",)),
    "a limit in words": ("qs", limit("handle", "七天"), ("七天 不是时限",)),
    "a limit twice": (
        "qs",
        add('[[limit]]\nname = "review"\nlimit = "2wd"\nbasis = "x"'),
        ("时限 review 对同样的诉求设了两次",),
    ),
    "a limit from nowhere": ("qs", add('[[limit]]\nname = "callback"\nlimit = "2wd"'), ("时限 callback 既没有条款",)),
    "a limit of no clause": ("qs", add('[[limit]]\nname = "callback"\nlimit = "2wd"\nclause = "九"'), ("没有条款 九",)),
    "a limit of no channel": (
        "qs",
        add('[[limit]]\nname = "review"\nlimit = "1wd"\nbasis = "x"\nchannel = "fax"'),
        ("没有渠道 fax",),
    ),
    "a ground of nothing": ("wd", add(ground(of="merge")), ("没有 merge 的理由；of 可用的有decline",)),
    "a ground without code": ("wd", add('[[ground]]\nof = "terminate"\nlabel = "x"'), ("[ground] 缺少 code",)),
    "a ground without label": ("wd", add('[[ground]]\nof = "terminate"\ncode = "x"'), ("[ground] 缺少 label",)),
    "a ground with a Chinese code": ("wd", add(ground(code="起诉")), ("code 应为小写字母",)),
    "a ground twice": ("wd", add(ground(), ground(label="又起诉")), ("终止办理的理由中已有 sued",)),
    "a ground by another's name": ("wd", add(ground(), ground(code="again")), ("有两项都叫“已起诉”",)),
    "a ground of no clause": ("wd", add(ground('clause = "九"')), ("没有条款 九",)),
    "a ground that demands what it cannot": (
        "wd",
        add(ground('demands = ["other_unit"]')),
        ("终止办理的理由不能要求 other_unit；demands 可用的有paper",),
    ),
    "a ground that demands in words": ("wd", add(ground('demands = "paper"')), ("demands 应为列表",)),
    "a ground with a strange key": ("wd", add(ground('needs = "paper"')), ("[ground] 没有 needs 这一项",)),
    "a key class whose norm is left off": (
        "qs",
        add('[[key_class]]\ncode = "media"\nlabel = "媒体曝光"'),
        ("没有确立规范 supervise.key-class",),
    ),
    "a key class shown by nothing": (
        "wd",
        add('[[key_class]]\ncode = "rumour"\nlabel = "传闻"\nproof = "word"'),
        ("重点办件不能以 word 为凭；proof 可用的有paper、coloured",),
    ),
    "a situation without its norm": (
        "qs",
        add('[[situation]]\ncode = "other"\nlabel = "其他"\nnorm = "account.situation-9"'),
        ("没有确立规范 account.situation-9",),
    ),
    "a situation by a norm that is none": (
        "wd",
        add('[[situation]]\ncode = "late"\nlabel = "迟到"\nnorm = "dispatch.sign-in"'),
        ("问责情形不能以 dispatch.sign-in 为依据",),
    ),
    "two situations of one name": (
        "wd",
        add('[[situation]]\ncode = "more"\nlabel = "其他履职不到位的情形"\nnorm = "account.situation-9"'),
        ("有两种问责情形都叫",),
    ),
    "a detector that there is not": (
        "wd",
        add('[[detector]]\ncode = "rumour"\nsituation = "other"'),
        ("程序没有检测项 rumour",),
    ),
    "a detector for no situation": (
        "wd",
        put('situation = "ignored"', 'situation = "forgotten"'),
        ("没有问责情形 forgotten",),
    ),
    "a detector without its value": ("wd", put("send_backs = 2\n", ""), ("缺少 send_backs",)),
    "a detector with a wrong number": (
        "wd",
        put("send_backs = 2", "send_backs = 0"),
        ("send_backs 应为1至100的次数",),
    ),
    "a detector with a wrong limit": ("wd", put('late = "1wd"', 'late = "soon"'), ("late 应为时限",)),
    "a key class without label": ("wd", add('[[key_class]]\ncode = "rumour"'), ("[key_class] 缺少 label",)),
    "a key class with a Chinese code": (
        "wd",
        add('[[key_class]]\ncode = "媒体"\nlabel = "媒体"'),
        ("code 应为小写字母",),
    ),
    "a key class twice": ("wd", add('[[key_class]]\ncode = "media"\nlabel = "又是媒体"'), ("中已有 media",)),
    "a key class by another's name": (
        "wd",
        add('[[key_class]]\ncode = "rumour"\nlabel = "中国政府网留言"'),
        ("有两种重点办件都叫“中国政府网留言”",),
    ),
    "a key class of no clause": (
        "wd",
        add('[[key_class]]\ncode = "rumour"\nlabel = "传闻"\nclause = "九"'),
        ("没有条款 九",),
    ),
    "a key class shown by orders that there are none of": (
        "wd",
        put(', "supervise.coloured", ', ", "),
        ("没有确立规范 supervise.coloured", "规范 supervise.coloured 没有在任何条款或默认值中确立"),
    ),
    "regular work whose norm is left off": (
        "qs",
        add(rhythm()),
        ("没有确立规范 rhythm.keep（",),
    ),
    "regular work that is known and whose norm is left off": (
        "wd",
        add(rhythm(code="briefing")),
        ("没有确立规范 rhythm.briefing（",),
    ),
    "regular work every fortnight": ("wd", add(rhythm(every="fortnight")), ("周期（every）不能是 fortnight",)),
    "regular work due next year": ("wd", add(rhythm("due = 93")), ("due 是周期结束后的天数，0至92，不能是 93",)),
    "regular work of nobody": ("wd", add(rhythm(holder="desk")), ("holder 写成“职能.职务”",)),
    "regular work of a strange capacity": ("wd", add(rhythm(holder="army.head")), ("holder 写成“职能.职务”",)),
    "regular work of a post that is not there": (
        "wd",
        add(rhythm(holder="desk.list_keeper")),
        ("没有人办：没有职务 list_keeper",),
    ),
    "regular work of a capacity that is not there": (
        "wd",
        add(rhythm(holder="office.head")),
        ("没有一种单位类型的职能（capacities）含 office",),
    ),
    "regular work with two sources": ("wd", add(rhythm('clause = "WD-6.3a"')), ("须写一项，只写一项",)),
    "regular work of no clause": ("wd", add(rhythm('clause = "九"')), ("没有条款 九",)),
    "regular work twice": ("wd", add(rhythm(code="training")), ("[[rhythm]] 中已有 training",)),
    "regular work by another's name": ("wd", add(rhythm(), rhythm(code="again")), ("有两项定期工作都叫“安全周”",)),
    "no regular work at all": ("wd", no_table("rhythm"), ("规范 rhythm.keep（", "规范 rhythm.training（")),
    "a seat of no body": (
        "hn",
        add('[[seat]]\ncode = "x"\nbody = "council"\nrole = "成员"\ntext = "局长"'),
        ("席位 x 所属的机构 council 没有写在 [[body]] 中",),
    ),
    "a body without seats": (
        "hn",
        add('[[body]]\ncode = "council"\nlabel = "委员会"'),
        ("机构 council（委员会）没有席位",),
    ),
    "a body whose norm is left off": (
        "wd",
        add('[[body]]\ncode = "council"\nlabel = "委员会"'),
        ("没有确立规范 body.roster（",),
    ),
    "no body at all": (
        "hn",
        lambda text: no_table("seat")(no_table("body")(text)),
        ("规范 body.roster（", "规范 body.office（"),
    ),
    "no key class at all": ("wd", no_table("key_class"), ("要列出重点办件的种类",)),
    "a ground whose norm is left off": (
        "qs",
        add(ground()),
        ("没有确立规范 terminate.on-written-request（",),
    ),
    "a limit for no category": ("qs", add(review('category = "03"')), ("没有主题分类 03，请先在 [[category]] 中列出",)),
    "a category in words": ("qs", add(category("市政 道路")), ("主题分类的 code 应为字母、数字",)),
    "a category without label": ("qs", add('[[category]]\ncode = "03"'), ("[category] 缺少 label",)),
    "a category twice": ("qs", add(category("03"), category("03")), ("[[category]] 中已有 03",)),
    "a limit for no type of unit": ("qs", add(review('unit_type = "bureau"')), ("没有单位类型 bureau",)),
    "a limit for a type that never has it": (
        "qs",
        add(review('unit_type = "guild"')),
        ("单位类型 guild（责任社）不承担“审核”，时限 review 的这一项用不上",),
    ),
    "a limit that no unit has by its type": (
        "wd",
        add('[[limit]]\nname = "extension"\nunit_type = "department"\nlimit = "1wd"\nbasis = "x"'),
        ("时限 extension（延期（最长））不分单位类型，写 unit_type 的这一项用不上",),
    ),
    "an archive by urgency": (
        "wd",
        add('[[limit]]\nname = "archive"\nurgency = "urgent"\nlimit = "1d"\nbasis = "x"'),
        ("时限 archive（归档）不分紧急程度，写 urgency 的这一项用不上；请删去 urgency",),
    ),
    "a determination by channel": (
        "wd",
        add('[[limit]]\nname = "determination_issue"\nchannel = "hotline"\nlimit = "1wd"\nbasis = "x"'),
        ("时限 determination_issue（出具书面认定意见）不分渠道",),
    ),
    "a listed matter by type of request": (
        "hn",
        add('[[limit]]\nname = "list_review"\nappeal_type = "HELP"\nlimit = "1wd"\nbasis = "x"'),
        ("时限 list_review（清单审核）不分诉求类型",),
    ),
    "a limit for a category and one for a channel": (
        "qs",
        add(category("03"), review('category = "03"'), review('channel = "window"', written="3wd")),
        ("对“来件窗口”的是3个工作日，对“一类03”的是1个工作日，两样都是的分不清按哪一项",),
    ),
    "a limit for a category and one for a type of request": (
        "qs",
        add(category("03"), review('category = "03"'), review('appeal_type = "HELP"', written="3wd")),
        ("两样都是的分不清按哪一项；请再写一项同时写明两者的",),
    ),
    "a limit for a category and one for a type of unit": (
        "qs",
        add(category("03"), handle('category = "03"'), handle('unit_type = "guild"', written="6wd")),
        ("对“一类03”的是5个工作日，对“责任社”的是6个工作日",),
    ),
    "a limit for a lower category and one for the upper and a channel": (
        "qs",
        add(
            *(category("03"), category("03.02")),
            review('category = "03.02"'),
            review('category = "03"', 'channel = "window"', written="3wd"),
        ),
        ("两样都是的分不清按哪一项",),
    ),
    "a class signed in after it is handled": (
        "qs",
        add(category("03"), handle('category = "03"', written="1h")),
        ("“签收”的时限（6个工作小时）比“办理”的（1小时）还长",),
    ),
    # 二、词表、编号、前缀
    "an urgency misspelt": ("qs", put('urgency = "urgent"', 'urgency = "urgnet"'), ("urgency 不能是 urgnet",)),
    "no usual urgency": ("wd", urgencies("normal 一般", "urgent 紧急 urgent"), ("写 usual = true（没有说紧急的",)),
    "two usual urgencies": (
        "wd",
        urgencies("normal 一般 usual", "urgent 紧急 usual"),
        ("现在有2种", "请给一种紧急程度写"),
    ),
    "an urgency usual and urgent": (
        "wd",
        urgencies("normal 一般 usual urgent", "urgent 紧急 urgent"),
        ("它不能又是紧急的（urgent），请只留一项", "延期（10个工作日）与办理时限（当日）单位不同"),
    ),
    "two urgencies of one name": (
        "wd",
        urgencies("normal 一般 usual", "urgent 紧急 urgent", "extreme 紧急 urgent"),
        ("有两种紧急程度都叫“紧急”",),
    ),
    "an urgency twice": (
        "wd",
        urgencies("normal 一般 usual", "urgent 紧急 urgent", "urgent 特急 urgent"),
        ("[[urgency]] 中已有 urgent",),
    ),
    "an urgency of a long code": (
        "wd",
        urgencies("normal 一般 usual", "urgent 紧急 urgent", "as_soon_as_possible 特急 urgent"),
        ("code 应为小写字母、数字和下划线，最多16个",),
    ),
    "nothing is urgent": (
        "wd",
        urgencies("normal 一般 usual", "urgent 紧急"),
        ("规范 intake.hand-over-emergency（", "规范 whistle.emergency（"),
    ),
    "a limit for an urgency that is gone": (
        "qs",
        urgencies("normal 一般 usual", "extreme 特急 urgent"),
        ("时限 handle 的 urgency 不能是 urgent；可用的有normal、extreme",),
    ),
    "the greatest urgency longer than ordinary": (
        "qs",
        lambda text: limit("handle", "30d", scope='urgency = "extreme"\n')(
            urgencies("normal 平件 usual", "extreme 特急 urgent")(
                text.replace('urgency = "urgent"', 'urgency = "extreme"')
            )
        ),
        ("特急的（30天）比平件的（7个工作日）还长",),
    ),
    "a type of request misspelt": (
        "hn",
        put('appeal_type = "CONSULT"', 'appeal_type = "consult"'),
        ("appeal_type 不能是 consult",),
    ),
    "a post that is none": ("qs", add('[[post]]\ncode = "mayor"\nlabel = "市长"'), ("没有职务 mayor",)),
    "a channel number of three digits": (
        "hn",
        put('number = "01"', 'number = "001"'),
        ("渠道编号（number）应为两位数字",),
    ),
    "a channel number twice": ("hn", put('number = "02"', 'number = "01"'), ("渠道编号 01 已被另一渠道使用",)),
    "a channel of no type": (
        "hn",
        put('owner_unit_type = "broadcaster"', 'owner_unit_type = "radio"'),
        ("没有单位类型 radio",),
    ),
    "no unit type": (
        "qs",
        no_table("unit_type"),
        ("至少要有一个 [[unit_type]]", "没有单位类型", "没有一种单位类型的职能"),
    ),
    "no clause": ("qs", no_table("clause"), ("至少要有一个 [[clause]]", "没有条款", "任何诉求都登记不了")),
    "no channel": ("qs", no_table("channel"), ("至少要有一个 [[channel]]",)),
    "a prefix in Chinese": (
        "qs",
        put('case_prefix = "SW"', 'case_prefix = "北京/ ../"'),
        ("case_prefix 应为2至8个大写字母",),
    ),
    "another city's prefix": (
        "qs",
        put('case_prefix = "SW"', 'case_prefix = "WD"'),
        ("case_prefix WD 已由 wendeng-2021-10 使用",),
    ),
    "one prefix for both": (
        "qs",
        put('matter_prefix = "SWQD"', 'matter_prefix = "SW"'),
        ("case_prefix 与 matter_prefix 不能相同",),
    ),
    "an id with a path": ("qs", put('id = "somewhere-2031-1"', 'id = "../x"'), ("id 应为小写字母",)),
    "version nought": ("qs", put("version = 1", "version = 0"), ("version 应从1开始",)),
    "the name of a shipped pack": (
        "qs",
        put('id = "somewhere-2031-1"', 'id = "huainan-2021-55"'),
        ("huainan-2021-55/1 是系统自带的规则",),
    ),
    # 三、规范所需的时限、承担者、伙伴
    "identity protected left off": (
        "qs",
        off("identity.protected"),
        ("规范 identity.protected（诉求人信息加密、脱敏，查看留痕）不能不设",),
    ),
    "no handling limit": ("qs", no_limit("handle"), ("缺少时限 handle",)),
    "handling limited for urgent ones alone": (
        "qs",
        put(
            '[[limit]]\nname = "handle"\nlimit = "7wd"', '[[limit]]\nname = "handle"\nchannel = "window"\nlimit = "7wd"'
        ),
        ("缺少时限 handle",),
    ),
    "no extension limit": ("wd", no_limit("extension"), ("缺少时限 extension",)),
    "no archive limit": ("wd", no_limit("archive"), ("缺少时限 archive",)),
    "no hang review limit": ("wd", no_limit("hang_review"), ("缺少时限 hang_review",)),
    "no check-in for tough whistles": ("wd", no_limit("check_in_tough"), ("缺少时限 check_in_tough",)),
    "no check-in for key whistles": ("wd", no_limit("check_in_key"), ("缺少时限 check_in_key",)),
    "no check-in in emergencies": ("wd", no_limit("check_in_emergency"), ("缺少时限 check_in_emergency",)),
    "no return window": ("qs", no_limit("return_request"), ("缺少时限 return_request",)),
    "no limit for silence": ("wd", no_limit("silence"), ("缺少时限 silence",)),
    "no limit for what is designated": ("wd", no_limit("designated_handle"), ("缺少时限 designated_handle",)),
    "nobody takes in": ("qs", no_type("desk"), ("没有受理职能（desk）", "capacities）含 desk")),
    "no township": ("wd", no_type("township"), ("township",)),
    "no discipline body": ("wd", no_type("discipline"), ("discipline",)),
    "no leadership": ("wd", no_type("leadership"), ("leadership",)),
    "one body in the place of both that determine": (
        "wd",
        put('capacities = ["handling", "determination"]', 'capacities = ["handling"]'),
        ("含 determination（责任主体认定机构）、不含 staffing",),
    ),
    "no supervision body": ("hn", no_type("supervision"), ("supervision",)),
    "no dispatcher": ("qs", without("post", "code", "dispatcher"), ("没有职务 dispatcher",)),
    "a channel owned by no desk": (
        "hn",
        put('owner_unit_type = "broadcaster"', 'owner_unit_type = "county"'),
        ("渠道 zfxf 的受理单位类型 county",),
    ),
    "call-back without attempts": ("wd", off("callback.attempts"), ("callback.attempts",)),
    "supervision without copy": ("hn", off("listing.copy-to-supervision"), ("listing.copy-to-supervision",)),
    # 四、闭环
    "nothing is registered": ("qs", off("intake.register"), ("任何诉求都登记不了",)),
    "send-back without rework": ("qs", off("rework.dissatisfied"), ("rework.dissatisfied",)),
    "orders of nobody": (
        "hn",
        lambda text: (
            no_type("supervision")(text)
            .replace('  { level = "L1", at = "0", do = "urge", mode = "auto", by = "supervision" },\n', "")
            .replace('by = "supervision"', 'by = "desk"')
        ),
        ("督办单没有人能发", "supervision", "没有确立规范 supervise.order-by-desk"),
    ),
    "a step in the name of nobody there": (
        "qs",
        add(URGES, ladder(do="urge", at="0", more=', by = "supervision"')),
        ("以督查考核机构的名义，没有一种单位类型的职能（capacities）含 supervision",),
    ),
    "nobody administers": ("qs", without("post", "code", "administrator"), ("没有职务 administrator",)),
    "a determination that nobody makes": (
        "wd",
        off("determination.joint"),
        ("规范 determination.refer 须与 determination.joint",),
    ),
    "a limit by clause and by basis": (
        "qs",
        add('[[limit]]\nname = "callback"\nlimit = "2wd"\nclause = "青-三"\nbasis = "x"'),
        ("时限 callback 的条款（clause）和依据（basis）只能写一项",),
    ),
    "an empty partly": ("qs", put("organisational = true", 'organisational = true\npartly = ""'), ("partly 不能为空",)),
    "requesters forgotten before the case is archived": (
        "wd",
        limit("retention", "1d"),
        ("保存期限（retention 1天）比归档（archive 30天）还短",),
    ),
    "call-backs without end": ("wd", put("{ max = 3 }", "{ max = 100000 }"), ("应不大于99，不能是 100000",)),
    "in force when nobody lives": ("qs", put("2030-03-01", "2999-03-01"), ("in_force_from 应在1949年至2098年之间",)),
    "a first contact after all is done": (
        "wd",
        limit("first_contact", "30wd"),
        ("“首次联系诉求人”的时限（30个工作日）比“办理”的",),
    ),
    "a return asked for after all is done": ("qs", limit("return_request", "30wd"), ("比“办理”最长的",)),
    "done again for longer than done": ("wd", limit("rework", "100wd"), ("比“办理”最长的",)),
    "signed off for longer than handled": ("wd", limit("sign_off", "60wd"), ("比“办理”最长的",)),
    "a limit of nought": ("qs", limit("review", "0wd"), ("时限不能为零；写成",)),
    "nobody decides on returns": ("wd", off("return.decided-by-desk"), ("到了“退单待审”就没有人负有职责",)),
    "nobody decides on returns elsewhere": ("hn", off("return.decided-by-desk"), ("return.decided-by-desk",)),
    "nobody signs off": ("wd", off("sign-off.by-responsible-head"), ("sign-off.by-responsible-head",)),
    "nobody closes": (
        "wd",
        off("close.with-type", "callback.not-possible"),
        ("close.with-type",),
    ),
    "nobody closes, whatever the list does": ("hn", off("close.with-type"), ("close.with-type",)),
    "nobody signs off, whatever the list does": (
        "hn",
        off("sign-off.by-responsible-head"),
        ("sign-off.by-responsible-head",),
    ),
    "nobody answers what is no consultation": ("hn", off("answer.two-parts"), ("answer.two-parts",)),
    "nobody dispatches but by determination": ("wd", off("dispatch.one-lead"), ("dispatch.one-lead",)),
    "nobody signs in but by asking for return": ("wd", off("dispatch.sign-in"), ("dispatch.sign-in",)),
    "the list of tough whistles without types": (
        "wd",
        off("whistle.type"),
        ("规范 whistle.topics 须与 whistle.type", "规范 whistle.emergency 须与", "规范 whistle.key-after-tough 须与"),
    ),
    "nobody closes what was called back": ("wd", off("close.with-type"), ("close.with-type",)),
    "no handling": ("qs", off("dispatch.handle-within-limit"), ("dispatch.handle-within-limit",)),
    "nobody strikes off": ("hn", off("listing.strike-off"), ("listing.strike-off", "到了“已列入清单”")),
    "a list that nobody begins": (
        "hn",
        off("listing.channel-owner-reports", "listing.overdue-becomes-candidate"),
        (
            "“清单事项”谁也启动不了",
            "须至少确立其中一项：listing.overdue-becomes-candidate",
            "listing.channel-owner-reports",
            "列为清单候选不能作为一步",
        ),
    ),
    "a linkage that nobody begins": ("wd", off("linkage.request"), ("“首接联动”谁也启动不了",)),
    "promises that nobody keeps": ("wd", off("commitment.keep"), ("规范 commitment.register 须与 commitment.keep",)),
    # 五、讲道理
    "signing in as late as the day and handling within it": (
        "qs",
        lambda text: limit("sign_in", "4wh")(limit("handle", "endOfDay", scope=URGENT)(text)),
        ("“签收”的时限（4个工作小时）比“办理”的（当日）还长（紧急）",),
    ),
    "urgent longer than ordinary": (
        "qs",
        limit("handle", "30d", scope=URGENT),
        ("紧急的（30天）比一般的（7个工作日）还长",),
    ),
    "signing in longer than handling": ("qs", limit("sign_in", "9wd"), ("“签收”的时限",)),
    "a cut-off at night": ("qs", put("cut_off = 16:00:00", "cut_off = 03:00:00"), ("cut_off 03:00",)),
    "an extension approved and told alone": (
        "hn",
        add('[[default]]\nnorm = "extension.by-notice"\nbasis = "x"'),
        ("规范 extension.with-approval 与 extension.by-notice 只能确立一项",),
    ),
    "no limit of what is told": ("qs", no_limit("extension"), ("缺少时限 extension",)),
    "an extension by notice in hours": ("qs", limit("extension", "48h"), ("延期（48小时）与办理时限",)),
    "an extension in hours": ("hn", limit("extension", "48h"), ("延期（48小时）与办理时限",)),
    "call-backs at most nought": ("wd", put("{ max = 3 }", "{ max = 0 }"), ("callback.attempts 的参数 max 应不小于1",)),
    "reworks at most minus one": (
        "wd",
        put("{ max = 2 }", "{ max = -1 }"),
        ("rework.dissatisfied 的参数 max 应不小于1",),
    ),
    "a law's shortest over its longest": (
        "qs",
        put("longest_days = 60", "shortest_days = 61, longest_days = 60"),
        ("的 shortest_days（61）应不大于 longest_days（60）",),
    ),
    "a law's longest over a year": ("qs", put("longest_days = 60", "longest_days = 400"), ("后者不超过366",)),
    "a law's longest nought": (
        "qs",
        put("longest_days = 60", "longest_days = 0"),
        ("的参数 longest_days 应不小于1", "应不大于 longest_days（0）"),
    ),
    "a law by heads where there are none": (
        "qs",
        lambda text: without("post", "code", "head")(
            without("post", "code", "deputy")(put("longest_days = 60", "by_head = true")(text))
        ),
        ("请在 [[post]] 中写明 head 或 deputy", "没有职务 deputy"),
    ),
    "9999 days": ("qs", limit("review", "9999d"), ("时限 review 为9999天，超过366天",)),
}


def written(folder: Path, text: str) -> Path:
    path = folder / "somewhere.toml"
    path.write_text(text, encoding="utf-8")
    return path


def told(path: Path) -> Result:
    return CliRunner().invoke(command, ["check", str(path)])


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_pack_is_refused_for_exactly_that(what: str, tmp_path: Path) -> None:
    name, edit, fragments = WRONG[what]
    faults = check(written(tmp_path, edit(base(name)))).faults
    assert faults, "it passes"
    unforeseen = [fault for fault in faults if not any(fragment in fault.words for fragment in fragments)]
    assert unforeseen == []
    assert [f for f in fragments if not any(f in fault.words for fault in faults)] == []


def test_what_a_regulation_does_without_is_no_fault(tmp_path: Path) -> None:
    """F112: grades, topics, notices, separation, forms and who signs them can be left off."""
    left_off = ("whistle.grade", "linkage.grade", "whistle.topics", "whistle.passive-notice", "linkage.passive-notice")
    assert check(written(tmp_path, off(*left_off, "review.separation-of-duties")(base("wd")))).faults == ()
    for norm in ("linkage.form", "whistle.form", "linkage.form-signed", "whistle.form-signed"):
        assert check(written(tmp_path, off(norm)(base("wd")))).faults == (), norm


RIGHT: dict[str, Edit] = {
    "a lower class": add(category("03"), category("03.02"), review('category = "03"'), review('category = "03.02"')),
    "the same limit": add(category("03"), review('category = "03"'), review('channel = "window"')),
    "a row for both": add(
        category("03"),
        review('category = "03"'),
        review('channel = "window"', written="3wd"),
        review('category = "03"', 'channel = "window"', written="4wd"),
    ),
    "what is urgent": add(
        category("03"), handle('category = "03"', written="8wd"), handle('unit_type = "guild"', 'category = "03"')
    ),
    "a channel and a type of request": add(review('appeal_type = "HELP"'), review('channel = "window"', written="3wd")),
    "two classes": add(category("03"), category("04"), review('category = "03"'), review('category = "04"')),
}


@pytest.mark.parametrize("what", RIGHT)
def test_what_is_told_apart_is_no_fault(what: str, tmp_path: Path) -> None:
    assert check(written(tmp_path, RIGHT[what](base("qs")))).faults == ()


def test_the_staffing_body_determines_by_its_one_word(tmp_path: Path) -> None:
    one_word = put('"determination", "staffing"]', '"staffing"]')
    assert check(written(tmp_path, one_word(base("wd")))).faults == ()


def test_sixty_wrong_packs_and_more_are_tried() -> None:
    assert len(WRONG) >= 60


@pytest.mark.parametrize("path", BASES.values(), ids=BASES)
def test_the_right_ones_pass_with_their_table(path: Path) -> None:
    said = told(path)
    assert said.exit_code == 0, said.output
    assert "没有错误，可以采用" in said.output
    assert "条款" in said.output
    assert "已落实" in said.output


@pytest.mark.parametrize("name", BASES)
def test_a_right_one_under_another_name_passes(name: str, tmp_path: Path) -> None:
    assert check(written(tmp_path, base(name))).faults == ()


def test_everything_is_told_at_once_with_file_line_and_clause(tmp_path: Path) -> None:
    edits = (put("dispatch.sign-in", "dispatch.signin"), put('number = "71"', 'number = "7"'), limit("review", "9999d"))
    text = base("qs")
    for edit in edits:
        text = edit(text)
    path = written(tmp_path, text)
    said = told(path)
    assert said.exit_code == 1
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "dispatch.signin" in row)
    assert f"{path}:{line}: [错误] 条款 青-三：程序没有规范 dispatch.signin" in said.output
    assert "渠道编号（number）应为两位数字" in said.output
    assert "时限 review 为9999天" in said.output
    assert "3处错误，不能采用" in said.output


@pytest.mark.parametrize(
    ("encoding", "words"), [("utf-8-sig", ""), ("gb18030", "GBK（GB 18030）"), ("utf-16", "UTF-16")]
)
def test_how_a_file_is_written_is_read_or_named(encoding: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "somewhere.toml"
    path.write_bytes(base("qs").replace("\n", "\r\n").encode(encoding))
    faults = check(path).faults
    assert [words in fault.what for fault in faults] == ([True] if words else [])


def test_the_links_that_are_lacking_are_told_at_once_and_no_others(tmp_path: Path) -> None:
    """From the desk to the closing; what binds them all is in order, and nothing of it was too much."""
    gone = (
        *("dispatch.one-lead", "dispatch.sign-in", "answer.two-parts", "sign-off.by-responsible-head"),
        *("review.by-another-body", "callback.not-possible"),
    )
    text = no_limit("sign_off")(off(*gone)(base("qs")))
    faults = [fault.words for fault in check(written(tmp_path, text)).faults]
    assert any(words.startswith("缺少时限 sign_off（") for words in faults), faults
    named = {norm for norm in norms.ALL if any(f"{norm}（" in words for words in faults)}
    assert named == {*gone}, faults


def test_a_fault_of_a_ground_is_none_of_the_clause_that_it_cites(tmp_path: Path) -> None:
    text = add(ground('clause = "WD-2.1e"', 'demands = ["other_unit"]'))(base("wd"))
    (fault,) = check(written(tmp_path, text)).faults
    assert (fault.clause, fault.words.startswith("终止办理的理由不能要求")) == ("", True)


def test_a_limit_that_some_have_says_who_and_nothing_that_the_file_does_not(tmp_path: Path) -> None:
    some = put('[[limit]]\nname = "handle"\nlimit', '[[limit]]\nname = "handle"\nchannel = "window"\nlimit')
    (fault,) = check(written(tmp_path, some(base("qs")))).faults
    assert "咨询" not in fault.words
    assert "只写了“紧急”、“来件窗口”的" in fault.words


def test_what_is_odd_and_not_wrong_is_remarked(tmp_path: Path) -> None:
    more = '[[limit]]\nname = "urge_reply"\nlimit = "1wd"\nbasis = "x"'
    remarks = [fault.words for fault in check(written(tmp_path, add(more)(base("qs")))).remarks]
    assert any("时限 urge_reply（催办回复）没有规范用到" in words for words in remarks)
    assert any("条款 青-十：没有规范，也没有注明组织措施" in words for words in remarks)
    assert any("只有一名工作人员的单位做不到" in words for words in remarks)


def test_a_fault_stands_where_its_line_is() -> None:
    assert Fault(3, "错", "青-一").words == "条款 青-一：错"


def test_whom_nothing_names_is_remarked(tmp_path: Path) -> None:
    """F115: a body that texts of bound norms name is called by the plain word, and the author is told."""

    def told(text: str) -> list[str]:
        return [fault.words for fault in check(written(tmp_path, text)).remarks if "的名称" in fault.words]

    wendeng = base("wd")
    assert told(wendeng) == []
    town = told(without("name", "code", "township")(wendeng))
    assert len(town) == 1
    assert "没有写明 township 的名称（[[name]]），显示为“乡镇（街道）”" in town[0]
    assert told(without("name", "code", "supervision")(wendeng)) == [], "the only type of unit of its kind names it"
    assert told(base("qs")) == []
    linked = base("bh")
    assert told(linked) == [], "of leaders speaks a rule that carries out more norms than are bound here"
