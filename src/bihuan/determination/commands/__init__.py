"""Every act of determinations and referrals: `from bihuan.determination import commands as determination`."""

from bihuan.determination.commands import deciding, hearing, on_cases, reform, refusals, silence
from bihuan.determination.commands.beginning import begin_determination
from bihuan.determination.commands.contacts import name_contact
from bihuan.determination.commands.deciding import dissolve
from bihuan.determination.commands.life import LIFE, REFERRAL_LIFE

__all__ = [
    "LIFE",
    "REFERRAL_LIFE",
    "begin_determination",
    "deciding",
    "dissolve",
    "hearing",
    "name_contact",
    "on_cases",
    "reform",
    "refusals",
    "silence",
]
