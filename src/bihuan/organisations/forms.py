"""What an administrator fills in: units, people, appointments, the responsibility list."""

from typing import Annotated

from pydantic import Field

from bihuan.kernel.fields import Day, Fields, Line, RequiredLine, RequiredText

_CODE = r"^[a-z0-9][a-z0-9._-]{1,62}$"
AnyUnit = Annotated[str, Field(max_length=64, json_schema_extra={"widget": "any_unit"})]
"""Code of any unit of the jurisdiction, active or not."""
AnyUnits = Annotated[tuple[str, ...], Field(json_schema_extra={"widget": "any_units"})]


class Founding(Fields):
    """Setting up a jurisdiction with its first unit."""

    code: str = Field(
        title="辖区代码",
        pattern=r"^[a-z][a-z0-9-]{1,30}$",
        description="小写字母开头，可用数字和横线",
        examples=["xincheng"],
    )
    name: RequiredLine = Field(title="辖区名称", max_length=64)
    pack: RequiredLine = Field(title="规则包", max_length=64)
    office: RequiredLine = Field(title="首个单位名称", max_length=64)
    office_type: Line = Field("", title="首个单位的类型", max_length=32)
    prefix: Line = Field("", title="工单编号前缀", max_length=8, description="大写字母；不填用规则包的")
    training: bool = Field(False, title="教学环境")


class Adopt(Fields):
    """Taking up another version of a regulation."""

    pack: str = Field(
        title="规则版本",
        pattern=r"^[a-z0-9][a-z0-9-]{1,47}/[1-9][0-9]{0,5}$",
        description="名称和版本，中间一条斜线",
        examples=["wendeng-2021-10/2"],
        json_schema_extra={"widget": "regulation"},
    )
    from_on: Day = Field(title="自哪一天起", description="最早为明天；这一天以前登记的仍按原来的版本办理")
    basis: RequiredLine = Field(title="依据", description="印发修订文件的文号")
    approver: RequiredLine = Field(title="批准人", max_length=64, description="在依据文件上签发的人")


class NewUnit(Fields):
    """Entering a unit."""

    name: RequiredLine = Field(title="单位名称", max_length=64)
    code: str = Field(
        title="代码", pattern=_CODE, description="小写字母、数字、点、横线，录入后不能改", examples=["xc.zhujian"]
    )
    type: RequiredLine = Field(title="单位类型", json_schema_extra={"widget": "unit_type"})
    parent: AnyUnit = Field("", title="隶属单位")
    superior_body: Line = Field("", title="上级主管机关", max_length=64, description="驻地单位和公共服务企业必填")


class ChangeUnit(Fields):
    """Changing what a unit is called and to what it belongs."""

    name: RequiredLine = Field(title="单位名称", max_length=64)
    parent: AnyUnit = Field("", title="隶属单位")
    superior_body: Line = Field("", title="上级主管机关", max_length=64)
    basis: RequiredLine = Field(title="依据", description="机构改革方案、更名批复等")


class EndUnit(Fields):
    """Ending a unit from a day on."""

    from_on: Day = Field(title="自哪一天起", description="这一天起不再派单、交办，人员不再担任职务")
    successor: AnyUnit = Field(
        "", title="承接单位", description="未办结的工单、事项和职责由它继续办理；没有的，退回受理单位重新分派"
    )
    basis: RequiredLine = Field(title="依据", max_length=200, description="机构改革方案、撤销批复等")


class MergeUnits(Fields):
    """Merging units into another from a day on."""

    units: AnyUnits = Field(title="并入的单位")
    successor: AnyUnit = Field(title="并入哪个单位")
    from_on: Day = Field(title="自哪一天起")
    basis: RequiredLine = Field(title="依据", max_length=200, description="机构改革方案、合并批复等")


class KeepUnit(Fields):
    """Calling off that a unit ends."""

    reason: RequiredLine = Field(title="原因", max_length=200)


class NewPerson(Fields):
    """Giving somebody an account; the one-time password is told once."""

    name: RequiredLine = Field(title="姓名", max_length=64)
    account: str = Field(
        title="账号",
        pattern=_CODE,
        description="小写字母、数字、点、横线；登录时使用，录入后不能改",
        examples=["xc.zhangsan"],
    )


class Fill(Fields):
    """Appointing somebody to a post of a unit."""

    account: RequiredLine = Field(title="人员", json_schema_extra={"widget": "person"})
    post: RequiredLine = Field(title="职务", json_schema_extra={"widget": "post"})
    from_on: Day = Field(title="任职日期")
    acting: bool = Field(False, title="临时代理")
    succeed: bool = Field(
        False, title="接替现任", description="现任自任职日期起不再担任，未办完的职责由接任者继续履行，不再另行行文"
    )


class Vacate(Fields):
    """Ending an appointment."""

    until_on: Day = Field(title="免职日期", description="自这一天起不再担任")
    successor: Line = Field(
        "",
        title="接任的人",
        description="自免职日期起接任，未办结的职责由接任者继续履行",
        json_schema_extra={"widget": "person"},
    )
    left_open: bool = Field(
        False, title="暂无接任的人", description="这一职务未办结的职责暂时没有人办理，列在单位与职务页，直到有人接任"
    )


class Give(Fields):
    """Giving a channel to the unit that takes in its requests."""

    channel: RequiredLine = Field(title="渠道", json_schema_extra={"widget": "any_channel"})
    unit: AnyUnit = Field(title="受理单位")
    from_on: Day = Field(title="自哪一天起", description="在此之前收到的工单仍由原来的单位办理")


class NewEntry(Fields):
    """An entry of the responsibility list."""

    code: RequiredLine = Field(title="目录编号", max_length=32)
    matter: RequiredLine = Field(title="事项")
    lead: AnyUnit = Field(title="承办单位")
    co_units: AnyUnits = Field((), title="协办单位")
    basis: RequiredText = Field(title="依据", max_length=1000, description="三定规定、法律法规条款等")
    from_on: Day = Field(title="自哪一天起")


class AmendEntry(Fields):
    """Changing an entry: what it said holds until the day, and stays readable."""

    matter: RequiredLine = Field(title="事项")
    lead: AnyUnit = Field(title="承办单位")
    co_units: AnyUnits = Field((), title="协办单位")
    basis: RequiredText = Field(title="依据", max_length=1000)
    from_on: Day = Field(title="自哪一天起")


class EndEntry(Fields):
    """Taking an entry off the list."""

    until_on: Day = Field(title="自哪一天起停用")
    reason: RequiredLine = Field(title="原因")
