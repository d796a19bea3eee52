"""Files over the API."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django import Settings

from tests.api.clients import BASE, Api, Staff
from tests.api.test_problems import problem


def png(colour: str = "red") -> bytes:
    """A small picture."""
    out = BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, format="PNG")
    return out.getvalue()


def send(client: Api, name: str, content: bytes, **headers: str) -> Any:
    """Upload a file and answer the response."""
    said = {header.replace("_", "-"): value for header, value in headers.items()}
    file = SimpleUploadedFile(name, content, content_type="image/png")
    return client.client.post(f"{BASE}/attachments", {"file": file}, headers=client.headers(said))


def uploaded(client: Api) -> dict[str, Any]:
    """A picture, uploaded."""
    response = send(client, "现场 照片.png", png())
    assert response.status_code == 201, response.content.decode()
    return dict(response.json())


def test_an_uploaded_file_is_its_uploaders_until_an_act_binds_it(staff: Staff) -> None:
    desk = staff["desk.registrar"]
    kept = uploaded(desk)
    assert kept["name"] == "现场 照片.png"
    problem(staff["desk.dispatcher"].get(f"/attachments/{kept['id']}"), 404)
    number = staff.register(attachments=[kept["id"]])["number"]
    found = staff["desk.dispatcher"].get(f"/attachments/{kept['id']}")
    assert found.status_code == 200
    assert Image.open(BytesIO(b"".join(found.streaming_content))).size == (8, 8)  # type: ignore[attr-defined]
    assert found["Content-Type"] == "image/png"
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Content-Disposition"].startswith("attachment")
    assert desk.get(f"/cases/{number}").json()["attachments"][0]["id"] == kept["id"]


def test_files_that_are_refused(staff: Staff, settings: Settings) -> None:
    desk = staff["desk.registrar"]
    assert problem(send(desk, "virus.exe", b"MZ" + bytes(200)), 409)["detail"]
    assert problem(send(desk, "照片.png", b"not a picture"), 409)["detail"]
    settings.ATTACHMENT_LIMIT = 100_000
    problem(send(desk, "大.png", bytes(100_001)), 413)
    problem(send(desk, "更大.png", bytes(400_000)), 413)
    both = {"file": [SimpleUploadedFile("a.png", png()), SimpleUploadedFile("b.png", png())]}
    problem(desk.client.post(f"{BASE}/attachments", both, headers=desk.headers({})), 422)
    problem(desk.client.post(f"{BASE}/attachments", {"other": "x"}, headers=desk.headers({})), 422)
    torn = desk.client.post(
        f"{BASE}/attachments", b"--x\r\nbroken", content_type="multipart/form-data; boundary=", headers=desk.headers({})
    )
    problem(torn, 400)


def test_an_upload_may_be_repeated(staff: Staff) -> None:
    desk = staff["desk.registrar"]
    first, again = (send(desk, "a.png", png(), Idempotency_Key="u") for _ in range(2))
    assert first.json()["id"] == again.json()["id"]
    problem(send(desk, "a.png", png("blue"), Idempotency_Key="u"), 422)
