"""Pages and API offer what the regulation lists, and nothing of it where it lists nothing."""

from tests.api.clients import Staff
from tests.town_fixtures import Founding
from tests.towns import Town
from tests.vetting.edits import add, category, ground, handle, urgencies
from tests.walks import DOERS, A
from tests.web.officials import Office, typed_for

TO_HANDLING = (A.ACCEPT, A.DISPATCH, A.SIGN_IN)
THREE = urgencies("normal 平件 usual", "urgent 急件 urgent", "extreme 特急 urgent")


def test_a_request_is_registered_by_the_lists(somewhere: Founding) -> None:
    office = Office(somewhere(THREE, add(category("03"), category("03.02"))))
    form = office["desk.registrar"].read("/cases/new/").form("/cases/new/")
    assert form.values["urgency"] == ["normal"], "the usual one stands chosen"
    number = office.register(urgency="extreme", subject_code="03.02")
    page = office["desk.registrar"].read(f"/cases/{number}/")
    assert '<span class="urgent">特急</span>' in page.html
    assert "特急" in office["desk.dispatcher"].read("/").text
    assert "特急" in office["desk.registrar"].read("/cases/?urgency=extreme&c=number&c=urgency").text


def test_a_ground_is_chosen_where_some_are_listed(somewhere: Founding) -> None:
    office = Office(somewhere(add(ground('demands = ["paper"]'))))
    number = office.walk(*TO_HANDLING)
    clerk, path = office["unit.handler"], f"/cases/{number}/acts/request_termination/"
    assert "ground" in clerk.read(f"/cases/{number}/").form(path).controls
    assert "ground" not in clerk.read(f"/cases/{number}/").form(f"/cases/{number}/acts/request_return/").controls
    refused = clerk.send(f"/cases/{number}/", path, {"reason": "诉求人已向法院起诉", "basis": "受理通知书"}, 409)
    assert "请选择终止办理的理由。" in refused.text
    refused = clerk.send(
        f"/cases/{number}/", path, {"reason": "诉求人已向法院起诉", "basis": "受理通知书", "ground": "sued"}, 409
    )
    assert "以“已起诉”为由的，须附上文件。" in refused.text


def test_the_api_tells_the_words_that_it_takes(somewhere: Founding) -> None:
    staff = Staff(somewhere(add(ground(label="诉求人已起诉"))))
    number = staff.walk(A.ACCEPT, A.DISPATCH, A.SIGN_IN)
    shown = staff["unit.handler"].get(f"/cases/{number}").json()
    forms = {act["act"]: act["form"]["properties"] for act in shown["acts"] if act["form"]}
    assert forms["request_termination"]["ground"]["enum"] == ["sued"]
    assert forms["request_termination"]["ground"]["x-labels"] == {"sued": "诉求人已起诉"}
    assert "ground" not in forms["request_return"]
    assert (shown["urgency"], shown["urgency_label"]) == ("normal", "一般")


def test_the_grounds_stand_on_the_page_of_the_regulation(somewhere: Founding) -> None:
    office = Office(somewhere(add(ground('clause = "WD-2.1d"'))))
    text = office["desk.registrar"].read("/regulations/somewhere-2031-1/").text
    for words in ("可以选的理由", "已起诉", "无实质内容或恶意骚扰", "潍坊市条例第十九条"):
        assert words in text


def test_the_explanation_on_the_page_tells_which_limit_won(somewhere: Founding) -> None:
    office = Office(somewhere(add(category("03"), handle('category = "03"', 'channel = "hotline"'))))
    number = office.register(subject_code="03")
    for act in (A.ACCEPT, A.DISPATCH):
        office.act(DOERS[act], number, act, **typed_for(act, office.town, office.began))
    text = office["unit.handler"].read(f"/cases/{number}/").text
    assert "时限依据：默认值，非文件规定（依据：x）（适用于：12345政务服务热线、一类03）" in text
    assert "03 一类03" in text, "what its class is called"


def test_the_explanation_on_the_page_names_the_law(qingshan: Town) -> None:
    office = Office(qingshan)
    number = office.walk(A.ACCEPT, A.SET_STATUTORY_LIMIT, A.DISPATCH)
    assert (
        "时限依据：法定时限：《中华人民共和国行政许可法》第四十二条第一款"
        in office["unit.handler"].read(f"/cases/{number}/").text
    )
