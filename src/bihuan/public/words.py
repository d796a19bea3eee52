"""Words of the domain that a citizen reads: named here so that they can be said in other languages."""

from django.utils.translation import gettext_noop as _

SAID = (
    *(_("咨询"), _("求助"), _("投诉"), _("举报"), _("建议"), _("表扬")),
    *(_("已解决"), _("部分解决"), _("未解决"), _("解释说明"), _("承诺办理")),
    *(_("非常满意"), _("满意"), _("基本满意"), _("不满意")),
    *(_("请填写"), _("请选择"), _("格式不对"), _("填写有误"), _("不能超过4000个字")),
    _("称呼和电话请一起填写；都不填的，按匿名受理"),
    _("手机号码应为11位，请核对"),
    _("不是电话号码：手机11位；固定电话7或8位，可带区号，分机前写“转”；境外号码以+开头"),
    _("带“*”的是脱敏后的号码，请填写完整号码"),
    _("请勾选“我确认撤回”"),
)
"""Labels, complaints and refusals, as the domain gives them."""
