"""What intake writes to the record of a case."""

from bihuan.cases.subject import CASE
from bihuan.intake.types import CaseRegistered
from bihuan.subjects.declaration import Contribution
from bihuan.subjects.evidence import Evidence, text

CONTRIBUTIONS = (Contribution(CASE, Evidence(replay={CaseRegistered: text("诉求内容")})),)
