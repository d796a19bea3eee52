"""What the two shipped regulations call their bodies, and two like them in which all are called otherwise."""

import re
from pathlib import Path

from bihuan.policy.loader import SHIPPED

WORDS = re.compile(
    "区委|区政府|区领导|区直|区级|区社会|协调中心|编办|区司法|司法局|纪委|监委|两办|驻文|镇街"
    "|市委|市政府|市领导|市督|督考|领导小组|文登|威海|威文|淮南|淮府|淮河|安徽|人民网"
)
"""By which the bodies of Wendeng and Huainan are known."""
IN_ENGLISH = re.compile("(?i)party committee|leading group|discipline commission|justice bureau|staffing office")
"""By what the catalogue translates them."""
ELSEWHERE = {
    "wendeng-2021-10": {
        "威海市文登区": "北原旗",
        "文登区": "北原旗",
        "威文办发": "北原发",
        "威海": "北原",
        "驻文": "驻旗",
        "区委办、政府办": "旗督导室",
        "两办": "旗督导室",
        "区委编办": "旗编制股",
        "区司法局": "旗法务股",
        "司法局": "法务股",
        "区社会事务协调中心": "旗接诉台",
        "区纪委监委": "旗监察股",
        "区委组织部": "旗组织股",
        "区委区政府": "旗务会",
        "区领导": "旗务长",
        "区直": "旗直",
        "镇街": "苏木",
        "区委": "旗委",
        "区政府": "旗府",
        "区级": "旗级",
    },
    "huainan-2021-55": {
        "市委市政府督查考核办公室": "盟督导室",
        "市督查考核办": "盟督导室",
        "督考办": "盟督导室",
        "领导小组": "联席会",
        "市纪委监委": "盟监察股",
        "纪委": "监察组",
        "市委": "盟委",
        "市政府": "盟府",
        "市领导": "盟务长",
        "淮南": "南原",
        "淮府": "南原",
        "淮河": "南河",
        "安徽": "本地",
        "人民网": "网上",
        "司法局": "某局",
    },
}
"""Shipped regulation → its words, and what is said in their place elsewhere."""
OWN = {
    "wendeng-2021-10": ("旗务会", "旗务长", "旗督导室", "旗编制股", "旗法务股", "旗接诉台", "旗监察股", "苏木"),
    "huainan-2021-55": ("联席会办公室", "联席会办公室主任", "盟督导室"),
}
"""What texts of the program must say there."""


def elsewhere(shipped: str) -> str:
    """The file of a regulation that commands the same of other bodies."""
    text = (SHIPPED / f"{shipped}.toml").read_text(encoding="utf-8")
    for word, other in ELSEWHERE[shipped].items():
        text = text.replace(word, other)
    return text.replace(f'id = "{shipped}"', f'id = "{shipped[:2]}-elsewhere"')


def lay_down(shipped: str, folder: Path) -> str:
    """Lay such a file into a folder; answers what it calls itself."""
    text = elsewhere(shipped)
    assert not WORDS.search(text), WORDS.search(text)
    (folder / f"{shipped[:2]}.toml").write_text(text, encoding="utf-8")
    return f"{shipped[:2]}-elsewhere"
